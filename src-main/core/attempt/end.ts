/** What an attempt's end means for its task, purely. */
import type { AttemptEnd, KillCause, TaskStatus } from '../../domain/status.ts'
import type { Result } from '../../domain/result.ts'
import type { TaskResult } from '../job/outputs.ts'
import type { Directive } from '../../domain/directives.ts'
import type { ProcessEnd } from '../process/runner.ts'

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

/**
 * A task succeeds only with exit 0 and a readable result, and without a directive that says it failed. The first cause
 * wins: whoever was killed by us is judged by that, whatever its process did then.
 */
export function judge(
  end: ProcessEnd,
  kill: Kill | null,
  result: () => Result<TaskResult>,
  said: Directive | null
): Verdict & { result: TaskResult | null } {
  const verdict = (status: TaskStatus, kind: AttemptEnd, reason: string | null, value: TaskResult | null = null) => ({
    status,
    end: kind,
    cause: null,
    exitCode: end.kind === 'exit' ? end.code : null,
    signal: end.kind === 'signal' ? end.signal : null,
    peakMemory: end.kind === 'exit' || end.kind === 'signal' ? (end.peakMemory ?? null) : null,
    reason,
    result: value
  })
  if (kill) return { ...verdict(kill.then, 'killed', kill.reason), cause: kill.cause }
  if (end.kind === 'spawn-error')
    return verdict('failed', 'spawn-error', `the command cannot be started: ${end.message}`)
  if (end.kind === 'signal') return verdict('failed', 'signal', `the process was killed by ${end.signal}`)
  const value = result()
  const kind: AttemptEnd = end.kind === 'exit' ? 'exit' : 'lost'
  if (end.kind === 'exit' && end.code !== 0) {
    const why = value.ok ? 'it wrote a result before that, which does not count' : value.error.message
    return verdict('failed', kind, `exit code ${end.code}: ${why}`)
  }
  if (!value.ok && end.kind === 'lost')
    return verdict('queued', kind, 'it ended while nobody was there to see how; it runs again')
  if (!value.ok) return verdict('failed', kind, value.error.message)
  if (said)
    return verdict(
      'failed',
      kind,
      said.kind === 'exit'
        ? `the log says exit status ${said.code}`
        : said.kind === 'fail'
          ? `the log says it failed: ${said.message}`
          : null
    )
  return verdict('succeeded', kind, null, value.value)
}

/** Whether a directive makes its task fail though its process may exit 0. */
export const isFailure = (directive: Directive): boolean =>
  directive.kind === 'fail' || (directive.kind === 'exit' && directive.code !== 0)
