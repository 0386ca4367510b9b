/** libdpx as WebAssembly (tools/libdpx): a file's header, and rows of samples as they are stored. */
import { mostKept, starter, type Instance } from '../compiled.ts'
import { wasm } from './libdpx-wasm.ts'

/** What tools/libdpx/picture.cpp exports; addresses are numbers. */
interface Core extends Instance {
  open_file: (bytes: number, size: number) => number
  close_file: () => void
  element_count: () => number
  picture_facts: () => number
  element_facts: (element: number) => number
  begin: (element: number) => number
  read_row: (y: number) => number
  colour_row: () => number
}

/** Numbers as the header has them (SMPTE 268M); what is not said has all bits set. */
export interface DpxHeader {
  width: number
  height: number
  orientation: number
  /** of its first pixel in the picture that it was cut from, and that picture's size */
  left: number
  top: number
  originalWidth: number
  originalHeight: number
  elements: readonly DpxElement[]
}

export interface DpxElement {
  descriptor: number
  /** samples of a pixel */
  components: number
  bits: number
  packing: number
  encoding: number
  sign: number
  transfer: number
  colorimetric: number
  /** bytes before its first sample */
  offset: number
  /** bytes at the end of each line */
  padding: number
}

/** A row’s channels, one behind the other. Gone with the next row, and when the same is made into colours. */
export type Row = Uint8Array | Uint16Array | Float32Array

/** libdpx ended itself, as when there is not enough memory. */
export class DpxError extends Error {}

// test/renderer calls each of what the module exports
const start = starter<Core>(wasm, () => {
  throw new DpxError('the decoder gave up')
})

let kept: Core | null = null

/** Opens a file for as long as `work` takes. Null: it has no header. Errors (DpxError and WebAssembly's): not enough memory. */
export function withDpx<T>(bytes: Uint8Array, work: (file: Dpx) => T): T | null {
  const core = kept ?? start()
  kept = null // its memory is in no state to go on with where this fails
  const file = core.malloc(Math.max(bytes.length, 4))
  if (file === 0) throw new DpxError('there is not enough memory for it')
  new Uint8Array(core.memory.buffer).set(bytes, file)
  const done = core.open_file(file, bytes.length) === 0 ? null : work(new Dpx(core))
  core.close_file()
  core.free(file)
  if (core.memory.buffer.byteLength <= mostKept) kept = core
  return done
}

export class Dpx {
  private readonly core: Core

  constructor(core: Core) {
    this.core = core
  }

  header(): DpxHeader {
    const facts = this.numbers(this.core.picture_facts(), 7)
    const [width = 0, height = 0, orientation = 0, left = 0, top = 0, originalWidth = 0, originalHeight = 0] = facts
    const elements = Array.from({ length: this.core.element_count() }, (_, element) => this.element(element))
    return { width, height, orientation, left, top, originalWidth, originalHeight, elements }
  }

  /** Rows in the file's order; each can be made into R G B or R G B A. Returns how many there are: the rest is not in the file. */
  rows(
    { width, height }: DpxHeader,
    element: number,
    each: (y: number, samples: Row, colours: () => Row | null) => void
  ): number {
    const { components, bits } = this.element(element)
    if (this.core.begin(element) === 0) throw new DpxError('there is not enough memory for it')
    const kind = bits === 8 ? Uint8Array : bits === 32 ? Float32Array : Uint16Array
    const at = (address: number, count: number): Row => new kind(this.core.memory.buffer, address, count)
    const colours = () => {
      const address = this.core.colour_row()
      return address === 0 ? null : at(address, width * 4)
    }
    for (let y = 0; y < height; y++) {
      const address = this.core.read_row(y)
      if (address === 0) return y
      each(y, at(address, width * components), colours)
    }
    return height
  }

  private element(element: number): DpxElement {
    const facts = this.numbers(this.core.element_facts(element), 10)
    const [descriptor = 0, components = 0, bits = 0, packing = 0, encoding = 0, sign = 0] = facts
    const [transfer = 0, colorimetric = 0, offset = 0, padding = 0] = facts.slice(6)
    return { descriptor, components, bits, packing, encoding, sign, transfer, colorimetric, offset, padding }
  }

  private numbers = (address: number, count: number): number[] =>
    Array.from(new Uint32Array(this.core.memory.buffer, address, count))
}
