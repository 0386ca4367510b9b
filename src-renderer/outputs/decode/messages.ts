/** What the page and the workers that decode say to each other. */
import type { Difference } from '../../../src-main/domain/picture/difference.ts'
import type { Choice } from '../../../src-main/domain/picture/opened.ts'

/** The file: its bytes are fetched by the worker, or handed to it where it may not. */
export interface File {
  path: string
  url: string
  /** path, size and time of writing: what was decoded of it counts as long as this is the same */
  key: string
  bytes?: Uint8Array<ArrayBuffer>
}

export interface View {
  /** of the picture's choices */
  choice: number
  level: number
  /** all that there is, instead of what the picture shows of it */
  isWhole: boolean
  /** doublings of light */
  stops: number
  /** from the least to the greatest value instead of from 0 to white; null: as what is shown asks for */
  isFitted: boolean | null
}

export interface Wish {
  id: number
  file: File
  view: View
  /** at most so many pixels wide; null: as it is */
  width: number | null
}

/** Asks for the values of one pixel of what was shown last. */
export interface Probe {
  id: number
  file: File
  view: View
  /** of the shown picture's pixels, from its left top corner */
  x: number
  y: number
}

/** Asks how two pictures differ, of which both were shown before. */
export interface Pair {
  id: number
  a: File
  b: File
  view: View
}

export interface Shown {
  width: number
  height: number
  rgba: Uint8ClampedArray<ArrayBuffer>
  info: string
  choices: readonly Choice[]
  /** whether there are pixels outside of what the picture shows */
  hasMore: boolean
  isFitted: boolean
  fault: string | null
}

export interface Values {
  /** in the file's own coordinates */
  x: number
  y: number
  /** empty where the file has no pixel */
  channels: { name: string; type: string; value: number }[]
}

export type Request = ({ wish: Wish } | { probe: Probe } | { pair: Pair }) & { id: number }
export type Reply = { id: number } & (
  | { shown: Shown }
  | { values: Values }
  | { difference: Difference }
  | { error: string }
  /** the worker needs the bytes */
  | { missing: true }
)
