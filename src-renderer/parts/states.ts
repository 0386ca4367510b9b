/** How states look: a sign, a word and a colour, so that nobody needs to tell red from green. */
import type { JobStatus, TaskState } from '../../src-main/domain/status.ts'

export type AnyState = TaskState | JobStatus

export const stateSigns: Readonly<Record<AnyState, string>> = {
  succeeded: '✓',
  failed: '✕',
  canceled: '⊘',
  omitted: '–',
  running: '▶',
  waiting: '·',
  blocked: '■',
  ready: '○',
  queued: '○',
  paused: '‖'
}

/** The order in which states are counted and stacked. */
export const stateOrder: readonly TaskState[] = [
  'failed',
  'canceled',
  'running',
  'ready',
  'waiting',
  'blocked',
  'omitted',
  'succeeded'
]

export const stateColor = (state: AnyState): string => `var(--state-${state})`
