/** A picture whose samples we decode ourselves, whatever its format: what there is to look at in it, and its samples. */
import type { Area } from './exr/openexr.ts'

/** One thing to look at: some channels of a part or page. */
export interface Choice {
  /** the part or page that it is in; null where the file has one */
  group: string | null
  name: string
  /** the channels that are shown: red, green and blue, or one as a grey */
  shown: readonly string[]
  /** colours are shown as light; other numbers (depth, ids) from their least to their greatest */
  isColour: boolean
  /** smaller copies in the file, the full one first: `35 × 18` */
  levels: readonly string[]
}

/** The samples of one channel; row by row from the top. */
export interface Plane {
  name: string
  /** of the file, for people: `half`, `uint 16` */
  type: string
  width: number
  height: number
  /** a sample stands for so many pixels: 1 but for chroma */
  xStep: number
  yStep: number
  samples: ArrayLike<number> & { readonly byteLength: number }
}

export interface Pixels {
  /** where there are samples, in the file's own coordinates */
  data: Area
  /** what the picture shows of them */
  display: Area
  /** all channels that belong together, so that values can be told; those that are shown first */
  planes: readonly Plane[]
  /** of a sample that is as bright as a screen gets: 1, or an integer's greatest */
  white: number
  /** whether samples are stored with sRGB's curve, as integers are; else they are linear light */
  isEncoded: boolean
  /** what is not as it should be, in one sentence; null: nothing */
  fault: string | null
}

export interface Opened {
  choices: readonly Choice[]
  /** of a choice: `half, PIZ, R G B A` */
  info(choice: number): string
  read(choice: number, level: number): Pixels | Promise<Pixels>
  /** The shown channels at most so many pixels wide, as the mean of whole blocks in linear light; the corner is 0, 0. */
  small(choice: number, most: number): Pixels | Promise<Pixels>
}

/** Why a picture cannot be shown: one sentence for people. */
export class Refusal extends Error {}

/** 8K by 8K */
export const mostPixels = 1 << 26
/** of samples in memory at once */
export const mostBytes = 1.5 * 2 ** 30

/** The part of the picture that is shown: the display window, unless nothing of the data is in it or it is too large. */
export function areaOf({ data, display }: { data: Area; display: Area }, whole: boolean): Area {
  const isSane = display.width > 0 && display.height > 0 && display.width * display.height <= mostPixels
  const isIn =
    data.left < display.left + display.width &&
    display.left < data.left + data.width &&
    data.top < display.top + display.height &&
    display.top < data.top + data.height
  return !whole && isSane && isIn ? display : data
}

export const sameArea = (a: Area, b: Area): boolean =>
  a.left === b.left && a.top === b.top && a.width === b.width && a.height === b.height

/** `70 × 37 at −5, −9` */
export const areaText = ({ left, top, width, height }: Area): string =>
  `${width} × ${height} at ${left}, ${top}`.replaceAll('-', '−')
