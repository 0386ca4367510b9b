/** What a DPX's numbers mean (SMPTE 268M, as libdpx has them): channels, what is shown of them, and words for people. */
import type { DpxElement } from './libdpx.ts'

/** Where a channel's samples are. */
export interface Source {
  name: string
  /** as they are stored, or as libdpx makes R G B A of them */
  from: 'stored' | 'colours'
  /** which of a pixel's */
  at: number
  /** of chroma that two pixels share: which of them has it; null: every pixel has its own */
  pair: 0 | 1 | null
}

export interface Layer {
  /** all channels that are told, those that are shown first */
  sources: readonly Source[]
  shown: number
}

const stored = (names: string): Source[] =>
  names.split(' ').map((name, at) => ({ name, from: 'stored', at, pair: null }))
const colours = (names: string): Source[] => stored(names).map((source) => ({ ...source, from: 'colours' }))
const userDefined = (count: number): Source[] =>
  stored(Array.from({ length: count }, (_, i) => `channel${i}`).join(' '))

/** Samples of a pixel in the order in which they lie there; of A B G R in the one that libdpx gives them. */
function sourcesOf(descriptor: number): Source[] {
  const known: Readonly<Record<number, string>> = {
    ...{ 0: 'channel0', 1: 'R', 2: 'G', 3: 'B', 4: 'A', 6: 'Y', 7: 'CbCr', 8: 'Z', 9: 'composite' },
    ...{ 50: 'R G B', 51: 'R G B A', 102: 'Cb Y Cr', 103: 'Cb Y Cr A' }
  }
  const names = known[descriptor]
  if (names !== undefined) return stored(names)
  if (descriptor === 52) return colours('R G B A')
  if (descriptor === 100) return [...halved, ...stored('Cb Y').slice(1)]
  if (descriptor === 101) return [...halved, ...stored('Cb Y A').slice(1)]
  return descriptor >= 150 && descriptor <= 156 ? userDefined(descriptor - 148) : []
}

/** 4:2:2: of two pixels the first has Cb and the second Cr */
const halved: readonly Source[] = [
  { name: 'Cb', from: 'stored', at: 0, pair: 0 },
  { name: 'Cr', from: 'stored', at: 0, pair: 1 }
]

/** Which conversion to colours libdpx has (its GetYCbCrToRGBColorMatrix), by the element's colorimetric characteristic. */
const matrices: Readonly<Record<number, string>> = { 5: 'Rec. 709', 6: 'Rec. 709', 7: 'Rec. 601', 8: 'Rec. 601' }

/** By what Y Cb Cr is made into colours; null: it is none, or it cannot be said. Chroma of an odd last pixel has no Cr. */
export function matrixOf({ descriptor, colorimetric }: DpxElement, width: number): string | null {
  const isShared = descriptor === 100 || descriptor === 101
  const isChroma = isShared || descriptor === 102 || descriptor === 103
  return isChroma && !(isShared && width % 2) ? (matrices[colorimetric] ?? null) : null
}

const isDepth = ({ descriptor, transfer }: DpxElement): boolean =>
  descriptor === 8 || transfer === 11 || transfer === 12

/** Everything there is to look at in an element: its colours, or else channel by channel. */
export function layersOf(element: DpxElement, width: number): Layer[] {
  const sources = sourcesOf(element.descriptor)
  const made = matrixOf(element, width) === null ? [] : colours('R G B')
  const all = [...made, ...sources]
  if (all[0]?.name === 'R' && all.length >= 3) return [{ sources: all, shown: 3 }]
  const luma = sources.filter(({ name }) => name === 'Y')
  const inTurn = [...luma, ...sources.filter((one) => !luma.includes(one))]
  return inTurn.map((one) => ({ sources: [one, ...inTurn.filter((other) => other !== one)], shown: 1 }))
}

/** Whether numbers are light, or something else such as depth. */
export const isColour = (element: DpxElement): boolean => !isDepth(element)

/** transfer characteristics, for people */
const transfers: Readonly<Record<number, string>> = {
  ...{
    0: 'user-defined transfer',
    1: 'printing density (log)',
    2: 'linear by its header',
    3: 'logarithmic',
    4: 'video'
  },
  ...{ 5: 'SMPTE 274M', 6: 'Rec. 709', 7: 'Rec. 601', 8: 'Rec. 601', 9: 'NTSC', 10: 'PAL', 11: 'linear depth' },
  ...{ 12: 'homogeneous depth', 13: 'ADX (log)' }
}

/**
 * Integers are code values, shown as they are, also where the header says linear: FFmpeg and Blender write that over every
 * picture, whose values have sRGB's curve. Floats are linear light.
 */
export const isEncoded = ({ bits }: DpxElement): boolean => bits !== 32

const packings = ['packed', 'filled method A', 'filled method B'] as const

/** `10 bit, filled method A, R G B, printing density (log), shown as it is` */
export function infoOf(element: DpxElement, width: number): string {
  const { bits, packing, descriptor, transfer } = element
  const matrix = matrixOf(element, width)
  const names = sourcesOf(descriptor).map(({ name }) => name)
  const isHalved = descriptor === 100 || descriptor === 101
  const curve = transfers[transfer] ?? 'no transfer characteristic'
  const how = isDepth(element) ? [] : [isEncoded(element) ? 'shown as it is' : 'shown as linear light']
  return [
    bits === 32 ? 'float 32' : `${bits} bit`,
    ...(bits === 10 || bits === 12 ? [packings[packing] ?? ''] : []),
    names.join(' '),
    ...(isHalved ? ['4:2:2'] : []),
    ...(matrix === null ? [] : [`made into colour by ${matrix}, full range`]),
    ...(matrix === null && names.includes('Cb') ? ['luma only: its chroma is not made into colour'] : []),
    curve,
    ...how
  ].join(', ')
}

/** Why an element is not shown, as the end of "This DPX …"; null: it is. */
export function whyNot(element: DpxElement): string | null {
  const { bits, packing, encoding, sign, descriptor } = element
  if (encoding === 1) return 'is run-length encoded, which cannot be decoded here.'
  if (sourcesOf(descriptor).length === 0) return `has channels of kind ${descriptor}, which cannot be decoded here.`
  if (![8, 10, 12, 16, 32].includes(bits))
    return `has samples of ${bits} bit${bits === 1 ? '' : 's'}, which are not shown here.`
  if ((bits === 10 || bits === 12) && packing >= packings.length)
    return `is packed by method ${packing}, which cannot be decoded here.`
  return sign === 1 && bits !== 32 ? 'has signed samples, which are not shown here.' : null
}
