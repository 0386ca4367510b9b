/** OpenEXR's own reader as WebAssembly (tools/openexr): one file at a time, its parts, and samples as they are stored. */
import { mostKept, starter, type Instance } from '../compiled.ts'
import { wasm } from './openexr-wasm.ts'

/** What tools/openexr/picture.c exports; addresses are numbers. */
interface Core extends Instance {
  open_file: (bytes: number, size: number) => number
  close_file: () => void
  complaint: () => number
  error_name: (code: number) => number
  part_count: () => number
  part_facts: (part: number) => number
  part_name: (part: number) => number
  part_view: (part: number) => number
  channel_name: (part: number, index: number) => number
  channel_facts: (part: number, index: number) => number
  level_size: (part: number, x: number, y: number) => number
  begin: (part: number, levelX: number, levelY: number) => void
  want: (channel: number, plane: number) => void
  /** block, then the area's left, top, width and height */
  shrink_to: (...numbers: [number, number, number, number, number]) => void
  run: () => number
  outcome: () => number
}

const pixelTypes = ['uint', 'half', 'float'] as const
export type PixelType = (typeof pixelTypes)[number]
const storages = ['lines', 'tiles', 'deep lines', 'deep tiles'] as const
const compressions = [
  ...['none', 'RLE', 'ZIPS', 'ZIP', 'PIZ', 'PXR24', 'B44', 'B44A', 'DWAA', 'DWAB'],
  ...['HTJ2K256', 'HTJ2K32', 'LJ2K', 'ZSTD']
] as const

/** In the file's own coordinates; the right and bottom edges are outside. */
export interface Area {
  left: number
  top: number
  width: number
  height: number
}

export interface ExrChannel {
  name: string
  type: PixelType
  /** a sample for every so many pixels: 1 but for chroma */
  xStep: number
  yStep: number
}

export interface ExrPart {
  name: string | null
  view: string | null
  storage: (typeof storages)[number]
  compression: string
  /** where there are pixels */
  data: Area
  /** what the picture shows */
  display: Area
  /** sizes of its mip or rip levels, the full one first */
  levels: { x: number; y: number; width: number; height: number }[]
  channels: ExrChannel[]
}

export interface Samples extends ExrChannel {
  width: number
  height: number
  samples: Float32Array | Uint32Array
}

/** A picture of which some blocks could not be read. */
export interface Blocks {
  all: number
  bad: number
  /** OpenEXR's word for the first fault */
  error: string | null
}

/** An error of OpenEXR, with its own words. */
export class ExrError extends Error {}

// test/renderer calls each of what the module exports
const start = starter<Core>(wasm, () => {
  throw new ExrError('the decoder gave up')
})

const areaOf = (left: number, top: number, right: number, bottom: number): Area => ({
  ...{ left, top },
  ...{ width: right - left + 1, height: bottom - top + 1 }
})

export class OpenExr {
  private core = start()
  private file = 0

  /** Takes the place of the file before. Errors (ExrError): OpenEXR cannot read its header. */
  open(bytes: Uint8Array): ExrPart[] {
    this.close()
    if (this.core.memory.buffer.byteLength > mostKept) this.core = start()
    this.file = this.room(bytes.length)
    new Uint8Array(this.core.memory.buffer).set(bytes, this.file)
    const error = this.core.open_file(this.file, bytes.length)
    if (error !== 0) throw new ExrError(this.text(this.core.complaint()) ?? this.nameOf(error))
    return Array.from({ length: this.core.part_count() }, (_, part) => this.part(part))
  }

  close(): void {
    this.core.close_file()
    if (this.file !== 0) this.core.free(this.file)
    this.file = 0
  }

  /** Every sample of some channels of a level. Blocks that cannot be read stay 0. */
  read(
    part: ExrPart,
    index: number,
    channels: readonly ExrChannel[],
    level = 0
  ): { planes: Samples[]; blocks: Blocks } {
    const size = part.levels[level] ?? { x: 0, y: 0, width: part.data.width, height: part.data.height }
    const sized = channels.map((channel) => ({
      ...channel,
      width: Math.ceil(size.width / channel.xStep),
      height: Math.ceil(size.height / channel.yStep)
    }))
    this.core.begin(index, size.x, size.y)
    const rooms = sized.map((channel) => this.want(part, channel, channel.width * channel.height))
    const blocks = this.run()
    const planes = sized.map((channel, i): Samples => {
      const [address, count] = [rooms[i] ?? 0, channel.width * channel.height]
      const kind = channel.type === 'uint' ? Uint32Array : Float32Array
      return { ...channel, samples: new kind(this.core.memory.buffer, address, count).slice() }
    })
    for (const address of rooms) this.core.free(address)
    return { planes, blocks }
  }

  /** The sums of an area's blocks of `block` × `block` pixels, a plane a channel; what is no number counts as 0. */
  sums(
    part: ExrPart,
    index: number,
    channels: readonly ExrChannel[],
    { area, block }: { area: Area; block: number }
  ): { planes: Float32Array[]; blocks: Blocks } {
    const count = Math.ceil(area.width / block) * Math.ceil(area.height / block)
    this.core.begin(index, 0, 0)
    const rooms = channels.map((channel) => this.want(part, channel, count))
    this.core.shrink_to(block, area.left, area.top, area.width, area.height)
    const blocks = this.run()
    const planes = rooms.map((address) => new Float32Array(this.core.memory.buffer, address, count).slice())
    for (const address of rooms) this.core.free(address)
    return { planes, blocks }
  }

  private want(part: ExrPart, channel: ExrChannel, count: number): number {
    const address = this.room(count * 4)
    new Uint8Array(this.core.memory.buffer, address, count * 4).fill(0)
    this.core.want(
      part.channels.findIndex(({ name }) => name === channel.name),
      address
    )
    return address
  }

  private run(): Blocks {
    const error = this.core.run()
    if (error !== 0) throw new ExrError(this.text(this.core.complaint()) ?? this.nameOf(error))
    const [all = 0, bad = 0, first = 0] = this.numbers(this.core.outcome(), 3)
    return { all, bad, error: bad > 0 ? this.nameOf(first) : null }
  }

  private part(part: number): ExrPart {
    const facts = this.core.part_facts(part)
    if (facts === 0) throw new ExrError(this.text(this.core.complaint()) ?? 'a part of it cannot be read')
    const [storage = 0, compression = 0, ...rest] = this.numbers(facts, 14)
    const [left = 0, top = 0, right = 0, bottom = 0, fromX = 0, fromY = 0, toX = 0, toY = 0] = rest
    const [mode = 0, levelsX = 1, levelsY = 1, channels = 0] = rest.slice(8)
    return {
      name: this.text(this.core.part_name(part)),
      view: this.text(this.core.part_view(part)),
      storage: storages[storage] ?? 'lines',
      compression: compressions[compression] ?? `method ${compression}`,
      data: areaOf(left, top, right, bottom),
      display: areaOf(fromX, fromY, toX, toY),
      levels: this.levels(part, mode, levelsX, levelsY),
      channels: Array.from({ length: channels }, (_, i) => this.channel(part, i))
    }
  }

  /** Mip levels shrink both ways at once (mode 1), rip levels each by itself (mode 2). */
  private levels(part: number, mode: number, countX: number, countY: number): ExrPart['levels'] {
    const across = Array.from({ length: countX }, (_, x) => x)
    const pairs =
      mode === 2
        ? Array.from({ length: countY }, (_, y) => across.map((x) => ({ x, y }))).flat()
        : across.map((x) => ({ x, y: x }))
    if (mode === 0) return []
    return pairs.map(({ x, y }) => {
      const [width = 0, height = 0] = this.numbers(this.core.level_size(part, x, y), 2)
      return { x, y, width, height }
    })
  }

  private channel(part: number, index: number): ExrChannel {
    const [type = 0, xStep = 1, yStep = 1] = this.numbers(this.core.channel_facts(part, index), 3)
    return {
      name: this.text(this.core.channel_name(part, index)) ?? '',
      type: pixelTypes[type] ?? 'uint',
      xStep,
      yStep
    }
  }

  private numbers = (address: number, count: number): Int32Array =>
    new Int32Array(this.core.memory.buffer, address, count).slice()

  private nameOf = (code: number): string => this.text(this.core.error_name(code)) ?? `error ${code}`

  /** A text of C; null for none and for an empty one. */
  private text(address: number): string | null {
    if (address === 0) return null
    const bytes = new Uint8Array(this.core.memory.buffer, address)
    return new TextDecoder().decode(bytes.subarray(0, bytes.indexOf(0))) || null
  }

  private room(bytes: number): number {
    const address = this.core.malloc(Math.max(bytes, 4))
    if (address === 0) throw new ExrError('there is not enough memory for it')
    return address
  }
}
