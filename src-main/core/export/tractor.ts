/** Tractor: a job file, and a script that spools it from wherever it lies. */
import { refuse } from '../../domain/result.ts'
import { batchLabel, type Farm } from './farm.ts'
import { alfFile, alfText } from './tractor/alf.ts'
import { lossesOf } from './tractor/losses.ts'
import { readAlf } from './tractor/read.ts'
import { submitScript } from './tractor/submit.ts'

export const tractor: Farm = {
  label: (_node, task) => batchLabel(task),
  // each batch is a Task of its own and may wait for any other
  keeps: () => true,
  problems: lossesOf,
  files: (job, root) => {
    if (/[\p{Cc}%]/u.test(root))
      refuse(
        'usage',
        `${JSON.stringify(root)} has a % or a control character, which Tractor changes; name another folder`
      )
    return [
      { path: alfFile, text: alfText(job, root) },
      { path: 'submit.sh', text: submitScript(root), executable: true }
    ]
  },
  read: readAlf
}
