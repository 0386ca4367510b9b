/** Afanasy (CGRU): a job as its server takes it, and a script that sends it from wherever it lies. */
import { refuse } from '../../domain/result.ts'
import { keepsFrames } from './afanasy/depends.ts'
import { jobFile, jobText } from './afanasy/job.ts'
import { lossesOf } from './afanasy/losses.ts'
import { readJob } from './afanasy/read.ts'
import { labelOf } from './afanasy/space.ts'
import { submitScript } from './afanasy/submit.ts'
import type { Farm } from './farm.ts'

export const afanasy: Farm = {
  onWindows: true,
  label: labelOf,
  keeps: keepsFrames,
  problems: lossesOf,
  files: (job, root) => {
    if (/\p{Cc}/u.test(root)) refuse('usage', `${JSON.stringify(root)} has a control character; name another folder`)
    return [
      { path: jobFile, text: jobText(job, root) },
      { path: 'submit.sh', text: submitScript(job.workers), executable: true }
    ]
  },
  read: readJob
}
