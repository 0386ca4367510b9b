/** The critical path on the timeline. Pure. */
import type { Output } from '../../src-main/api.ts'
import type { Bar } from './bars.ts'

export type JobPath = Output<'job.path'>

/** The bars of the path's tasks, each task's last attempt, in the order of time. */
export function chainOf(bars: readonly Bar[], path: JobPath | null): number[] {
  if (!path) return []
  const place = new Map(path.steps.map(({ id }, i) => [id, i]))
  const found = new Map<number, number>()
  bars.forEach((bar, i) => place.has(bar.task) && found.set(bar.task, i))
  return path.steps.flatMap(({ id }) => found.get(id) ?? [])
}

export interface PathSums {
  tasks: number
  /** ms that its tasks took, and that they waited for slots */
  busy: number
  waited: number
  /** from its first task's turn to its last end */
  whole: number
}

export function sumsOf({ steps }: JobPath): PathSums {
  const busy = steps.reduce((sum, { start, end }) => sum + Math.max(0, end - start), 0)
  const waited = steps.reduce((sum, step) => sum + step.waited, 0)
  return { tasks: steps.length, busy, waited, whole: busy + waited }
}
