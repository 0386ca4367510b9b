/**
 * Finds any of many texts in bytes, in one pass that looks at few of them: Wu and Manber's table of shifts, over three bytes.
 * A log of a gigabyte without any of the texts costs about a look at every third byte.
 */

const encoder = new TextEncoder()

/** Three bytes in one number; that they are text keeps all but the foreign apart. */
const blockOf = (a: number, b: number, c: number): number => ((a & 127) << 14) | ((b & 127) << 7) | (c & 127)
const blocks = 1 << 21
const blockSize = 3

/** What logs are full of: the higher, the more often. */
const commonness = Uint8Array.from({ length: 256 }, (_, byte) => {
  if (' etaoinsrl'.includes(String.fromCharCode(byte))) return 4
  return byte >= 97 && byte <= 122 ? 3 : byte >= 48 && byte <= 57 ? 2 : 1
})

interface Text {
  bytes: Uint8Array
  /** where the part of it begins that is looked for first */
  from: number
}

/** Shorter texts would make the windows small for all: they are looked for one by one. */
const shortestInTable = 6

export class Marks {
  private readonly texts: readonly Text[]
  private readonly short: readonly number[]
  /** bytes of the part that is looked for first */
  private readonly size: number
  /** by the last block of a window: how far it may go on */
  private readonly shifts: Uint8Array
  /** by the same: texts whose part may be the window */
  private readonly ends = new Map<number, number[]>()

  constructor(texts: readonly string[]) {
    const all = texts.map((text) => encoder.encode(text))
    this.short = [...all.keys()].filter((index) => (all[index]?.length ?? 0) < shortestInTable)
    this.size = Math.min(250, ...all.map(({ length }) => length).filter((length) => length >= shortestInTable))
    this.texts = all.map((bytes) => ({ bytes, from: rarestPart(bytes, bytes.length < this.size ? 1 : this.size) }))
    this.shifts = new Uint8Array(blocks).fill(this.size - blockSize + 1)
    this.texts.forEach(({ bytes, from }, index) => {
      if (bytes.length >= this.size) this.add(bytes.subarray(from, from + this.size), index)
    })
  }

  private add(part: Uint8Array, index: number): void {
    for (let at = blockSize - 1; at < part.length; at++) {
      const block = blockOf(part[at - 2] ?? 0, part[at - 1] ?? 0, part[at] ?? 0)
      const shift = part.length - 1 - at
      if (shift < (this.shifts[block] ?? 0)) this.shifts[block] = shift
      if (shift === 0) this.ends.set(block, [...(this.ends.get(block) ?? []), index])
    }
  }

  /** Tells each text that lies in the bytes: where, and its index. Not in their order. */
  find(bytes: Uint8Array, found: (at: number, index: number) => void): void {
    this.findShort(bytes, found)
    const { shifts, size, ends } = this
    const { length } = bytes
    let at = size - 1
    while (at < length) {
      const block = blockOf(bytes[at - 2] ?? 0, bytes[at - 1] ?? 0, bytes[at] ?? 0)
      const shift = shifts[block] ?? 1
      if (shift > 0) at += shift
      else {
        for (const index of ends.get(block) ?? []) this.check(bytes, at - size + 1, index, found)
        at++
      }
    }
  }

  /** By their rarest byte, for which a Buffer looks very fast. */
  private findShort(bytes: Uint8Array, found: (at: number, index: number) => void): void {
    for (const index of this.short) {
      const text = this.texts[index]
      const byte = text?.bytes[text.from] ?? 0
      for (let at = bytes.indexOf(byte); at >= 0; at = bytes.indexOf(byte, at + 1)) this.check(bytes, at, index, found)
    }
  }

  /** `start`: where the text's part would begin. */
  private check(bytes: Uint8Array, start: number, index: number, found: (at: number, index: number) => void): void {
    const text = this.texts[index]
    if (!text) return
    const first = start - text.from
    for (let i = 0; i < text.bytes.length; i++) if (bytes[first + i] !== text.bytes[i]) return
    found(first, index)
  }
}

/** Where the part of so many bytes begins whose end is least often met. */
function rarestPart(bytes: Uint8Array, size: number): number {
  let [best, least] = [0, Infinity]
  for (let from = 0; from + size <= bytes.length; from++) {
    let sum = 0
    for (let at = from; at < from + size; at++) {
      const isEnd = at >= from + size - blockSize
      sum += (commonness[bytes[at] ?? 0] ?? 0) * (isEnd ? 10 : 1)
    }
    if (sum < least) [best, least] = [from, sum]
  }
  return best
}
