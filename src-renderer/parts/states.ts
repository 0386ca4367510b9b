/** The colors of states, light and dark, as custom properties: `--state-failed` and so on. */
import type { AnyState } from '../../src-main/domain/status.ts'

interface Color {
  light: string
  dark: string
}

const blue = { light: '#2458c5', dark: '#7da6ff' }
const cyan = { light: '#0f7285', dark: '#4fc3d7' }
const yellow = { light: '#8a5a00', dark: '#e3b341' }

/** All are readable as text on their theme's surfaces: the end-to-end tests check the contrast. */
const colors: Readonly<Record<AnyState, Color>> = {
  failed: { light: '#c02a2a', dark: '#ff7b72' },
  canceled: yellow,
  interrupted: yellow,
  running: blue,
  paused: yellow,
  queued: cyan,
  ready: cyan,
  waiting: { light: '#5f6775', dark: '#98a1b0' },
  blocked: { light: '#8a3fa0', dark: '#d08be6' },
  omitted: { light: '#606875', dark: '#97a0af' },
  succeeded: { light: '#14713f', dark: '#58c98b' }
}

/** The name of the custom property. */
export const stateName = (state: string): string => `--state-${state}`

/** All of them as the text of a style attribute, for the root of the page. */
export const stateProperties = (theme: keyof Color): string =>
  Object.entries(colors)
    .map(([state, color]) => `${stateName(state)}: ${color[theme]}`)
    .join('; ')

export const stateColor = (state: AnyState): string => `var(${stateName(state)})`
