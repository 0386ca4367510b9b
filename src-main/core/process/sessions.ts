/**
 * Warm interpreters: processes that evaluate task after task (`session`), or fork one child per task (`fork`), so that a
 * start is paid once. Same files and results as a cold start; a task that gets no session is started cold.
 */
import { startPrepared, unstarted, type Command, type Process, type ProcessEnd } from './process.ts'
import { RemoteProcess } from './remote-process.ts'
import { ownFolder } from './own-folder.ts'
import { processes } from './processes.ts'
import { Session, type SessionStart, type WarmRequest } from './session.ts'
import { exitCodeText } from '../../domain/exit-code.ts'
import { removeFolderSoon } from '../store/files.ts'
import { newSessionLog } from './session-log.ts'

export type Warm = 'fork' | 'session'

/** Warm interpreters that stand for each other. */
export interface Pool {
  key: string
  mode: Warm
  /** how one is started, but for its address */
  session: Omit<SessionStart, 'folder' | 'number' | 'log' | 'graceMs' | 'mode'>
}

/** A task for a warm interpreter, and its command should there be none. */
export interface WarmTask extends Pool {
  request: WarmRequest
  cold: Command
  /** where its job keeps what its sessions say */
  logs: string
}

export interface SessionsOptions {
  /** starts a command cold */
  start(command: Command): Process
  graceMs: number
  /** where sessions say what they say beside their tasks */
  logs: string
  /** Puts a line of ours into a task's log. */
  note(log: string, text: string): void
}

/** Why a pool has no warm interpreter: its tasks are started cold, or, where its start took too long, not at all. */
interface Unfit {
  why: string
  start: 'cold' | 'never'
}

/** What a session says that has nothing to go on with, as backlot_serve.py words it. */
const notReset = 'its program could not be reset'

/** in this process: the logs of those that still end are not written over */
let opened = 0

export class Sessions {
  private readonly options: SessionsOptions
  private readonly pools = new Map<string, Session[]>()
  /** of pools that have none; forgotten when no job is in work */
  private readonly unfit = new Map<string, Unfit>()
  private readonly tasks = new Map<RemoteProcess, WarmTask>()
  private readonly alive = new Set<Session>()
  private folder: string | null = null

  constructor(options: SessionsOptions) {
    this.options = options
  }

  /**
   * Evaluates a task in a warm interpreter, or cold where there is none to be had. `prefetched`: it starts when another
   * one ends (only where `prefetches` says so).
   */
  start(task: WarmTask, prefetched = false): Process {
    const unfit = this.unfit.get(task.key)
    if (unfit) return this.without(task, unfit)
    const run = new RemoteProcess(task.request, { shared: task.mode === 'session', prefetched })
    this.tasks.set(run, task)
    void run.ended.then(() => this.tasks.delete(run))
    this.send(run, task)
    return run
  }

  private without({ cold }: WarmTask, { why, start: how }: Unfit): Process {
    if (how === 'never') return unstarted(`${why}; it is not waited for once more while jobs run`)
    this.options.note(cold.log, `it is started cold: ${why}`)
    return this.options.start(cold)
  }

  /** Whether a task of this pool could wait for another one's end. */
  prefetches({ key }: Pool): boolean {
    return (this.pools.get(key) ?? []).some((session) => session.prefetches)
  }

  /** Lets so many of a pool come up before there is a task for them; one fork server does for all. */
  warmUp(pool: Pool, count: number): void {
    if (this.unfit.has(pool.key)) return
    const wanted = pool.mode === 'fork' ? 1 : count
    while (this.of(pool).length < wanted) this.of(pool).push(this.open(pool))
  }

  private of({ key }: Pool): Session[] {
    const pool = this.pools.get(key) ?? []
    this.pools.set(key, pool)
    return pool
  }

  /** Ends those that have nothing to do: an idle DCC would hold a licence. What did not come up is tried again next time. */
  async rest(): Promise<void> {
    this.unfit.clear()
    const idle = [...this.pools.values()].flat().filter((session) => session.busy === 0)
    await Promise.all(idle.map((session) => session.close()))
  }

  /** Ends all; those with tasks, such as other processes' and with `leave` all, after these. */
  async close(leave: boolean): Promise<void> {
    const all = [...this.pools.values()].flat()
    const left = leave ? all : all.filter((session) => session.busy > 0)
    for (const session of left) session.leave()
    // those that are over already, too
    const ending = leave ? [] : [...this.alive].filter((session) => session.busy === 0)
    await Promise.all(ending.map((session) => session.close()))
    if (this.folder && !leave && left.length === 0) removeFolderSoon(this.folder)
  }

  /** All are ended hard. */
  hasten(): void {
    for (const session of this.alive) session.kill()
  }

  private send(run: RemoteProcess, task: WarmTask): void {
    const pool = this.of(task)
    const able = pool.filter((session) =>
      task.mode === 'fork' ? true : run.prefetched ? session.prefetches : session.busy === 0
    )
    const [free] = able.sort((a, b) => a.busy - b.busy)
    const session = free ?? this.open(task)
    if (!free) pool.push(session)
    const said = session.log.keepIn(task.logs)
    if (task.mode === 'session') run.request = { ...task.request, said }
    session.send(run, task.request)
  }

  private open(pool: Pool): Session {
    const { mode, session: how, key } = pool
    this.folder ??= ownFolder('warm')
    const number = ++opened
    const log = newSessionLog(this.options.logs, number)
    const session: Session = new Session(
      { ...how, mode, folder: this.folder, number, log, graceMs: this.options.graceMs },
      {
        over: () => this.forget(key, session),
        gone: () => this.alive.delete(session),
        again: (run, why) => {
          this.forget(key, session)
          const known = this.tasks.get(run)
          if (!known) return
          if (why.startsWith(notReset)) this.options.note(known.request.log, `it gets a new session: ${why}`)
          this.send(run, known)
        },
        // no other session gets it: should it be what killed this one, it would kill them all
        alone: (run) => this.startCold(run, (command) => processes.start(command)),
        unfit: (run, why) => {
          this.unfit.set(key, { why, start: 'cold' })
          if (run.prefetched) run.end({ kind: 'revoked' })
          else this.cold(run, why)
        },
        never: (runs, end) => this.never(pool, session, { runs, end }),
        slow: (run) => {
          const known = this.tasks.get(run)
          if (known) this.options.note(known.request.log, `${run.waits ?? ''}; what it says: ${log.keepIn(known.logs)}`)
        },
        stuck: (log, ms) => {
          const what = 'what it still did, such as writing a file in a thread, may be cut off'
          this.options.note(log, `${how.name} still ran ${ms / 1000} s after it, so it was ended; ${what}`)
        }
      }
    )
    this.alive.add(session)
    return session
  }

  /** One that ended before it was there has its tasks started cold; one that was not there in time, and what waits, is not. */
  private never(pool: Pool, session: Session, { runs, end }: { runs: RemoteProcess[]; end: ProcessEnd | null }): void {
    const { name, startMs } = pool.session
    this.forget(pool.key, session)
    const last = session.log.lastLine()
    const how = end ? `did not come up as a session (${endText(end)})` : `did not come up within ${startMs / 1000} s`
    for (const run of runs) {
      const task = this.tasks.get(run)
      const where = task ? `; what it says: ${session.log.keepIn(task.logs)}` : ''
      const said = `${where}${last === null ? '' : `; its last line: ${last}`}`
      if (end) this.cold(run, `${name} ${how}${said}`)
      else run.end({ kind: 'spawn-error', message: `${name} ${how} (--start-timeout)${said}` })
    }
    const why = `${name} ${how}${end ? '' : ' (--start-timeout)'}${last === null ? '' : `; its last line: ${last}`}`
    this.unfit.set(pool.key, { why, start: end ? 'cold' : 'never' })
  }

  private forget(key: string, session: Session): void {
    const rest = (this.pools.get(key) ?? []).filter((one) => one !== session)
    this.pools.set(key, rest)
  }

  private cold(run: RemoteProcess, why: string): void {
    const task = this.tasks.get(run)
    if (task) this.options.note(task.request.log, `it is started cold: ${why}`)
    this.startCold(run, (command) => this.options.start(command))
  }

  private startCold(run: RemoteProcess, how: (command: Command) => Process): void {
    const task = this.tasks.get(run)
    if (!task) return
    const cold = startPrepared(() => how(task.cold))
    void cold.ready.then(() => run.follow(cold))
  }
}

const endText = (end: ProcessEnd): string => {
  if (end.kind === 'exit') return `exit code ${exitCodeText(end.code)}`
  if (end.kind === 'signal') return end.signal
  return end.kind === 'spawn-error' ? end.message : 'it is gone'
}
