/** What POSIX systems tell of their processes, each in its own way. */
import type { Identity, Processes } from '../system.ts'

export interface Table {
  /** Those of the given pids that run, zombies left out; all where none are given. */
  lookAt(pids?: readonly number[]): Processes
  /** Whether it has ended and waits for its parent to collect it. */
  isZombie(pid: number): boolean
  /** When it started, in the system's own words; null: no such process is running. */
  startOf(pid: number): string | null
  ageOf(identity: Identity): number | null
  /** The most bytes it has had in memory; null if nobody can tell. */
  peakMemoryOf(pid: number): number | null
  /** A variable (of plain letters) that it was started with; null: it has none, or that is not shown. */
  variableOf(pid: number, name: string): string | null
  commandOf(pid: number): string | null
  /** The part of what it has in memory that is its own; null: not told. */
  shareOf(pid: number): number | null
  /** Pids of all processes, where they are told for less than a whole look; null: they are not. */
  pids(): number[] | null
  lastPid(): number | null
  /** See ProcessSystem. */
  pidNamespace(): string
  /** The leader of a group that prints into this log. */
  leaderOfLog(log: string): Identity | null
  /** between two looks at processes that are being ended, ms */
  pollMs: number
}
