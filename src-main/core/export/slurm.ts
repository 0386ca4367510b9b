/** Slurm: a script that submits a job array per node, from wherever it lies, and the script of their tasks. */
import type { Farm } from './farm.ts'
import { corresponds, labelOf } from './slurm/arrays.ts'
import { lossesOf } from './slurm/losses.ts'
import { readScripts } from './slurm/read.ts'
import { jobFile, jobScript, submitFile, submitScript } from './slurm/scripts.ts'

export const slurm: Farm = {
  label: labelOf,
  keeps: (_node, link) => corresponds(link),
  problems: lossesOf,
  files: (job) => [
    { path: submitFile, text: submitScript(job), executable: true },
    { path: jobFile, text: jobScript(job) }
  ],
  read: readScripts
}
