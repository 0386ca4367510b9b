/** From a process that has ended to what becomes of its task. */
import { readsTask } from '../../domain/command.ts'
import type { Directive } from '../../domain/directives.ts'
import type { Interpreter } from '../../domain/interpreter.ts'
import { ok, type Result } from '../../domain/result.ts'
import { judge, type Verdict } from '../attempt/end.ts'
import { appendNote, removeFiles } from '../attempt/log.ts'
import type { AttemptPaths } from '../attempt/paths.ts'
import { readPlainResult, readResult, type TaskResult } from '../attempt/result.ts'
import { filesIn, isThere } from '../job/fingerprint.ts'
import type { StoredJob } from '../job/stored-job.ts'
import { oomKills } from '../process/posix/oom.ts'
import type { ProcessEnd } from '../process/process.ts'
import type { AttemptResult } from '../store/shapes.ts'
import type { Parts } from './parts.ts'
import type { RunningAttempt } from './running.ts'

export interface Ended {
  attempt: RunningAttempt
  end: ProcessEnd
}

export class Finishing {
  private readonly parts: Parts

  constructor(parts: Parts) {
    this.parts = parts
  }

  /** Writes down how an attempt ended. `retries`: whether a failed task may be tried again now. */
  finish({ attempt, end: told }: Ended, retries: boolean): void {
    const { jobs, slots, store, news, behind, clock } = this.parts
    const job = jobs.get(attempt.job)
    if (!job) throw new Error(`job ${attempt.job} was closed while task ${attempt.task.id} was running`)
    if (told.kind === 'revoked' && (attempt.killed?.then ?? 'queued') === 'queued') return this.revoked(job, attempt)
    const ran = attempt.ranFor(performance.now())
    if (ran !== null) slots.took(attempt.pool, ran)
    const { logged, ran: measured, over } = told.kind === 'exit' || told.kind === 'signal' ? told : {}
    attempt.readRest(logged)
    behind(attempt.sweep(() => news.push(() => news.left(job, attempt.task))))
    const { verdict, result } = verdictOf(job, attempt, told)
    const { status, reason } = this.becomes(job, attempt, verdict, retries)
    const took = attempt.took(performance.now(), measured)
    store.finish(
      { ...resultRow(job, attempt, { verdict, result }), took },
      { task: attempt.task.id, from: 'running', to: status, reason },
      result?.outputs ?? null,
      clock.now()
    )
    slots.release(attempt)
    job.plan.mark(attempt.task.id, status)
    if (status === 'failed') jobs.failed(job)
    news.push(() => {
      if (verdict.reason) appendNote(attempt.paths.log, verdict.reason)
      if (over !== undefined) news.sessionOver(job, attempt, over)
      news.task(job, attempt.task, { status, attempt: attempt.attempt.number, reason, took })
    })
  }

  /** A failed task is queued again while it has retries; a command that cannot be started will not start next time. */
  private becomes(job: StoredJob, { task }: RunningAttempt, { status, end, reason }: Verdict, retries: boolean) {
    const again = status === 'failed' && retries && end !== 'spawn-error' && this.parts.jobs.mayRetry(job, task)
    return again ? ({ status: 'queued', reason: `${reason}; tried again` } as const) : { status, reason }
  }

  /** A prefetched task that was revoked is as if it had never begun. */
  private revoked(job: StoredJob, attempt: RunningAttempt): void {
    const { store, slots, news, clock } = this.parts
    const { task } = attempt
    store.revoke(attempt.attempt, task.id, clock.now())
    removeFiles(attempt.paths)
    slots.release(attempt)
    job.plan.mark(task.id, 'queued')
    news.push(() => news.task(job, task, { status: 'queued', attempt: null, reason: null }))
  }
}

function verdictOf(job: StoredJob, attempt: RunningAttempt, told: ProcessEnd) {
  const interpreter = job.interpreters.get(attempt.task.node.interpreter)
  // only its exit code says whether a plain command did its work
  const end: ProcessEnd = told.kind === 'gone' && interpreter?.evaluator === 'none' ? { kind: 'lost' } : told
  const plain = interpreter?.evaluator === 'none'
  const result = () => resultOf(interpreter, attempt.paths, end)
  const starved = () => attempt.oomKills !== null && (oomKills() ?? 0) > attempt.oomKills
  const said = attempt.said ?? strictly(job, attempt)
  return judge({ end, kill: attempt.killed, result, said, plain, starved })
}

/** The warning that fails a strict task. */
function strictly({ settings }: StoredJob, { heard, task }: RunningAttempt): Directive | null {
  const isStrict = heard.warning !== null && (settings.strict || task.node.strict())
  return isStrict ? { kind: 'warning', message: heard.warning ?? '' } : null
}

/** A plain command that exits with 0 has succeeded; what it wrote back, if anything, counts as well. */
function resultOf(interpreter: Interpreter | undefined, paths: AttemptPaths, end: ProcessEnd): Result<TaskResult> {
  if (interpreter?.evaluator !== 'none' || end.kind !== 'exit') return readResult(paths.result)
  // a command that does not know its task file cannot have written beside it
  return readsTask(interpreter) ? readPlainResult(paths.result) : ok({ outputs: [], seconds: null })
}

type ResultRow = Omit<AttemptResult, 'took'>

function resultRow(
  { settings }: StoredJob,
  attempt: RunningAttempt,
  { verdict, result }: { verdict: Verdict; result: TaskResult | null }
): ResultRow {
  const { progress, message, process, startedAt, task } = attempt
  const { end, cause, exitCode, signal, reason } = verdict
  // of a tree that was watched, and of the largest process that was collected
  const peakMemory = Math.max(attempt.peakMemory ?? 0, verdict.peakMemory ?? 0) || null
  const where = { frames: task.frames, cwd: settings.cwd }
  const files = result?.outputs.flatMap(({ value }) => filesIn(value, where))
  return {
    ...{ id: attempt.attempt.id, end, cause, exitCode, signal, peakMemory, reason, progress, message, startedAt },
    seconds: result?.seconds ?? null,
    nth: process?.nth ?? null,
    pid: process?.pid || null,
    pidStartedAt: process?.startedAt ?? null,
    filesWritten: files ? files.filter(isThere).length : null,
    logged: attempt.heard.facts
  }
}
