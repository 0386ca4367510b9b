/** The colors of states, as custom properties that tokens.css gives for both themes: `--state-failed` and so on. */
import type { AnyState, TaskState } from '../../src-main/domain/status.ts'
import { segmentOf } from './segments.ts'

/** The name of the custom property. */
export const stateName = (state: string): string => `--state-${state}`

export const stateColor = (state: AnyState): string => `var(${stateName(state)})`

const fills = {
  done: 'ok-fill',
  failed: 'fail-fill',
  running: 'run-fill',
  left: 'track',
  blocked: 'block-fill'
} as const

/** Of a bar's segment: what nothing came of yet is the bar's track. */
export const stateFill = (state: TaskState): string => `var(--${fills[segmentOf(state)]})`
