/** Deadline 10: a job per node, as two files each, and a script that submits them from wherever they lie, parents first. */
import type { Farm } from './farm.ts'
import { isFrameDependent, labelOf } from './deadline/frames.ts'
import { infoFiles } from './deadline/info.ts'
import { lossesOf } from './deadline/losses.ts'
import { readJobs } from './deadline/read.ts'
import { submitFile, submitScript } from './deadline/submit.ts'

export const deadline: Farm = {
  onWindows: true,
  label: labelOf,
  keeps: isFrameDependent,
  problems: lossesOf,
  files: (job) => [
    ...infoFiles(job),
    { path: submitFile, text: submitScript(job.nodes.map((node) => node.position)), executable: true }
  ],
  read: readJobs
}
