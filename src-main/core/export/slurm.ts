/** Slurm: a script that submits a job array per node, from wherever it lies, and the script of their tasks. */
import { isOneToOne, type Farm } from './farm.ts'
import { labelOf } from './slurm/arrays.ts'
import { lossesOf } from './slurm/losses.ts'
import { readScripts } from './slurm/read.ts'
import { jobFile, jobScript, submitFile, submitScript } from './slurm/scripts.ts'

export const slurm: Farm = {
  label: labelOf,
  // `aftercorr` joins the same indices of two arrays (sbatch(1), --dependency)
  keeps: (_node, link) => isOneToOne(link),
  problems: lossesOf,
  files: (job) => [
    { path: submitFile, text: submitScript(job), executable: true },
    { path: jobFile, text: jobScript(job) }
  ],
  read: readScripts
}
