/** What an EXR says of itself, read from its header alone (OpenEXR file layout, "Header"); the pixels are the library's. */

export const compressions = [
  ...['none', 'RLE', 'ZIPS', 'ZIP', 'PIZ', 'PXR24', 'B44', 'B44A', 'DWAA', 'DWAB'],
  ...['HTJ2K256', 'HTJ2K32', 'LJ2K', 'ZSTD']
] as const

const pixelTypes = ['uint', 'half', 'float'] as const
export type PixelType = (typeof pixelTypes)[number]

export interface ExrHeader {
  compression: string
  channels: { name: string; type: PixelType }[]
  deep: boolean
  tiled: boolean
  /** of the data window */
  width: number
  height: number
}

const magic = 0x01312f76
/** bits of the version field */
const tiledFlag = 0x200
const deepFlag = 0x800

class Cursor {
  private readonly view: DataView
  at: number

  constructor(bytes: Uint8Array, at: number) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.at = at
  }

  byte(): number {
    return this.view.getUint8(this.at++)
  }

  int(): number {
    this.at += 4
    return this.view.getInt32(this.at - 4, true)
  }

  /** Up to the next zero byte; names have at most 255 characters. */
  text(): string {
    let text = ''
    for (let code = this.byte(); code !== 0; code = this.byte()) {
      if (text.length > 255) throw new RangeError('a name has no end')
      text += String.fromCharCode(code)
    }
    return text
  }
}

function readChannels(cursor: Cursor, end: number): ExrHeader['channels'] {
  const channels: ExrHeader['channels'] = []
  while (cursor.at < end - 1) {
    const name = cursor.text()
    channels.push({ name, type: pixelTypes[cursor.int()] ?? 'uint' })
    cursor.at += 12 // pLinear, reserved, x and y sampling
  }
  return channels
}

function readWindow(cursor: Cursor): { width: number; height: number } {
  const [left, top, right, bottom] = [cursor.int(), cursor.int(), cursor.int(), cursor.int()]
  return { width: right - left + 1, height: bottom - top + 1 }
}

/** Of the first part. Null: no EXR at all. Errors (RangeError): cut short. */
export function readHeader(bytes: Uint8Array): ExrHeader | null {
  if (bytes.length < 8) return null
  const cursor = new Cursor(bytes, 0)
  if (cursor.int() !== magic) return null
  const version = cursor.int()
  const flags = { deep: (version & deepFlag) !== 0, tiled: (version & tiledFlag) !== 0 }
  const header: ExrHeader = { compression: 'none', channels: [], width: 0, height: 0, ...flags }
  for (let name = cursor.text(); name !== ''; name = cursor.text()) {
    cursor.text() // its type
    const size = cursor.int()
    const end = cursor.at + size
    if (size < 0 || end > bytes.length) throw new RangeError('an attribute goes beyond the end')
    if (name === 'compression') header.compression = nameOf(cursor.byte())
    if (name === 'channels') header.channels = readChannels(cursor, end)
    if (name === 'dataWindow') Object.assign(header, readWindow(cursor))
    cursor.at = end
  }
  return header
}

const nameOf = (code: number): string => compressions[code] ?? `method ${code}`

/** `half, PIZ, R G B A` */
export function headerText({ compression, channels }: ExrHeader): string {
  const types = [...new Set(channels.map(({ type }) => type))].join(' and ')
  const order = ['R', 'G', 'B', 'A', 'Y']
  const rank = (name: string) => (order.includes(name) ? order.indexOf(name) : order.length)
  const names = channels.map(({ name }) => name).sort((a, b) => rank(a) - rank(b))
  const shown = names.length > 8 ? [...names.slice(0, 7), `and ${names.length - 7} more`] : names
  return `${types}, ${compression === 'none' ? 'uncompressed' : compression}, ${shown.join(' ')}`
}
