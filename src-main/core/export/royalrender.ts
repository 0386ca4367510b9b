/** Royal Render: a submission of one job per node, the scripts that are their scenes, and a script that submits them. */
import { mapped } from '../../domain/paths.ts'
import { refuse } from '../../domain/result.ts'
import type { Farm } from './farm.ts'
import { jobFile, jobText } from './royalrender/job.ts'
import { lossesOf } from './royalrender/losses.ts'
import { labelOf } from './royalrender/numbers.ts'
import { readJobs } from './royalrender/read.ts'
import { refusedInPaths, sceneFiles } from './royalrender/scenes.ts'
import { submitScript } from './royalrender/submit.ts'

export const royalrender: Farm = {
  onWindows: true,
  label: labelOf,
  // a job waits for whole jobs
  keeps: () => false,
  problems: lossesOf,
  files: (job, root) => {
    const folder = mapped(root, job.workers.paths)
    if (refusedInPaths.test(folder))
      refuse(
        'usage',
        `${JSON.stringify(folder)} has a character that Royal Render or a shell takes for its own; name another folder`
      )
    return [
      { path: jobFile, text: jobText(job, folder) },
      ...sceneFiles(job, folder),
      { path: 'submit.sh', text: submitScript(job.workers), executable: true }
    ]
  },
  read: readJobs
}
