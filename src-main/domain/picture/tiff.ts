/** TIFF by geotiff: integers and floats, tiles and strips, planes and interleaved, every page. */
import { fromArrayBuffer, type GeoTIFFImage } from 'geotiff'
import { mostPixels, Refusal, type Choice, type Opened, type Pixels, type Plane } from './opened.ts'
import { shrink } from './small.ts'
import { bufferOf } from './whole.ts'

export const isTiff = (bytes: Uint8Array): boolean => {
  const [a = 0, b = 0, c = 0, d = 0] = bytes
  const [little, big] = [a === 0x49 && b === 0x49 && d === 0, a === 0x4d && b === 0x4d && c === 0]
  return (little && (c === 42 || c === 43)) || (big && (d === 42 || d === 43))
}

const damaged = 'This TIFF is damaged or cut short'
/** TIFF 6.0, "PhotometricInterpretation" */
const photometric = { whiteIsZero: 0, blackIsZero: 1, rgb: 2, palette: 3, cmyk: 5, ycbcr: 6 } as const
/** what stands for no colour that is shown here */
const strange: Readonly<Record<number, string>> = {
  ...{ 4: 'a mask', 8: 'CIE L*a*b*', 9: 'ICC L*a*b*', 10: 'ITU L*a*b*', 32803: 'raw samples of a camera' },
  ...{ 32844: 'LogL', 32845: 'LogLuv', 34892: 'raw samples of a camera' }
}
/** TIFF 6.0, "Compression", and what came later */
const compressions: Readonly<Record<number, string>> = {
  ...{ 1: 'uncompressed', 2: 'CCITT', 3: 'CCITT', 4: 'CCITT', 5: 'LZW', 6: 'old JPEG', 7: 'JPEG', 8: 'deflate' },
  ...{ 32773: 'PackBits', 32946: 'deflate', 34887: 'LERC', 34925: 'LZMA', 50000: 'Zstandard', 50001: 'WebP' }
}
const decodable = [1, 5, 7, 8, 32773, 32946, 34887, 50000]

interface Page {
  image: GeoTIFFImage
  kind: number
  compression: number
  bits: number
  isFloat: boolean
  /** for people: `uint 16` */
  type: string
  names: readonly string[]
}

export async function openTiff(bytes: Uint8Array): Promise<Opened> {
  const pages = await tried(async () => {
    const file = await fromArrayBuffer(bufferOf(bytes))
    const count = await file.getImageCount()
    return Promise.all(Array.from({ length: count }, async (_, i) => pageOf(await file.getImage(i))))
  })
  const [first] = pages
  if (!first) throw new Refusal(`${damaged}: it has no page.`)
  for (const page of pages) check(page)
  const choices = pages.map((page, i) => choiceOf(page, pages.length > 1 ? `page ${i + 1}` : null))
  const at = (choice: number): Page => pages[choice] ?? first
  return {
    choices,
    info: (choice) => infoOf(at(choice)),
    read: (choice) => read(at(choice)),
    small: async (choice, most) => shrink(await read(at(choice)), choices[choice]?.shown.length ?? 1, most)
  }
}

async function pageOf(image: GeoTIFFImage): Promise<Page> {
  const directory = image.fileDirectory
  const number = async (tag: number, otherwise: number): Promise<number> => {
    const value: unknown = directory.hasTag(tag) ? await directory.loadValue(tag) : otherwise
    return typeof value === 'number' ? value : otherwise
  }
  const [kind, compression] = [await number(262, photometric.blackIsZero), await number(259, 1)]
  // TIFF 6.0: without the tag it is black and white
  if (!directory.hasTag(258)) throw new Refusal('This TIFF has samples of 1 bit, which are not shown here.')
  const samples = image.getSamplesPerPixel()
  const isConverted = kind === photometric.palette || kind === photometric.cmyk || kind === photometric.ycbcr
  const colours = isConverted || (kind === photometric.rgb && samples > 2) ? ['R', 'G', 'B'] : ['Y']
  const more = isConverted ? 0 : Math.max(0, samples - colours.length)
  const extra = Array.from({ length: more }, (_, i) => (i === 0 ? 'A' : `extra ${i + 1}`))
  return {
    ...{ image, kind, compression, ...typeOf(image) },
    names: [...colours, ...extra]
  }
}

/** TIFF 6.0, "SampleFormat" */
function typeOf(image: GeoTIFFImage): Pick<Page, 'bits' | 'isFloat' | 'type'> {
  const [bits, format] = [image.getBitsPerSample(), image.getSampleFormat()]
  return { bits, isFloat: format === 3, type: `${format === 3 ? 'float' : format === 2 ? 'int' : 'uint'} ${bits}` }
}

function check({ image, kind, compression, bits }: Page): void {
  const [width, height] = [image.getWidth(), image.getHeight()]
  if (width * height > mostPixels)
    throw new Refusal(`This TIFF has ${width} × ${height} pixels, more than are shown here.`)
  if (!decodable.includes(compression))
    throw new Refusal(
      `This TIFF is compressed with ${compressions[compression] ?? `method ${compression}`}, which cannot be decoded here.`
    )
  if (strange[kind] !== undefined)
    throw new Refusal(`This TIFF holds ${strange[kind]}, which is not shown here: open it in your own viewer.`)
  if (bits === 64) throw new Refusal('This TIFF has samples of 64 bits, which are not shown here.')
}

const isLight = ({ bits, isFloat }: Page): boolean => isFloat || bits <= 16

function choiceOf(page: Page, group: string | null): Choice {
  const shown = page.names.slice(0, page.names[0] === 'R' ? 3 : 1)
  return { group, name: shown.join(''), shown, isColour: isLight(page), levels: [] }
}

function infoOf({ type, compression, names, image }: Page): string {
  const method = compressions[compression] ?? ''
  return [type, method, ...(image.isTiled ? ['tiled'] : []), names.join(' ')].join(', ')
}

async function read(page: Page): Promise<Pixels> {
  const { image, kind, bits, isFloat, type, names } = page
  const isConverted = kind === photometric.palette || kind === photometric.cmyk || kind === photometric.ycbcr
  const rasters = await tried(() =>
    isConverted ? image.readRGB({ interleave: false }) : image.readRasters({ interleave: false })
  )
  const [width, height] = [image.getWidth(), image.getHeight()]
  const white = isFloat || !isLight(page) ? 1 : 2 ** (isConverted ? 8 : bits) - 1
  const planes = names.map((name, c): Plane => {
    const samples = rasters[c]
    if (!samples || samples.length < width * height) throw new Refusal(`${damaged}: a channel has too few samples.`)
    if (kind === photometric.whiteIsZero && !isFloat) samples.forEach((value, i) => (samples[i] = white - value))
    return { name, type, width, height, xStep: 1, yStep: 1, samples }
  })
  const area = { left: 0, top: 0, width, height }
  return { data: area, display: area, planes, white, isEncoded: !isFloat && isLight(page), fault: null }
}

async function tried<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (cause) {
    if (cause instanceof Refusal) throw cause
    const said = cause instanceof Error ? ` (${cause.message})` : ''
    throw new Refusal(`${damaged}${said}.`, { cause })
  }
}
