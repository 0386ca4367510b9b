/** OpenCue: a job spec, and a script that submits it with the show and the shot of the day. */
import { refuse } from '../../domain/result.ts'
import type { Farm } from './farm.ts'
import { keepsFrames } from './opencue/depends.ts'
import { labelOf } from './opencue/layers.ts'
import { lossesOf } from './opencue/losses.ts'
import { readSpec } from './opencue/read.ts'
import { specFile, specText } from './opencue/spec.ts'
import { submitScript } from './opencue/submit.ts'

export const opencue: Farm = {
  label: labelOf,
  keeps: keepsFrames,
  problems: lossesOf,
  files: (job, root) => {
    // XML has no control characters, and cuebot cuts white space off at both ends
    if (/\p{Cc}|^\s|\s$/u.test(root))
      refuse('usage', `${JSON.stringify(root)} cannot stand in XML; name another folder`)
    return [
      { path: specFile, text: specText(job, root) },
      { path: 'submit.sh', text: submitScript(job), executable: true }
    ]
  },
  read: readSpec
}
