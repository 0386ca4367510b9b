/**
 * Paths that stand for several files. A file per frame: `a.%04d.exr` (printf), `a.####.exr`, `a.$F4.exr` and `a.${F4}.exr`
 * (Houdini), `a.<frame>.exr`, `a.<f4>.exr` (Maya, Arnold). A file per tile: `a.<UDIM>.exr`, `a.%(UDIM)d.exr`,
 * `a.<UVTILE>.exr`. A file per view: `a_%V.exr`, `a_%v.exr` (Nuke). The one expansion for fingerprints, checks of outputs
 * and the window.
 */
import { textsIn, type Raw } from './json.ts'
import { literally } from './literal-pattern.ts'
import { nameOf, pathFrom } from './paths.ts'

/** Frames that stand wherever a path has them; a `#` in a folder's name is a `#`. */
const everywhere = String.raw`%0?\d*d|\$F\d*|\$\{F\d*\}|<[Ff](?:rame)?\d*>`
const anywhere = new RegExp(everywhere)
const inName = new RegExp(`${everywhere}|#+`)
/** `%V` stands for a view's name, `%v` for its first letter; `%Volume` for neither. */
const view = /%[Vv](?![A-Za-z0-9])/
const tile = /<(?:UDIM|udim)>|%\(UDIM\)d|<(?:UVTILE|uvtile)>/
/** every mark, so that a path can be compared with a pattern */
export const marks = new RegExp(`${everywhere}|#+|${view.source}|${tile.source}`)

/** Whether only the disk knows which files there are: a picture has some tiles of all, and some views. */
export const hasVariants = (path: string): boolean => view.test(path) || tile.test(nameOf(path))

/** Whether the path stands for a file per frame. */
export const hasFrames = (path: string): boolean => inName.test(nameOf(path)) || anywhere.test(path)

/** Whether the path stands for several files: per frame, tile or view. */
export const hasFramePattern = (path: string): boolean => hasFrames(path) || hasVariants(path)

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

/** Tiles are ten a row, here ten rows: 1001 is u1_v1 and 1012 is u2_v2. Which of them there are, only the disk knows. */
const tiles: readonly (readonly [udim: string, uv: string])[] = Array.from({ length: 100 }, (_, i) => [
  String(1001 + i),
  `u${(i % 10) + 1}_v${Math.floor(i / 10) + 1}`
])
/** Nuke's own: what a script without stereo has, and what stereo is. */
const views = ['main', 'left', 'right'] as const

const everyTile = new RegExp(tile.source, 'g')
const everyView = new RegExp(view.source, 'g')

function tilesOf(path: string): string[] {
  const at = path.length - nameOf(path).length
  const name = path.slice(at)
  if (!tile.test(name)) return [path]
  return tiles.map(
    ([udim, uv]) => path.slice(0, at) + name.replace(everyTile, (mark) => (/uvtile/i.test(mark) ? uv : udim))
  )
}

const viewsOf = (path: string): string[] =>
  view.test(path)
    ? views.map((name) => path.replace(everyView, (mark) => (mark === '%V' ? name : name.charAt(0))))
    : [path]

/** Every view and tile that a path may stand for, its frames left as they are; the path itself where it has neither. */
export const variantsOf = (path: string): string[] => viewsOf(path).flatMap(tilesOf)

/**
 * Every file that a path stands for, in the order of `frames`; the path itself where it has no pattern. Of tiles at the
 * first frame only: a hundred times a shot's frames would be no list to look at.
 */
export function filesOfPattern(path: string, frames: readonly string[]): string[] {
  const variants = variantsOf(path)
  if (!hasFrames(path)) return variants
  const wanted = tile.test(nameOf(path)) ? [frames[0] ?? ''] : frames
  return wanted.flatMap((frame) => variants.map((variant) => atFrame(variant, frame)))
}

/** Reads a file's frame by a pattern's name: `a.0007.exr` by `a.%04d.exr` is 7. Null for what does not fit it. */
export function frameReader(pattern: string): (name: string) => string | null {
  const name = nameOf(pattern)
  const parts = name.split(new RegExp(inName.source, 'g')).map(literally)
  const frame = parts.length > 1 ? new RegExp(`^${parts[0] ?? ''}(-?\\d+)${parts.slice(1).join('\\1')}$`) : null
  return (file) => {
    const digits = frame?.exec(file)?.[1]
    if (digits === undefined) return null
    const number = String(Number(digits))
    // `7` is no file of `%04d`
    return atFrame(name, number) === file ? number : null
  }
}

/** The last number before the ending: `beauty.0012.png` is frame 0012; null if there is none. */
export const frameIn = (path: string): string | null =>
  /(?:^|[._-])(-?\d+)\.[A-Za-z][\w.]*$/.exec(nameOf(path))?.[1] ?? null

/** The paths among the texts of a JSON value, once each, in order; those from `base` where that is known. */
export const pathsIn = (value: Raw, base: string | null = null): string[] => [
  ...new Set(textsIn(value).flatMap((text) => pathFrom(text, base) ?? []))
]
