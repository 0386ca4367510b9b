/** EXR pictures by OpenEXR's own reader; what is not shown is said in one sentence. */
import { areaOf, areaText, mostBytes, mostPixels, Refusal, sameArea, type Opened, type Pixels } from '../opened.ts'
import { toMeans } from '../small.ts'
import { choicesOf, type ExrChoice } from './layers.ts'
import { ExrError, OpenExr, type Blocks, type ExrPart } from './openexr.ts'

/** Linear light, four floats a pixel, rows from the top: the data window of the picture that is shown first. */
export interface FloatPicture {
  width: number
  height: number
  pixels: Float32Array
  info: string
}

const magic = [0x76, 0x2f, 0x31, 0x01]
export const isExr = (bytes: Uint8Array): boolean => magic.every((byte, i) => bytes[i] === byte)

/** What OpenEXR could decode, and this build of its reader cannot (tools/openexr/unavailable.c). */
const withoutDecoder = ['HTJ2K256', 'HTJ2K32', 'LJ2K']

/** Of the blocks that compressions make, the highest (DWAB); each block has eight bytes in a table of offsets. */
const mostLines = 256

let reader: OpenExr | null = null

/** Opens a file in place of the one before. Errors (Refusal): it is not shown, and why. */
export function openExr(bytes: Uint8Array): ExrFile {
  if (!isExr(bytes)) throw new Refusal('This file is not an EXR: its first bytes are not those of one.')
  try {
    reader ??= new OpenExr()
    return new ExrFile(reader, reader.open(bytes), bytes.length)
  } catch (error) {
    throw refusalOf(error)
  }
}

function refusalOf(error: unknown): Error {
  if (error instanceof Refusal) return error
  // its memory is in no state to go on with
  reader = null
  const said = error instanceof ExrError ? `: OpenEXR says "${error.message.trim().replace(/\.$/, '')}"` : ''
  return new Refusal(`This EXR is damaged or cut short${said}.`, { cause: error })
}

export class ExrFile implements Opened {
  readonly choices: readonly ExrChoice[]
  private readonly reader: OpenExr
  private readonly parts: readonly ExrPart[]

  constructor(reader: OpenExr, parts: readonly ExrPart[], size: number) {
    const flat = parts.filter(({ storage }) => !storage.startsWith('deep'))
    if (flat.length === 0) throw new Refusal('This is a deep EXR; only flat ones are shown.')
    const shown = flat.filter(({ compression }) => !withoutDecoder.includes(compression))
    if (shown.length === 0)
      throw new Refusal(`This EXR is compressed with ${flat[0]?.compression ?? ''}, which cannot be decoded here.`)
    this.reader = reader
    this.parts = parts
    this.choices = choicesOf(parts).filter(({ part }) => parts[part] && shown.includes(parts[part]))
    if (this.choices.length === 0) throw new Refusal('This EXR has no channels.')
    for (const part of shown) check(part, size)
  }

  info(choice: number): string {
    const { part, channels, shown } = this.at(choice)
    const types = [...new Set(channels.map(({ type }) => type))].join(' and ')
    const names = channels.map(({ name }) => name.slice(name.lastIndexOf('.') + 1))
    const told = names.length > 8 ? [...names.slice(0, 7), `and ${names.length - 7} more`] : names
    const { compression, storage, data, display } = part
    const window = sameArea(data, display) ? [] : [`data window ${areaText(data)}`]
    const method = compression === 'none' ? 'uncompressed' : compression
    const isLuminance = shown[0] === 'Y' && channels.some(({ name }) => name === 'RY')
    const chroma = isLuminance ? ['luminance only: its chroma is not made into colour'] : []
    return [types, method, ...(storage === 'tiles' ? ['tiled'] : []), told.join(' '), ...window, ...chroma].join(', ')
  }

  read(choice: number, level: number): Pixels {
    const { part, index, channels, shown } = this.at(choice)
    const size = part.levels[level] ?? part.data
    const most = Math.max(shown.length, Math.floor(mostBytes / (4 * size.width * size.height)))
    const told = channels.slice(0, most)
    const { planes, blocks } = this.try(() => this.reader.read(part, index, told, level))
    const area = { left: part.data.left, top: part.data.top, width: size.width, height: size.height }
    return {
      ...(level === 0 ? { data: part.data, display: part.display } : { data: area, display: area }),
      ...{ planes, white: 1, isEncoded: false, fault: faultOf(blocks) }
    }
  }

  small(choice: number, most: number): Pixels {
    const { part, index, channels, shown } = this.at(choice)
    const area = areaOf(part, false)
    const block = Math.max(1, Math.ceil(area.width / most))
    const wanted = channels.slice(0, shown.length)
    const { planes, blocks } = this.try(() => this.reader.sums(part, index, wanted, { area, block }))
    const data = { left: 0, top: 0, width: Math.ceil(area.width / block), height: Math.ceil(area.height / block) }
    const means = planes.map((samples, c) => {
      const { name = '', xStep = 1, yStep = 1 } = wanted[c] ?? {}
      // chroma has a sample for several pixels
      if (xStep * yStep > 1) samples.forEach((sum, i) => (samples[i] = sum * xStep * yStep))
      toMeans(samples, area, block)
      return { name, type: 'float', xStep: 1, yStep: 1, width: data.width, height: data.height, samples }
    })
    return { data, display: data, planes: means, white: 1, isEncoded: false, fault: faultOf(blocks) }
  }

  private at(choice: number): Omit<ExrChoice, 'part'> & { part: ExrPart; index: number } {
    const found = this.choices[choice]
    const part = found && this.parts[found.part]
    if (!part) throw new Refusal('This EXR has no such layer.')
    return { ...found, part, index: found.part }
  }

  private try<T>(work: () => T): T {
    try {
      return work()
    } catch (error) {
      throw refusalOf(error)
    }
  }
}

/** A window that no file of this size can fill would take the memory for it first. */
function check({ data: { width, height }, storage }: ExrPart, size: number): void {
  if (width < 1 || height < 1) throw new Refusal('This EXR is damaged or cut short: its data window is empty.')
  if (width * height > mostPixels)
    throw new Refusal(`This EXR has ${width} × ${height} pixels, more than are shown here.`)
  if (storage === 'lines' && (height / mostLines) * 8 > size)
    throw new Refusal('This EXR is damaged or cut short: its pixels have no room in so small a file.')
}

function faultOf({ all, bad, error }: Blocks): string | null {
  if (bad === 0) return null
  const said = error === null ? '' : ` (OpenEXR: ${error})`
  if (bad >= all) throw new Refusal(`This EXR is damaged or cut short: none of its blocks can be read${said}.`)
  return `${bad} of ${all} blocks are missing or damaged and stay black${said}`
}

/** The first thing to look at in a file as floats: colours with their alpha (1 where there is none), greys thrice. */
export function decodeExr(bytes: Uint8Array): FloatPicture | { error: string } {
  try {
    const file = openExr(bytes)
    const { data, planes, fault } = file.read(0, 0)
    if (fault !== null) return { error: `This EXR is damaged or cut short: ${fault}.` }
    const [red, second, third] = planes
    const isColour = file.choices[0]?.shown.length === 3
    const alpha = planes.find(({ name }) => isColour && /(?:^|\.)a$/i.test(name))
    const pixels = new Float32Array(data.width * data.height * 4)
    const sources = [red, isColour ? second : red, isColour ? third : red, alpha]
    sources.forEach((plane, c) => {
      for (let i = 0, to = c; to < pixels.length; i++, to += 4) pixels[to] = plane?.samples[i] ?? (c === 3 ? 1 : 0)
    })
    return { width: data.width, height: data.height, pixels, info: file.info(0) }
  } catch (error) {
    if (error instanceof Refusal) return { error: error.message }
    throw error
  }
}
