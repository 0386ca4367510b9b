/**
 * Paths that stand for a file per frame: `a.%04d.exr` (printf), `a.####.exr`, `a.$F4.exr` and `a.${F4}.exr` (Houdini),
 * `a.<UDIM>.exr` (tiles). The one expansion for fingerprints, checks of outputs and the window.
 */
import { textsIn, type Raw } from './json.ts'

/** `%d` and `$F` stand wherever a path has them; a `#` in a folder's name is a `#`. */
const anywhere = /%0?\d*d|\$F\d*|\$\{F\d*\}/
const inName = /%0?\d*d|\$F\d*|\$\{F\d*\}|#+|<UDIM>/
const tile = '<UDIM>'

/** The file's name, behind the last slash of either kind. */
export const nameOf = (path: string): string => /[^\\/]*$/.exec(path)?.[0] ?? path

export const hasTiles = (path: string): boolean => nameOf(path).includes(tile)

/** Whether the path stands for a file per frame or per tile. */
export const hasFramePattern = (path: string): boolean => inName.test(nameOf(path)) || anywhere.test(path)

/** On Linux, macOS, Windows, and as a UNC path. */
export const isAbsolute = (path: string): boolean => /^(?:\/|[A-Za-z]:[\\/]|\\\\[^\\])/.test(path)

/** A lone `#` is a frame of one digit, or an ordinary character of a name such as `take#2.txt`. */
export const isAmbiguous = (path: string): boolean => /(?<!#)#(?!#)/.test(nameOf(path))

const integer = /^-?\d+$/

/** A number as printf writes it: the sign counts, zeros come behind it. */
function padded(frame: string, width: number, fill: '0' | ' '): string {
  if (!integer.test(frame)) return frame
  const [sign, digits] = frame.startsWith('-') ? ['-', frame.slice(1)] : ['', frame]
  return fill === ' ' ? frame.padStart(width, ' ') : sign + digits.padStart(width - sign.length, '0')
}

/** What one mark of a path becomes. */
function filled(mark: string, frame: string): string {
  if (mark === tile) return frame
  if (mark.startsWith('#')) return padded(frame, mark.length, '0')
  const width = Number(/\d+/.exec(mark)?.[0] ?? 0)
  return padded(frame, width, mark.startsWith('%') && !mark.startsWith('%0') ? ' ' : '0')
}

const fill = (text: string, pattern: RegExp, frame: string): string =>
  text.replace(new RegExp(pattern.source, 'g'), (mark) => filled(mark, frame))

/** The file of one frame; frames that are no whole numbers stand as they are. */
export function atFrame(path: string, frame: string): string {
  const at = path.length - nameOf(path).length
  return fill(path.slice(0, at), anywhere, frame) + fill(path.slice(at), inName, frame)
}

/** Tiles as UDIM numbers them: ten a row from 1001, here ten rows. Which of them there are, only the disk knows. */
const tiles: readonly string[] = Array.from({ length: 100 }, (_, i) => String(1001 + i))

/** Every file that a path stands for, in the order of `frames`; the path itself where it has no pattern. */
export function filesOfPattern(path: string, frames: readonly string[]): string[] {
  if (hasTiles(path)) return tiles.map((number) => atFrame(path.replace(tile, number), frames[0] ?? ''))
  return hasFramePattern(path) ? frames.map((frame) => atFrame(path, frame)) : [path]
}

/** The last number before the ending: `beauty.0012.png` is frame 0012; null if there is none. */
export const frameIn = (path: string): string | null =>
  /(?:^|[._-])(-?\d+)\.[A-Za-z][\w.]*$/.exec(nameOf(path))?.[1] ?? null

/** The absolute paths among the texts of a JSON value, once each, in order. */
export const pathsIn = (value: Raw): string[] => [...new Set(textsIn(value).filter(isAbsolute))]
