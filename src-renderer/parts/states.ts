/** The colors of states, as custom properties that tokens.css gives for both themes: `--state-failed` and so on. */
import type { AnyState } from '../../src-main/domain/status.ts'

/** The name of the custom property. */
export const stateName = (state: string): string => `--state-${state}`

export const stateColor = (state: AnyState): string => `var(${stateName(state)})`
