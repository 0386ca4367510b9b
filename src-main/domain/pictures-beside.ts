/** Pictures of two runs, pair by pair, and the sentences about them: the same on the terminal and in the window. */
import { counted, countText } from './counts.ts'

/** How one run's picture is beside the other's; those that are the same are only counted. */
export type PictureState = 'differs' | 'other' | 'missing' | 'unmeasured'

export interface PictureDifference {
  /** of its layers the one that differs most; null: it has one */
  layer: string | null
  /** of a channel: of integers a share of the greatest, of floats a value; null: where one has a number the other has none */
  largest: number | null
  at: { x: number; y: number }
  /** so many pixels differ in that layer, of so many */
  pixels: number
  of: number
}

export interface PicturePair {
  node: string
  identifier: string
  batch: number | null
  output: string
  /** paths; null: that run names no picture in this place */
  left: string | null
  right: string | null
}

export interface PictureBeside extends PicturePair {
  state: PictureState
  /** of those that differ */
  difference: PictureDifference | null
  /** of all others: what is missing, which sizes, or why it was not measured */
  why: string | null
}

export interface PicturesBeside {
  /** those that are not the same */
  pictures: PictureBeside[]
  same: number
  /** both runs name the same file, so that only the later one's picture is there */
  shared: number
  /** one of those files */
  firstShared: string | null
  /** more than were asked for: not looked at */
  rest: number
}

/** So many are looked at unless asked otherwise. */
export const usualPictures = 100

const levelText = (value: number): string => (value > 0 && value < 0.0001 ? value.toExponential(2) : value.toFixed(4))

function differenceText({ layer, largest, at, pixels, of }: PictureDifference): string {
  const where = `at ${at.x}, ${at.y}${layer === null ? '' : ` in ${layer}`}`
  const most = largest === null ? `no number ${where}` : `largest difference ${levelText(largest)} ${where}`
  return `${countText(pixels)} of ${countText(of)} pixels differ, ${most}`
}

/** `3 of 32 pixels differ, largest difference 0.2500 at 4, 1`, or what else is not the same. */
export function pictureText({ state, difference, why }: PictureBeside): string {
  if (difference) return differenceText(difference)
  if (state === 'unmeasured') return `not measured: ${why ?? ''}`
  return why ?? ''
}

/** The sums, a sentence a line; `isFarm`: the right run is a farm's. */
export function picturesSentences(found: PicturesBeside, isFarm: boolean): string[] {
  const { pictures, same, shared, firstShared, rest } = found
  const looked = pictures.length + same
  if (looked + shared + rest === 0) return ['No output of both runs names a picture.']
  const who = isFarm ? 'the farm’s run' : 'the later run'
  return [
    ...(looked === 0
      ? []
      : [`${counted(looked, 'picture')} compared: ${countText(same)} the same, ${others(pictures)}.`]),
    ...(shared === 0
      ? []
      : [
          `${counted(shared, 'picture')} not compared, since both runs name the same file: ${who} wrote over it (${firstShared ?? ''}).`
        ]),
    ...(rest === 0 ? [] : [`${counted(rest, 'picture')} more not looked at.`])
  ]
}

const named: readonly (readonly [PictureState, string])[] = [
  ['differs', 'differ'],
  ['other', 'of another size or with other channels'],
  ['missing', 'missing'],
  ['unmeasured', 'not measured']
]

function others(pictures: readonly PictureBeside[]): string {
  const counts = named.map(([state, said]) => [pictures.filter((one) => one.state === state).length, said] as const)
  const [first, ...rest] = counts.map(([n, said]) => `${countText(n)} ${said}`)
  return [first, ...rest.filter((text) => !text.startsWith('0 '))].join(', ')
}
