/** How an attempt ended on a farm, from what its script noted and what the farm says; pure. */
import { momentText } from '../../../domain/durations.ts'
import type { FarmEnd, FarmWord } from '../../../domain/farm-run.ts'
import type { Result } from '../../../domain/result.ts'
import type { AttemptEnd, KillCause, TaskStatus } from '../../../domain/status.ts'
import { exitText, whyOf } from '../../attempt/end.ts'
import { isDamage, type TaskResult } from '../../attempt/result.ts'
import { beatSeconds } from '../script.ts'
import type { FarmAttempt } from './attempts.ts'

/** Without a sign of life for so long an attempt is lost, ms: shared file systems show a write late. */
export const lostMs = 60_000

export interface Ended {
  /** what becomes of its task if this is its last attempt */
  status: TaskStatus
  end: AttemptEnd | null
  cause: KillCause | null
  exitCode: number | null
  /** one sentence if it did not succeed */
  reason: string | null
  /** ms since 1970; null: it runs */
  ended: number | null
}

export interface Evidence {
  attempt: FarmAttempt
  /** what the farm says of it; null: nothing */
  word: FarmWord | null
  result: Result<TaskResult>
  /** its result is not there */
  lacks: boolean
  /** a plain command: its exit code alone says how it ended */
  plain: boolean
  /** what its log says last, asked where nothing else says why */
  lastLine: () => string | null
  /** by the clock of the farm's files, ms since 1970 */
  now: number
}

interface Meaning {
  status: TaskStatus
  end: AttemptEnd
  cause: KillCause | null
  says: string
}

const killed = (cause: KillCause | null, says: string, status: TaskStatus = 'failed'): Meaning => ({
  ...{ status, end: 'killed', cause, says }
})
const lost = (says: string): Meaning => ({ status: 'failed', end: 'lost', cause: null, says })

/** What each end means here. */
export const meanings: Readonly<Record<FarmEnd, Meaning>> = {
  succeeded: { status: 'succeeded', end: 'exit', cause: null, says: 'it succeeded on its farm' },
  failed: { status: 'failed', end: 'exit', cause: null, says: 'it failed on its farm' },
  dead: { status: 'failed', end: 'exit', cause: null, says: 'it is dead on its farm' },
  eaten: killed('user', 'it was eaten on its farm', 'omitted'),
  killed: killed('user', 'it was killed on its farm'),
  'timed out': killed('timeout', 'it timed out on its farm'),
  'out of memory': killed('memory', 'it ran out of memory on its farm'),
  cancelled: killed('user', 'it was cancelled on its farm', 'canceled'),
  requeued: killed(null, 'it was requeued on its farm', 'queued'),
  preempted: killed(null, 'it was preempted on its farm', 'queued'),
  'launch failed': { status: 'failed', end: 'spawn-error', cause: null, says: 'its launch failed on its farm' },
  'node lost': lost('its node was lost'),
  lost: lost('it was lost')
}

/** `it timed out on its farm, on b07: …`. */
export function wordText({ end, text, host }: FarmWord, more: string | null = null): string {
  const said = [text, more].filter((one) => one !== null && one !== '').join('; ')
  return `${meanings[end].says}${host === null ? '' : `, on ${host}`}${said === '' ? '' : `: ${said}`}`
}

export function endOfAttempt(evidence: Evidence): Ended {
  const { attempt, word } = evidence
  if (attempt.code === null) return word && isOver(word) ? byWord(evidence, word) : open(evidence)
  if (attempt.told) return byWord(evidence, word ?? stopped(attempt))
  const failure = reasonOf(evidence, attempt.code)
  const [status, reason] = failure === null ? (['succeeded', null] as const) : (['failed', failure] as const)
  const known = word && ['timed out', 'out of memory'].includes(word.end) ? meanings[word.end] : null
  if (failure !== null && known && word)
    return { ...known, exitCode: attempt.code, reason: wordText(word, failure), ended: attempt.ended }
  return { status, end: 'exit', cause: null, exitCode: attempt.code, reason, ended: attempt.ended }
}

/** A line of an error in a log that goes on is no end; an exit code is one. */
const isOver = ({ end, exitCode }: FarmWord): boolean => end !== 'failed' || exitCode !== null

function byWord({ attempt, result }: Evidence, word: FarmWord): Ended {
  const { status, end, cause } = meanings[word.end]
  const signal = word.signal === null ? null : `signal ${word.signal}`
  const ended = Math.round(attempt.ended ?? attempt.told?.at ?? lastSign(attempt))
  const common = { end, cause, exitCode: attempt.code ?? word.exitCode, ended }
  // the farm has seen its script end well; its last note is still to come, or found no room
  if (status === 'succeeded' && result.ok) return { ...common, status, reason: null }
  const more = status === 'succeeded' && !result.ok ? result.error.message : signal
  const reason = wordText({ ...word, host: word.host ?? attempt.host }, more)
  return { ...common, status: status === 'succeeded' ? 'failed' : status, reason }
}

/** The last moment that it is known to have lived, ms since 1970: the same at each look. */
export const lastSign = ({ beat, written, began }: FarmAttempt): number => beat ?? written ?? began

const stopped = ({ told, host }: FarmAttempt): FarmWord => ({
  ...{ end: 'killed', text: `SIG${told?.signal ?? 'TERM'} told it to end`, exitCode: null, signal: null },
  ...{ peakMemory: null, host }
})

/** One that has not said how it ended: it runs, or nothing is left that could say it. */
function open(evidence: Evidence): Ended {
  const { attempt, now } = evidence
  const { began, beat, beats, told, host } = attempt
  const seen = Math.round(beat ?? began)
  const silent = now - seen
  if (attempt.gone) return byWord(evidence, told ? stopped(attempt) : goneWord(host))
  if (beats && silent > lostMs) return byWord(evidence, told ? stopped(attempt) : lostWord(seen, host))
  const quiet = beats && silent > 3 * beatSeconds * 1000 ? `; no sign of life since ${momentText(seen)}` : ''
  return runs(began, host, quiet)
}

/** `running on the farm since 2026-11-28 14:02:00, on b07`; `began`: ms since 1970. */
export function runs(began: number, host: string | null, more = ''): Ended {
  const reason = `running on the farm since ${momentText(began)}${host === null ? '' : `, on ${host}`}${more}`
  return { status: 'running', end: null, cause: null, exitCode: null, reason, ended: null }
}

const lostBy = (text: string, host: string | null): FarmWord => ({
  ...{ end: 'lost', text, exitCode: null, signal: null, peakMemory: null, host }
})
const lostWord = (seen: number, host: string | null) =>
  lostBy(`no sign of life since ${momentText(seen)}: its process or its node is gone`, host)
const goneWord = (host: string | null) => lostBy('its process is gone and did not say how it ended', host)

/** Why an attempt that has ended did not succeed; null: it did. */
function reasonOf(evidence: Evidence, code: number): string | null {
  const { attempt, result, plain, lastLine } = evidence
  if (attempt.said !== null) return attempt.said
  if (code !== 0)
    return exitText(code, result.ok || plain ? (whyOf(result, plain) ?? lastLine()) : whyBy(result, lastLine))
  return result.ok ? null : lostOnTheWay(evidence, result.error.message)
}

/** Its script ends well with a whole result alone: one that is not here, or not all of it, has not come with the notes. */
function lostOnTheWay({ attempt: { host, result }, lacks }: Evidence, why: string): string {
  if (!lacks && !isDamage(why)) return why
  const on = host === null ? '' : `, on ${host}`
  return `it ended well on its farm${on}, but ${lacks ? `its result is not in this folder: ${result}` : why}`
}

/** The node's own words, or where it left no result what its log says last. */
const whyBy = (result: Result<TaskResult>, lastLine: () => string | null): string | null => {
  const why = whyOf(result, false)
  return why === 'the command wrote no result' ? (lastLine() ?? why) : why
}
