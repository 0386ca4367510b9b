/**
 * Finds any of many texts in bytes, in one pass that looks at few of them: Wu and Manber's table of shifts, over three bytes.
 * A log of a gigabyte without any of the texts costs about a look at every third byte.
 */

const encoder = new TextEncoder()

/** The table has so many places; several blocks may share one, and the shortest of their shifts. */
const tableBits = 16
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
  /** by their rarest byte */
  private readonly short: ReadonlyMap<number, readonly number[]>
  /** bytes of the part that is looked for first */
  private readonly size: number
  /** by the place of a window's last block: how far it may go on */
  private readonly shifts: Uint8Array
  /** by the same: where in `groups` the texts stand whose part may be the window */
  private readonly ends = new Uint16Array(1 << tableBits)
  private readonly groups: number[][] = [[]]

  constructor(texts: readonly string[]) {
    const all = texts.map((text) => encoder.encode(text))
    this.size = Math.min(250, ...all.map(({ length }) => length).filter((length) => length >= shortestInTable))
    this.texts = all.map((bytes) => ({ bytes, from: rarestPart(bytes, bytes.length < this.size ? 1 : this.size) }))
    const short = [...all.keys()].filter((index) => (all[index]?.length ?? 0) < shortestInTable)
    this.short = Map.groupBy(short, (index) => this.firstOf(index))
    this.shifts = new Uint8Array(1 << tableBits).fill(this.size - blockSize + 1)
    this.texts.forEach(({ bytes, from }, index) => {
      if (bytes.length >= this.size) this.add(bytes.subarray(from, from + this.size), index)
    })
  }

  private add(part: Uint8Array, index: number): void {
    // a byte before it, so that its first block can be read as any other
    const view = viewOf(Uint8Array.of(0, ...part))
    for (let at = blockSize - 1; at < part.length; at++) {
      const place = placeAt(view, at + 1)
      const shift = part.length - 1 - at
      if (shift < (this.shifts[place] ?? 0)) this.shifts[place] = shift
      if (shift === 0) this.groupAt(place).push(index)
    }
  }

  private groupAt(place: number): number[] {
    this.ends[place] ||= this.groups.push([]) - 1
    return this.groups[this.ends[place] ?? 0] ?? []
  }

  /**
   * Tells each text that lies in the bytes: where, and its index. Not in their order. Four quarters are looked through by
   * turns: where a look leads is known some time after it, and meanwhile there are three others.
   */
  find(bytes: Uint8Array, found: (at: number, index: number) => void): void {
    this.findShort(bytes, found)
    const { shifts, size } = this
    const { length } = bytes
    const view = viewOf(bytes)
    const look = (at: number): number => {
      const group = this.groups[this.ends[placeAt(view, at)] ?? 0] ?? []
      for (let i = 0; i < group.length; i++) this.check(bytes, at - size + 1, group[i] ?? 0, found)
      return 1
    }
    const quarter = (n: number) => Math.max(size - 1, Math.floor((length * n) / 4))
    const [endA, endB, endC] = [quarter(1), quarter(2), quarter(3)]
    let a = size - 1
    let b = endA
    let c = endB
    let d = endC
    while (a < endA && b < endB && c < endC && d < length) {
      const byA = shiftAt(shifts, view, a)
      const byB = shiftAt(shifts, view, b)
      const byC = shiftAt(shifts, view, c)
      const byD = shiftAt(shifts, view, d)
      a += byA || look(a)
      b += byB || look(b)
      c += byC || look(c)
      d += byD || look(d)
    }
    while (a < endA) a += shiftAt(shifts, view, a) || look(a)
    while (b < endB) b += shiftAt(shifts, view, b) || look(b)
    while (c < endC) c += shiftAt(shifts, view, c) || look(c)
    while (d < length) d += shiftAt(shifts, view, d) || look(d)
  }

  /** For a byte a Buffer looks very fast. */
  private findShort(bytes: Uint8Array, found: (at: number, index: number) => void): void {
    for (const [byte, texts] of this.short)
      for (let at = bytes.indexOf(byte); at >= 0; at = bytes.indexOf(byte, at + 1))
        for (const index of texts) this.check(bytes, at, index, found)
  }

  /** The first byte of the part of a text that is looked for first. */
  private firstOf(index: number): number {
    const text = this.texts[index]
    return text?.bytes[text.from] ?? 0
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

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.length)

/** The table's place for the block that ends here; one byte more stands before it. */
function placeAt(view: DataView, at: number): number {
  const block = view.getUint32(at - blockSize, true) >>> 8
  // Fibonacci hashing
  return Math.imul(block, 0x9e3779b1) >>> (32 - tableBits)
}

const shiftAt = (shifts: Uint8Array, view: DataView, at: number): number => shifts[placeAt(view, at)] ?? 1

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
