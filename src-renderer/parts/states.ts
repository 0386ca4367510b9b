/** The colours of states, of similar weight in both themes; signs, words and order are the domain's. */
import type { AnyState } from '../../src-main/domain/status.ts'

const colors: Readonly<Record<AnyState, { light: string; dark: string }>> = {
  failed: { light: '#c02a2a', dark: '#ff7b72' },
  canceled: { light: '#8a5a00', dark: '#e3b341' },
  running: { light: '#2458c5', dark: '#7da6ff' },
  paused: { light: '#8a5a00', dark: '#e3b341' },
  queued: { light: '#0f7285', dark: '#4fc3d7' },
  ready: { light: '#0f7285', dark: '#4fc3d7' },
  waiting: { light: '#5f6775', dark: '#98a1b0' },
  blocked: { light: '#8a3fa0', dark: '#d08be6' },
  omitted: { light: '#606875', dark: '#97a0af' },
  succeeded: { light: '#14713f', dark: '#58c98b' }
}

/** Gives style sheets each state's colour as `--state-NAME`; `light-dark()` follows the theme's colour scheme. */
export function defineStateColors(root: HTMLElement): void {
  for (const [state, { light, dark }] of Object.entries(colors))
    root.style.setProperty(`--state-${state}`, `light-dark(${light}, ${dark})`)
}

export const stateColor = (state: AnyState): string => `var(--state-${state})`

/** For a canvas, which takes no custom properties. */
export const plainColor = (state: AnyState, isDark: boolean): string => colors[state][isDark ? 'dark' : 'light']
