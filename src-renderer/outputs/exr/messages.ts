/** What the page and the worker that decodes say to each other. */

export interface Wish {
  id: number
  /** path and version of the file */
  key: string
  stops: number
  /** at most so many pixels wide; null: as it is */
  width: number | null
  /** the file, where the worker asked for it */
  bytes?: Uint8Array<ArrayBuffer>
}

export interface Shown {
  width: number
  height: number
  /** of the file, where it is shown smaller */
  fullWidth: number
  fullHeight: number
  rgba: Uint8ClampedArray<ArrayBuffer>
  info: string
}

export type Reply = { id: number } & ({ shown: Shown } | { error: string } | { missing: true })
