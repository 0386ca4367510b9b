/** Flamenco 3: a job type for the Manager, a job of that type, and a script that submits it from wherever it lies. */
import { slashed } from '../../domain/paths.ts'
import { refuse } from '../../domain/result.ts'
import { batchLabel, type Farm } from './farm.ts'
import { jobTypeFile, jobTypeText } from './flamenco/job-type.ts'
import { jobFile, jobText } from './flamenco/job.ts'
import { lossesOf } from './flamenco/losses.ts'
import { readJob } from './flamenco/read.ts'
import { submitScript } from './flamenco/submit.ts'

export const flamenco: Farm = {
  onWindows: true,
  label: (_node, task) => batchLabel(task),
  // each batch is a task of its own and may wait for any other
  keeps: () => true,
  problems: lossesOf,
  files: (job, root) => {
    // {name} is a variable there, and a path that a variable is part of gets the slashes of the worker's system
    if (/[\p{Cc}{}\\]/u.test(slashed(root)))
      refuse(
        'usage',
        `${JSON.stringify(root)} has a { } \\ or a control character, which Flamenco changes; name another folder`
      )
    return [
      { path: jobTypeFile, text: jobTypeText },
      { path: jobFile, text: jobText(job, root) },
      { path: 'submit.sh', text: submitScript(job.workers), executable: true }
    ]
  },
  read: readJob
}
