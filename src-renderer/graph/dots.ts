/** A dot for each task of a card: its shape says its state as its color does. Paths lie in a box of 12 px. */
import type { TaskState } from '../../src-main/domain/status.ts'

export interface Dot {
  d: string
  /** drawn as an outline */
  hollow: boolean
  dashed: boolean
}

const disc = 'M6 2.5a3.5 3.5 0 1 0 0 7a3.5 3.5 0 1 0 0-7Z'
const ring = 'M6 2.8a3.2 3.2 0 1 0 0 6.4a3.2 3.2 0 1 0 0-6.4Z'
const square = 'M2 2H10V10H2Z'
const diamond = 'M6 1.8L10.2 6L6 10.2L1.8 6Z'
const dash = 'M2 6H10'
const half = 'M6 2.8a3.2 3.2 0 0 1 0 6.4Z'

const dot = (d: string, hollow = false, dashed = false): Dot => ({ d, hollow, dashed })

const dots: Readonly<Record<TaskState, Dot>> = {
  succeeded: dot(disc),
  failed: dot(square),
  running: dot(ring + half, true),
  interrupted: dot(ring + dash, true),
  ready: dot(ring, true),
  waiting: dot(ring, true, true),
  blocked: dot(diamond, true),
  canceled: dot(ring + dash, true),
  omitted: dot(dash, true, true)
}

export const dotOf = (state: TaskState): Dot => dots[state]

/** More tasks are a bar. */
export const mostDots = 12
