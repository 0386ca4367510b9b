/** Why a task failed, from its log: for the run's output, for `why`, for the window. */
import { excerptOf } from '../../domain/excerpt.ts'
import { lastLines } from './read.ts'

/** A traceback through many libraries is longer than that only where it recurs. */
const looked = 1000

/** The few lines of a log that say why it failed, `most` of them where it ends without a traceback; `reason`: what is said already. */
export const logExcerpt = (path: string, reason: string | null, most = 8): string[] =>
  excerptOf(lastLines(path, looked), reason, most)
