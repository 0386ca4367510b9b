/** Why a task failed, from its log: for the run's output, for `why`, for the window. */
import { excerptOf } from '../../domain/excerpt.ts'
import { lastWholeLines } from './read.ts'
import { shownText } from './shown.ts'

/** A traceback through many libraries is longer than that only where it recurs. */
const looked = 10_000
/** A message that is a whole file may stand behind it. */
const lookedBytes = 1 << 20

/** The few lines of a log that say why it failed, `most` of them where it ends without a traceback; `reason`: what is said already. */
export const logExcerpt = (path: string, reason: string | null, most = 8): string[] =>
  excerptOf(lastWholeLines(path, looked, lookedBytes).map(bothEnds), asShown(reason), most)

/** As the log's lines are, so that one is known in the other. */
const asShown = (reason: string | null): string | null => reason && reason.split('\n').map(shownText).join('\n')

/** Of a line with a whole file in it: an exception is told by its beginning, a bar by its end. */
const [beginning, ending] = [300, 700]

const bothEnds = (line: string): string =>
  line.length <= beginning + ending ? line : `${line.slice(0, beginning)}…${line.slice(-ending)}`
