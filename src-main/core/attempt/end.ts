/** What an attempt's end means for its task, purely. */
import type { AttemptEnd, KillCause, TaskStatus } from '../../domain/status.ts'
import type { Result } from '../../domain/result.ts'
import type { TaskResult } from './result.ts'
import type { Directive } from '../../domain/directives.ts'
import { exitCodeText } from '../../domain/exit-code.ts'
import { signalNumbered, type ProcessEnd } from '../process/process.ts'

/** Why Backlot ended a process, and what its task becomes: `canceled`, or `queued` to run again later. */
export interface Kill {
  cause: KillCause
  then: 'failed' | 'canceled' | 'queued'
  reason: string
}

export interface Verdict {
  status: TaskStatus
  end: AttemptEnd
  cause: KillCause | null
  exitCode: number | null
  signal: string | null
  /** bytes */
  peakMemory: number | null
  /** one sentence where the task did not succeed */
  reason: string | null
}

export interface Attempted {
  end: ProcessEnd
  /** why we ended it; null: it ended by itself */
  kill: Kill | null
  /** what it wrote back, read only where that matters */
  result: () => Result<TaskResult>
  /** the first directive that says it failed */
  said: Directive | null
  /** a plain command: its exit code alone says how it ended */
  plain?: boolean
  /** whether the kernel ended processes for want of memory while it ran; asked where that matters */
  starved?: () => boolean
}

export interface Judged {
  verdict: Verdict
  /** what it wrote back, where that counts */
  result: TaskResult | null
}

/**
 * A task succeeds only with exit 0 and a readable result, and without a directive that says it failed. The first cause
 * wins: a task that we ended is judged by that, whatever its process did then.
 */
export function judge({ end, kill, result, said, plain = false, starved = () => false }: Attempted): Judged {
  const facts = factsOf(end)
  if (kill) return failed({ ...facts, status: kill.then, end: 'killed', cause: kill.cause }, kill.reason)
  if (end.kind === 'spawn-error')
    return failed({ ...facts, end: 'spawn-error' }, `the command cannot be started: ${end.message}`)
  if (end.kind === 'signal')
    return failed({ ...facts, end: 'signal' }, `the process was killed by ${signalText(end.signal, starved)}`)
  const value = result()
  if (end.kind === 'exit' && end.code !== 0) return failed(facts, exitText(end.code, whyOf(value, plain), starved))
  if (!value.ok && end.kind === 'lost')
    return failed({ ...facts, status: 'queued' }, 'it ended while Backlot was not running; it runs again')
  if (!value.ok) return failed(facts, value.error.message)
  if (said) return failed(facts, saidText(said))
  return { verdict: { ...facts, status: 'succeeded', reason: null }, result: value.value }
}

/** What is known of any end; a task has failed unless something says otherwise. */
const factsOf = (end: ProcessEnd): Omit<Verdict, 'reason'> => ({
  status: 'failed',
  end: end.kind === 'exit' ? 'exit' : 'lost',
  cause: null,
  exitCode: end.kind === 'exit' ? end.code : null,
  signal: end.kind === 'signal' ? end.signal : null,
  peakMemory: end.kind === 'exit' || end.kind === 'signal' ? (end.peakMemory ?? null) : null
})

const failed = (facts: Omit<Verdict, 'reason'>, reason: string | null): Judged => ({
  verdict: { ...facts, reason },
  result: null
})

/** What is known beyond the code; null: nothing. Most plain commands write no result, so that is nothing to tell of. */
export function whyOf(value: Result<TaskResult>, plain: boolean): string | null {
  if (value.ok) return plain ? null : 'the result it wrote before does not count'
  return value.error.message
}

/** an exit code above it is how a shell tells of a signal */
const shellBase = 128

/** `exit code 3`, `exit code 0xC0000005 (access violation)`, `exit code 137 (128 + 9, as a shell tells of SIGKILL): …`; `why`: what else is known. */
export function exitText(code: number, why: string | null, starved: () => boolean = () => false): string {
  const signal = code > shellBase ? signalNumbered(code - shellBase) : null
  const name = signal === null ? '' : ` (${signalText(signal, starved)}: a shell adds ${shellBase} to its number)`
  return `exit code ${exitCodeText(code)}${name}${why === null ? '' : `: ${why}`}`
}

const signalText = (signal: string, starved: () => boolean): string =>
  signal === 'SIGKILL' && starved() ? `${signal}, as the kernel ran out of memory` : signal

function saidText(said: Directive): string | null {
  if (said.kind === 'warning') return `it is strict, and its log warns: ${said.message}`
  if (said.kind === 'exit') return `the log says exit status ${said.code}`
  return said.kind === 'fail' ? `the log says it failed: ${said.message}` : null
}

/** Whether a directive makes its task fail though its process may exit 0. */
export const isFailure = (directive: Directive): boolean =>
  directive.kind === 'fail' || (directive.kind === 'exit' && directive.code !== 0)
