/** What Backlot asks of a system's processes: the one seam between it and POSIX, Windows and what they have of their own. */
import { variableNames } from '../../domain/variables.ts'
import type { Command, Process } from './process.ts'

export interface Identity {
  pid: number
  /** in the system's own words; null if it cannot be told */
  startedAt: string | null
}

export interface SeenProcess {
  pid: number
  parent: number
  group: number
  session: number
  /** in the system's own words; with the pid it names one process for ever */
  startedAt: string
  /** bytes of it that are in memory, shared ones among them */
  resident: number
}

export type Processes = ReadonlyMap<number, SeenProcess>

/** The variable that marks what belongs to an attempt. */
export const markName = variableNames.attempt

/** An attempt's process and all that this has started, in whatever group or session (docs/adr/0018, 0025). */
export interface Family {
  /** the process that leads its group or job; null: a session's task, whose process goes on without it */
  leader: number | null
  /** the value of its mark */
  mark: string
  /** of a session's task: its session, whose mark is on all that a task forks there without starting a program */
  session?: { pids: readonly number[]; mark: string } | null
  /** pids that are known to belong to it */
  others?: readonly number[]
  /** when the leader and the others started, in the system's own words, as far as that is known */
  starts?: ReadonlyMap<number, string>
}

/** The mark that a process was started with; null: it has none, or is another user's. */
export type MarkReader = (process: SeenProcess) => string | null

/** When an attempt began. */
export interface Began {
  /** the pid that was given away last then; null: not known */
  pid: number | null
  /** how long ago, ms */
  ago: number
}

/** How a whole group or job is told to end: so that it may clean up, or at once. */
export type EndSignal = 'soft' | 'hard'

/** Nothing is followed, ended or counted here but by its pid and its start: a pid alone may be anybody's by now. */
export interface ProcessSystem {
  /**
   * Starts a command as the leader of a group or job of its own, its output in its log. A program that cannot be started
   * ends with `spawn-error`. Throws where its pid file or its log cannot be written.
   */
  start(command: Command): Process
  /** Watches a process that another process started; how it ended is told where its pid file or the system says so. */
  adopt(identity: Identity, pidFile: string): Process
  /** When a process started, in the system's own words; null if no such process is running. */
  startOf(pid: number): string | null
  /** Whether no process has this pid, another user's neither, whose start the system may not show. */
  isGone(pid: number): boolean
  /** The list of processes that our pids are of: a container has its own; empty: the system has one. */
  pidNamespace(): string
  /** How long a process has been running by a clock that nobody sets, ms; null where that cannot be told. */
  ageOf(identity: Identity): number | null
  /** The most bytes a running process has had in memory; null where nobody can tell. */
  peakMemoryOf(pid: number): number | null
  /** What a process is called, for people; null if it has ended. */
  nameOf(pid: number): string | null
  /** All processes that can be seen now; none where the system shows them by family only. */
  lookAt(): Processes
  /** The mark in a process's environment, where the system shows that. */
  markOf: MarkReader
  /** A family's members that run now; `all`: as they were looked at. */
  membersOf(family: Family, all: Processes, mark?: MarkReader): SeenProcess[]
  /** Bytes that processes have in memory together. */
  memoryOf(processes: readonly SeenProcess[]): number
  /** What there is of a family whose attempt is over. */
  leftOf(family: Family, began: Began): SeenProcess[]
  /**
   * Ends a family: the soft signal, then after `graceMs` the hard one. Resolves when none of it is left, or when the
   * system does not let go of what was ended.
   */
  endFamily(family: Family, graceMs: number): Promise<void>
  /** The same of a group or job alone, of a program that carries no mark. */
  endGroup(leader: Identity, graceMs: number): Promise<void>
  /** Whether anything is there of the group or job that this process leads or led. */
  isGroupThere(leader: Identity): boolean
  /** Tells all of that group or job to end. */
  signalGroup(leader: Identity, how: EndSignal): void
  /** The pid that was given away last; null where the system does not say. */
  lastPid(): number | null
  /** Ends one process hard, if it is still the same one. */
  kill(identity: Identity): void
  /** A process that prints into this log and whose start nobody has written down; null: none is known. */
  processOfLog(log: string): Identity | null
}
