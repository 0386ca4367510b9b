/** DPX pictures by libdpx; what is not shown is said in one sentence. */
import { mostBytes, mostPixels, Refusal, type Choice, type Opened, type Pixels, type Plane } from '../opened.ts'
import { shrink } from '../small.ts'
import { infoOf, isColour, isEncoded, layersOf, whyNot, type Layer, type Source } from './elements.ts'
import { withDpx, type Dpx, type DpxElement, type DpxHeader, type Row } from './libdpx.ts'

const magics = ['SDPX', 'XPDS']
export const isDpx = (bytes: Uint8Array): boolean => magics.includes(String.fromCharCode(...bytes.subarray(0, 4)))

/** Headers of the file, the picture and its source (SMPTE 268M): pixels begin behind them. */
const leastOffset = 1664
const mostSigned = 2 ** 31 - 1

interface Shown extends Layer {
  index: number
  element: DpxElement
}

/** Errors (Refusal): it is not shown, and why. */
export function openDpx(bytes: Uint8Array): Opened {
  const header = tried(bytes, (file) => file.header())
  const [first] = header.elements
  if (!first) throw damaged('it has no element')
  const reasons = header.elements.map(whyNot)
  const readable = header.elements.flatMap((element, index) => (reasons[index] === null ? [{ element, index }] : []))
  if (readable.length === 0) throw new Refusal(`This DPX ${reasons[0] ?? ''}`)
  checkSize(header)
  for (const { element } of readable) checkRoom(header, element, bytes.length)
  const layers = readable.flatMap(({ element, index }) =>
    layersOf(element, header.width).map((layer): Shown => ({ ...layer, element, index }))
  )
  const at = (choice: number): Shown => {
    const found = layers[choice]
    if (!found) throw new Refusal('This DPX has no such layer.')
    return found
  }
  const read = (choice: number): Pixels => tried(bytes, (file) => pixelsOf(file, header, at(choice)))
  return {
    choices: layers.map((layer) => choiceOf(layer, header.elements.length > 1)),
    info: (choice) => [infoOf(at(choice).element, header.width), ...turned(header)].join(', '),
    read,
    small: (choice, most) => shrink(read(choice), at(choice).shown, most)
  }
}

const damaged = (said: string, cause?: unknown): Refusal =>
  new Refusal(`This DPX is damaged or cut short: ${said}.`, { cause })

function tried<T>(bytes: Uint8Array, work: (file: Dpx) => T): T {
  try {
    const found = withDpx(bytes, (file) => ({ done: work(file) }))
    if (!found) throw damaged('its header is not whole')
    return found.done
  } catch (error) {
    throw error instanceof Refusal ? error : damaged('its decoder gave up', error)
  }
}

function checkSize({ width, height, orientation }: DpxHeader): void {
  if (width < 1 || height < 1) throw damaged('it has no pixels')
  if (width * height > mostPixels)
    throw new Refusal(`This DPX has ${width} × ${height} pixels, more than are shown here.`)
  if (orientation >= 4 && orientation <= 7)
    throw new Refusal('This DPX is stored column by column, which is not read here.')
}

/** A size that no file of these bytes can have would take the memory for it first. */
function checkRoom({ width, height }: DpxHeader, element: DpxElement, size: number): void {
  const { components, bits, offset, padding } = element
  if (offset < leastOffset || padding > mostSigned) throw damaged('its header says what cannot be')
  if (Math.floor((width * components * bits) / 8) > size - offset)
    throw damaged('its pixels have no room in so small a file')
  if (width * height * components * (bits === 32 ? 4 : 2) > mostBytes)
    throw new Refusal(`This DPX has ${width} × ${height} pixels of ${components} channels, more than are shown here.`)
}

function choiceOf({ sources, shown, element, index }: Shown, isGrouped: boolean): Choice {
  const names = sources.slice(0, shown).map(({ name }) => name)
  const group = isGrouped ? `element ${index + 1}` : null
  return { group, name: names.join(''), shown: names, isColour: isColour(element), levels: [] }
}

/** Right to left, bottom to top: pictures are shown upright. */
const isMirrored = ({ orientation }: DpxHeader): boolean => orientation === 1 || orientation === 3
const isUpsideDown = ({ orientation }: DpxHeader): boolean => orientation === 2 || orientation === 3

function turned(header: DpxHeader): string[] {
  const [across, down] = [isMirrored(header) ? ['right to left'] : [], isUpsideDown(header) ? ['bottom to top'] : []]
  return across.length + down.length ? [`stored ${[...across, ...down].join(', ')}`] : []
}

/** Of a picture that was cut from a larger one both, as OpenImageIO has them; others have no place but their own. */
function areasOf({ width, height, ...its }: DpxHeader): Pick<Pixels, 'data' | 'display'> {
  const original = { left: 0, top: 0, width: its.originalWidth, height: its.originalHeight }
  const isKnown = original.width <= mostSigned && original.height <= mostSigned
  const isIn = its.left + width <= original.width && its.top + height <= original.height
  const data = { left: isKnown && isIn ? its.left : 0, top: isKnown && isIn ? its.top : 0, width, height }
  return { data, display: isKnown && isIn ? original : data }
}

function pixelsOf(file: Dpx, header: DpxHeader, { element, index, sources }: Shown): Pixels {
  const { width, height } = header
  const { bits } = element
  const kind = bits === 8 ? Uint8Array : bits === 32 ? Float32Array : Uint16Array
  const planes = sources.map(({ name }) => ({ name, samples: new kind(width * height) }))
  const put = (row: Row, from: Source['from'], y: number): void => {
    const start = (isUpsideDown(header) ? height - 1 - y : y) * width
    sources.forEach((source, i) => {
      const into = planes[i]?.samples.subarray(start, start + width)
      if (into && source.from === from) putChannel(row.subarray(source.at * width), source.pair, into)
      if (into && source.from === from && isMirrored(header)) into.reverse()
    })
  }
  const isMade = sources.some(({ from }) => from === 'colours')
  const read = file.rows(header, index, (y, stored, colours) => {
    put(stored, 'stored', y)
    const made = isMade ? colours() : null
    if (made) put(made, 'colours', y)
    else if (isMade) throw damaged('it cannot be made into colour')
  })
  if (read === 0) throw damaged('none of its lines can be read')
  const fault = read < height ? `${height - read} of ${height} lines are missing and stay black` : null
  const type = bits === 32 ? 'float' : `uint ${bits}`
  const [white, encoded] = [
    bits === 32 || !isColour(element) ? 1 : 2 ** bits - 1,
    isEncoded(element) && isColour(element)
  ]
  return {
    ...{ ...areasOf(header), white, isEncoded: encoded, fault },
    planes: planes.map((plane): Plane => ({ ...plane, type, width, height, xStep: 1, yStep: 1 }))
  }
}

/** Of chroma that two pixels share both get it; a last pixel without the other has the pair's before. */
function putChannel(row: Row, pair: Source['pair'], into: Row): void {
  into.set(row.subarray(0, into.length))
  if (pair === 0) for (let x = 1; x < into.length; x += 2) into[x] = into[x - 1] ?? 0
  if (pair === 1) for (let x = 0; x < into.length; x += 2) into[x] = into[x + 1] ?? into[x - 1] ?? 0
}
