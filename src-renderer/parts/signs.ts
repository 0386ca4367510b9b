/** The shapes of states and severities in a box of 16 × 16: the same in the page and on a canvas. */
import type { Severity } from '../../src-main/domain/problems.ts'
import type { AnyState } from '../../src-main/domain/status.ts'

export interface Shape {
  /** as an SVG path has it */
  d: string
  /** of the stroke; 1.5 where nothing is said; 0: the shape is filled instead */
  width?: number
  dash?: readonly number[]
  /** lies on a filled shape, in the colour of what is behind the sign */
  on?: true
}

const circle = (r: number) => `M${8 - r} 8a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0z`
const ring: Shape = { d: circle(5.25) }
const queued: readonly Shape[] = [ring, { d: circle(1.75), width: 0 }]
const failed: readonly Shape[] = [
  { d: 'M5 2h6a3 3 0 0 1 3 3v6a3 3 0 0 1-3 3H5a3 3 0 0 1-3-3V5a3 3 0 0 1 3-3z', width: 0 },
  { d: 'm5.5 5.5 5 5m0-5-5 5', width: 1.75, on: true }
]

export const stateShapes: Readonly<Record<AnyState, readonly Shape[]>> = {
  failed,
  succeeded: [{ d: 'M3.5 8.5 6.5 11.5 12.5 5', width: 1.75 }],
  running: [ring, { d: 'M8 2.75a5.25 5.25 0 0 1 0 10.5z', width: 0 }],
  remote: [{ d: 'M3 8h9M8.5 4.5 12 8l-3.5 3.5', width: 1.75 }, { d: 'M13.5 3.5v9' }],
  blocked: [{ d: 'M8 1.8 14.2 8 8 14.2 1.8 8Z' }, { d: 'M5.5 8h5', width: 1.75 }],
  waiting: [{ ...ring, dash: [2.2, 1.92] }],
  ready: queued,
  queued,
  canceled: [ring, { d: 'm4.5 11.5 7-7' }],
  interrupted: [ring, { d: 'M8 5.2v3.2M8 10.7v.1', width: 1.75 }],
  omitted: [{ d: 'M3 8h3.5M9.5 8H13', width: 1.75 }],
  paused: [{ d: 'M6 4v8M10 4v8', width: 2 }]
}

export const severityShapes: Readonly<Record<Severity, readonly Shape[]>> = {
  error: failed,
  warning: [{ d: 'M8 2.5 14.2 13.2H1.8Z' }, { d: 'M8 6.5v3M8 11.4v.01' }],
  info: [{ d: circle(6.2) }, { d: 'M8 7.4v3.6M8 4.9v.1' }]
}
