/** What a process is to Backlot: the command it is started with, how it can be followed, how it ended. */
import { constants } from 'node:os'

export interface Command {
  argv: readonly string[]
  cwd: string
  /** set on top of the environment that Backlot was started in */
  env: Readonly<Record<string, string>>
  /** appended to; it exists already */
  log: string
  /** its pid file (pid-file.ts), for the Backlot that comes after us; null: none will ask */
  pid: string | null
}

/** What the parent that collected a process knows beside how it ended; where it is missing, we look ourselves. */
export interface Remains {
  /** peak memory, bytes */
  peakMemory?: number | null | undefined
  /** whether anything that it started is still running */
  left?: boolean | undefined
  /** pids of what it left that became its parent's children */
  orphans?: readonly number[] | undefined
  /** bytes in its log */
  logged?: number | undefined
  /** ms that it ran, as its parent measured */
  ran?: number | undefined
  /** why its session takes no other task */
  over?: string | undefined
}

export type ProcessEnd =
  | ({ kind: 'exit'; code: number } & Remains)
  | ({ kind: 'signal'; signal: string } & Remains)
  | { kind: 'spawn-error'; message: string }
  /** adopted: it was not our child, so its exit code is not known */
  | { kind: 'gone' }
  /** gone before it could be adopted */
  | { kind: 'lost' }
  /** it was prefetched and revoked: nothing was started */
  | { kind: 'revoked' }

/** A process and the mark that all of its environment has. */
export interface MarkedProcess {
  pid: number
  mark: string
}

/** A process that was asked for. */
export interface Process {
  /** 0 until it is known */
  readonly pid: number
  /** in the system's own words; with the pid it names one process for ever */
  readonly startedAt: string | null
  /** a session: its process goes on to other tasks when this one has ended */
  readonly shared: boolean
  /** how its session was started, a wrapper in front of it included; null: its process is its own */
  readonly session: MarkedProcess | null
  /** it is not running yet: it starts by itself when another one ends */
  readonly prefetched: boolean
  /** what has to be there before anything can begin, as `blender is starting`; null: nothing has */
  readonly waits: string | null
  /** when it waits for nothing any more */
  readonly taken: Promise<void>
  /** which task of its session it is, from 1; null: its process is its own, or it is not known yet */
  readonly nth: number | null
  /** when the pid is known, or never will be */
  readonly ready: Promise<void>
  readonly ended: Promise<ProcessEnd>
  /** Takes it back if it has not started; it ends with `revoked` then. What starts for it alone is ended with it. */
  revoke(): void
}

/** A process whose pid is known from the start; 0: there is none. */
export const known = (pid: number, startedAt: string | null, ended: Promise<ProcessEnd>): Process => ({
  ...{ pid, startedAt, ended, shared: false, session: null, prefetched: false, waits: null, nth: null },
  taken: Promise.resolve(),
  ready: Promise.resolve(),
  revoke: () => undefined
})

/** What could not even be started. */
export const unstarted = (message: string): Process => known(0, null, Promise.resolve({ kind: 'spawn-error', message }))

/** The system's code for what went wrong; undefined: it is a bug of ours. */
export const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined

/** by number; of two names of one signal the first is the usual one: SIGABRT, not SIGIOT */
const signals = new Map(
  Object.entries(constants.signals)
    .map(([name, number]): [number, NodeJS.Signals] => [number, name as NodeJS.Signals])
    .reverse()
)

/** A signal's name; null: no signal of this system has this number. */
export const signalNumbered = (number: number): NodeJS.Signals | null => signals.get(number) ?? null

/** Starts a command whose files have to be written first; a full or read-only disk is an end like any other. */
export function startPrepared(prepare: () => Process): Process {
  try {
    return prepare()
  } catch (error) {
    if (codeOf(error) === undefined) throw error
    return unstarted(`its files cannot be written: ${(error as Error).message}`)
  }
}
