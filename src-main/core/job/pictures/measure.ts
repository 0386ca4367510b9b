/** Two runs' pictures, pair by pair: by their pixels, so that dates and comments in their files are no difference. */
import { stat } from 'node:fs/promises'
import { measured, type Measured, type Side } from '../../../domain/picture/difference.ts'
import { open } from '../../../domain/picture/open.ts'
import { isExr } from '../../../domain/picture/exr/decode.ts'
import { areaOf, Refusal, type Choice, type Pixels } from '../../../domain/picture/opened.ts'
import { openPng } from '../../../domain/picture/png.ts'
import type {
  PictureBeside,
  PictureDifference,
  PicturePair,
  PicturesBeside,
  PictureState
} from '../../../domain/pictures-beside.ts'
import { readPicture } from './files.ts'
import { pixelsOf } from './stored.ts'

interface File {
  path: string
  bytes: Uint8Array
}

type Found = Pick<PictureBeside, 'difference' | 'why'> & { state: PictureState | 'same' | 'shared' }

const without = (state: Found['state'], why: string | null = null): Found => ({ state, why, difference: null })

/** Compares at most `most` pairs, one after another; those of one file are told without reading it. */
export async function comparePictures(pairs: readonly PicturePair[], most: number): Promise<PicturesBeside> {
  const all: PicturesBeside = { pictures: [], same: 0, shared: 0, firstShared: null, rest: 0 }
  let looked = 0
  for (const pair of pairs) {
    if (pair.left !== pair.right && looked >= most) {
      all.rest++
      continue
    }
    if (pair.left !== pair.right) looked++
    const { state, ...found } = await compare(pair)
    if (state === 'same') all.same++
    else if (state === 'shared') [all.shared, all.firstShared] = [all.shared + 1, all.firstShared ?? pair.right]
    else all.pictures.push({ ...pair, state, ...found })
  }
  return all
}

async function compare({ left, right }: PicturePair): Promise<Found> {
  if (left === null || right === null)
    return without('missing', `the ${left === null ? 'left' : 'right'} run names no picture in its place`)
  const [a, b] = [await stateOf(left), await stateOf(right)]
  const gone = [...(a ? [] : [left]), ...(b ? [] : [right])]
  if (!a || !b) return without('missing', `${gone.join(' and ')} ${gone.length === 1 ? 'is' : 'are'} not there`)
  if (a.ino === b.ino && a.dev === b.dev) return without('shared')
  const [own, other] = [await readPicture(left), await readPicture(right)]
  if (!own.ok) return without('unmeasured', own.error.message)
  if (!other.ok) return without('unmeasured', other.error.message)
  return holdBeside({ path: left, bytes: own.value }, { path: right, bytes: other.value })
}

const stateOf = (path: string) =>
  stat(path, { bigint: true }).then(
    (found) => (found.isFile() ? found : null),
    () => null // a folder on its way is missing, or may not be entered
  )

async function holdBeside(a: File, b: File): Promise<Found> {
  if (storedAlike(a.bytes, b.bytes)) return without('same')
  const [own, others] = [await choicesOf(a), await choicesOf(b)]
  if (own instanceof Refusal) return without('unmeasured', `the files differ; ${a.path}: ${own.message}`)
  if (others instanceof Refusal) return without('unmeasured', `the files differ; ${b.path}: ${others.message}`)
  return byLayers({ file: a, choices: own }, { file: b, choices: others })
}

/** The same bytes, or but for notes; an EXR's names and windows stand in its head, so it is decoded. */
function storedAlike(left: Uint8Array, right: Uint8Array): boolean {
  const [a, b] = [bufferOf(left), bufferOf(right)]
  if (a.equals(b)) return true
  if (isExr(left)) return false
  const [p, q] = [pixelsOf(a), pixelsOf(b)]
  return p !== null && q !== null && p.equals(q)
}

const bufferOf = ({ buffer, byteOffset, length }: Uint8Array): Buffer => Buffer.from(buffer, byteOffset, length)

const refused = (error: unknown): Refusal => {
  if (error instanceof Refusal) return error
  throw error
}

const choicesOf = (file: File): Promise<readonly Choice[] | Refusal> =>
  open(file.bytes, file.path, openPng).then(({ choices }) => choices, refused)

interface Layers {
  file: File
  choices: readonly Choice[]
}

const keyOf = ({ group, name }: Choice): string => JSON.stringify([group, name])

/** Every channel once, layer by layer. */
async function byLayers(a: Layers, b: Layers): Promise<Found> {
  const places = new Map(b.choices.map((choice, place) => [keyOf(choice), place]))
  const own = a.choices.map(keyOf)
  const strange = [
    ...a.choices.filter((one) => !places.has(keyOf(one))),
    ...b.choices.filter((one) => !own.includes(keyOf(one)))
  ]
  if (strange.length) return without('other', `only one of them has ${strange.map(({ name }) => name).join(', ')}`)
  const done = new Map<string | null, Set<string>>()
  let most: PictureDifference | null = null
  for (const [place, { group, name, shown }] of a.choices.entries()) {
    const known = done.get(group) ?? new Set<string>()
    if (shown.every((channel) => known.has(channel))) continue
    const found = await ofLayer([a.file, place], [b.file, places.get(own[place] ?? '') ?? 0], known)
    if ('state' in found) return found
    done.set(group, known.union(new Set(found.channels)))
    const layer = a.choices.length === 1 ? null : [...(group === null ? [] : [group]), name].join(' ')
    most = larger(most, found.measured, layer)
  }
  return most ? { state: 'differs', difference: most, why: null } : without('same')
}

function larger(most: PictureDifference | null, found: Measured, layer: string | null): PictureDifference | null {
  const { largest, changed, width, height, at } = found
  if (largest <= (most ? (most.largest ?? Infinity) : 0)) return most
  const of = width * height
  return { layer, largest: Number.isFinite(largest) ? largest : null, at, pixels: Math.round(changed * of), of }
}

type Place = readonly [file: File, choice: number]

/** `known`: channels that were measured with another layer. */
async function ofLayer(
  a: Place,
  b: Place,
  known: ReadonlySet<string>
): Promise<Found | { measured: Measured; channels: readonly string[] }> {
  const [own, others] = [await pixelsIn(a), await pixelsIn(b)]
  if (typeof own === 'string') return without('unmeasured', `the files differ; ${own}`)
  if (typeof others === 'string') return without('unmeasured', `the files differ; ${others}`)
  const planes = own.planes.filter(({ name }) => !known.has(name))
  const beside = planes.flatMap(({ name }) => others.planes.find((plane) => plane.name === name) ?? [])
  const [left, right] = [sideOf(own, planes), sideOf(others, beside)]
  const sizes = [left.area, right.area].map(({ width, height }) => `${width} × ${height}`)
  if (sizes[0] !== sizes[1]) return without('other', `the sizes are ${sizes.join(' and ')}`)
  const strange = [own, others].flatMap(({ planes: all }, i) =>
    all.filter(({ name }) => !(i === 0 ? others : own).planes.some((plane) => plane.name === name))
  )
  if (strange.length) return without('other', `only one of them has ${strange.map(({ name }) => name).join(', ')}`)
  return { measured: measured(left, right), channels: planes.map(({ name }) => name) }
}

const sideOf = (pixels: Pixels, planes: Pixels['planes']): Side => ({
  ...{ pixels: { ...pixels, planes }, shown: planes.length },
  area: areaOf(pixels, false)
})

/** Why not, where that is so. */
async function pixelsIn([{ bytes, path }, choice]: Place): Promise<Pixels | string> {
  try {
    const pixels = await (await open(bytes, path, openPng)).read(choice, 0)
    return pixels.fault === null ? pixels : `${path}: ${pixels.fault}`
  } catch (error) {
    return `${path}: ${refused(error).message}`
  }
}
