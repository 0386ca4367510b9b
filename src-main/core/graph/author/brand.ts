import type { Graph } from './shapes.ts'

export const brand: unique symbol = Symbol.for('backlot.graph')

/** Whether the value is a Graph, also one of another copy of Backlot. */
export const isGraph = (value: unknown): value is Graph => typeof value === 'object' && value !== null && brand in value
