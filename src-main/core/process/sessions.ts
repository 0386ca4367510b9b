/**
 * Warm interpreters: processes that evaluate task after task (`session`), or fork one child per task (`fork`), so that a
 * start is paid once. Same files and results as a cold start; a task that gets no session is started cold.
 */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isAlive } from './identity.ts'
import { startPrepared, type Command, type Process } from './process.ts'
import { RemoteProcess } from './remote-process.ts'
import { start } from './runner.ts'
import { Session, type SessionStart, type WarmRequest } from './session.ts'

export type Warm = 'fork' | 'session'

/** Warm interpreters that stand for each other. */
export interface Pool {
  key: string
  mode: Warm
  /** how one is started, but for its address */
  session: Omit<SessionStart, 'folder' | 'number' | 'graceMs' | 'mode'>
}

/** A task for a warm interpreter, and its command should there be none. */
export interface WarmTask extends Pool {
  request: WarmRequest
  cold: Command
}

export interface SessionsOptions {
  /** starts a command cold */
  start(command: Command): Process
  graceMs: number
}

export class Sessions {
  private readonly options: SessionsOptions
  private readonly pools = new Map<string, Session[]>()
  /** interpreters that did not come up as a session; they are started cold until Backlot is opened again */
  private readonly broken = new Set<string>()
  private readonly tasks = new Map<RemoteProcess, WarmTask>()
  private readonly alive = new Set<Session>()
  private folder: string | null = null
  private count = 0

  constructor(options: SessionsOptions) {
    this.options = options
  }

  /**
   * Evaluates a task in a warm interpreter, or cold where there is none to be had. `prefetched`: it starts when another
   * one ends (only where `prefetches` says so).
   */
  start(task: WarmTask, prefetched = false): Process {
    if (process.platform === 'win32' || this.broken.has(task.key)) return this.options.start(task.cold)
    const run = new RemoteProcess(task.request, { shared: task.mode === 'session', prefetched })
    this.tasks.set(run, task)
    void run.ended.then(() => this.tasks.delete(run))
    this.send(run, task)
    return run
  }

  /** Whether a task of this pool could wait for another one's end. */
  prefetches({ key }: Pool): boolean {
    return (this.pools.get(key) ?? []).some((session) => session.prefetches)
  }

  /** Lets so many of a pool come up before there is a task for them; one fork server does for all. */
  warmUp(pool: Pool, count: number): void {
    if (process.platform === 'win32' || this.broken.has(pool.key)) return
    const wanted = pool.mode === 'fork' ? 1 : count
    while (this.of(pool).length < wanted) this.of(pool).push(this.open(pool))
  }

  private of({ key }: Pool): Session[] {
    const pool = this.pools.get(key) ?? []
    this.pools.set(key, pool)
    return pool
  }

  /** Ends those that have nothing to do: an idle DCC would hold a licence. */
  async rest(): Promise<void> {
    const idle = [...this.pools.values()].flat().filter((session) => session.busy === 0)
    await Promise.all(idle.map((session) => session.close()))
  }

  /** Ends all; those with tasks, such as other processes' and with `leave` all, after these. */
  async close(leave: boolean): Promise<void> {
    const all = [...this.pools.values()].flat()
    const left = leave ? all : all.filter((session) => session.busy > 0)
    for (const session of left) session.leave()
    await Promise.all(all.filter((session) => !left.includes(session)).map((session) => session.close()))
    if (this.folder && !leave && left.length === 0) rmSync(this.folder, { recursive: true, force: true })
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
    session.send(run, task.request)
  }

  private open({ mode, session: how, key }: Pool): Session {
    this.folder ??= ownFolder()
    const session: Session = new Session(
      { ...how, mode, folder: this.folder, number: ++this.count, graceMs: this.options.graceMs },
      {
        over: () => this.forget(key, session),
        gone: () => this.alive.delete(session),
        again: (run) => {
          this.forget(key, session)
          const known = this.tasks.get(run)
          if (known) this.send(run, known)
        },
        // no other session gets it: should it be what killed this one, it would kill them all
        alone: (run) => this.startCold(run, start),
        never: (runs) => {
          this.forget(key, session)
          this.broken.add(key)
          for (const run of runs) this.startCold(run, (command) => this.options.start(command))
        }
      }
    )
    this.alive.add(session)
    return session
  }

  private forget(key: string, session: Session): void {
    const rest = (this.pools.get(key) ?? []).filter((one) => one !== session)
    this.pools.set(key, rest)
  }

  private startCold(run: RemoteProcess, how: (command: Command) => Process): void {
    const task = this.tasks.get(run)
    if (!task) return
    const cold = startPrepared(() => how(task.cold))
    void cold.ready.then(() => run.follow(cold))
  }
}

/** A folder for sockets, whose paths have to be short; those that a killed Backlot left are removed. */
function ownFolder(): string {
  for (const name of readdirSync(tmpdir())) {
    const pid = Number(/^backlot-warm-(\d+)-/.exec(name)?.[1])
    if (pid && !isAlive(pid, null)) rmSync(join(tmpdir(), name), { recursive: true, force: true })
  }
  return mkdtempSync(join(tmpdir(), `backlot-warm-${process.pid}-`))
}
