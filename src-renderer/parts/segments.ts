/** Tasks as one bar. Pure. */
import { taskStates, type StateCounts, type TaskState } from '../../src-main/domain/status.ts'

export interface Segment {
  /** the states that it counts, and filters */
  states: readonly TaskState[]
  name: 'done' | 'failed' | 'running' | 'left' | 'blocked'
  n: number
}

const names: Readonly<Record<TaskState, Segment['name']>> = {
  ...{ succeeded: 'done', omitted: 'done', failed: 'failed', running: 'running', blocked: 'blocked' },
  ...{ ready: 'left', waiting: 'left', canceled: 'left', interrupted: 'left' }
}

/** The part of a bar that a task of that state is in. */
export const segmentOf = (state: TaskState): Segment['name'] => names[state]

/** Of the bar, in one direction: done, failed and running from the left, blocked from the right; the gap is what is left. */
export const segmentsOf = (counts: StateCounts): Segment[] =>
  (['done', 'failed', 'running', 'left', 'blocked'] as const)
    .map((name): Segment => {
      const states = taskStates.filter((state) => names[state] === name)
      return { name, states, n: states.reduce((sum, state) => sum + (counts[state] ?? 0), 0) }
    })
    .filter(({ n }) => n > 0)
