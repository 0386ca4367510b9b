/** Files that an output's value names: the paths among its texts, with patterns expanded to a file per frame or tile. */
import {
  atFrame,
  filesOfPattern,
  frameIn,
  hasFrames,
  hasVariants,
  isAmbiguous,
  pathsIn,
  variantsOf
} from '../../src-main/domain/frame-pattern.ts'
import { isAbsolute } from '../../src-main/domain/paths.ts'
import { parseFrameRange } from '../../src-main/domain/frames.ts'
import type { Raw } from '../../src-main/domain/json.ts'
import { fileKindOf, type FileKind } from '../../src-main/domain/picture-kind.ts'

export interface OutputFile {
  path: string
  /** the frame or tile in its name, where it has one */
  frame: string | null
  kind: FileKind
  /** one of the tiles or views that there may be, and of which sequence: only the disk knows which there are */
  mayBe: string | null
}

/** A name without an ending is more likely a folder or a key: not looked for. */
const ending = /\.([A-Za-z][A-Za-z0-9]{0,7})$/

const mayBePath = (text: string): boolean => text.length < 2048 && ending.test(text) && !text.includes('\n')

/** `1-30x2,40` as frames, in order; parts that are no numbers stand for themselves. At most `most` of them. */
export const framesOf = (printed: string, most = 10_000): string[] =>
  printed
    .split(',')
    .filter((part) => part !== '')
    .flatMap((part) => {
      const range = parseFrameRange(part)
      return range.ok ? range.value : [part]
    })
    .slice(0, most)

/** Every file a value names, once each; `cwd` is the folder that its tasks start in. A pattern whose frames nobody knows is left as it is. */
export function filesOf(
  raw: Raw,
  frames: readonly string[],
  cwd: string | null
): { files: OutputFile[]; patterns: string[] } {
  const files = new Map<string, OutputFile>()
  const patterns = new Set<string>()
  const add = (path: string, frame: string | null, mayBe: string | null = null) => {
    if (!files.has(path)) files.set(path, { path, frame, kind: fileKindOf(path), mayBe })
  }
  for (const text of pathsIn(raw, cwd).filter(mayBePath)) {
    if (hasVariants(text)) addVariants(text, frames, add)
    else if (!hasFrames(text)) add(text, frameIn(text))
    else if (frames.length > 0) filesOfPattern(text, frames).forEach((path, i) => add(path, frames[i] ?? null))
    else if (isAmbiguous(text)) add(text, null)
    if (hasFrames(text) && frames.length === 0 && !isAmbiguous(text)) patterns.add(text)
  }
  return { files: [...files.values()], patterns: [...patterns] }
}

/** Files that a log says were written, as far as it says where. */
export const filesWritten = (wrote: readonly string[]): OutputFile[] =>
  wrote
    .filter((path) => isAbsolute(path) && !hasFrames(path))
    .map((path) => ({ path, frame: frameIn(path), kind: fileKindOf(path), mayBe: null }))

/** A view has a file for every frame, where there is that view; a tile is by itself, at the first frame. */
function addVariants(
  text: string,
  frames: readonly string[],
  add: (path: string, frame: string | null, mayBe: string) => void
): void {
  const variants = variantsOf(text)
  const isTiled = variants.length > 3
  for (const variant of variants) {
    if (!hasFrames(variant)) add(variant, frameIn(variant), variant)
    else
      for (const frame of isTiled ? frames.slice(0, 1) : frames)
        add(atFrame(variant, frame), isTiled ? frameIn(variant) : frame, variant)
  }
}

/** Of the tiles and views that there may be those that there are: a view of which one file is there should have all. */
export function thereOf(files: readonly OutputFile[], isThere: (path: string) => boolean): OutputFile[] {
  const found = new Set(files.filter(({ path, mayBe }) => mayBe !== null && isThere(path)).map(({ mayBe }) => mayBe))
  return files.filter(({ mayBe }) => mayBe === null || found.has(mayBe))
}

/** Frames from the first to the last that is there, so that a gap shows; at most 10,000. */
export function spanOf(frames: readonly string[]): string[] {
  const numbers = frames.map(Number)
  const [first, last] = [
    numbers.reduce((least, n) => Math.min(least, n), Infinity),
    numbers.reduce((most, n) => Math.max(most, n), -Infinity)
  ]
  const steps = numbers.slice(1).map((number, i) => number - (numbers[i] ?? 0))
  // every second frame on purpose is no sequence with a gap between each two
  const step = Math.max(1, steps.length > 0 ? steps.reduce((least, n) => Math.min(least, n)) : 1)
  const count = Math.floor((last - first) / step) + 1
  return frames.length === 0 || count > 10_000
    ? [...frames]
    : Array.from({ length: count }, (_, i) => String(first + i * step))
}

/** The address of a file for an `img`; `version` makes a file that was written again load again. */
export function urlOf(path: string, version = 0): string {
  const slashes = path.replaceAll('\\', '/')
  const rooted = slashes.startsWith('//') ? slashes.slice(2) : slashes.startsWith('/') ? slashes : `/${slashes}`
  const address = encodeURI(rooted).replaceAll('#', '%23').replaceAll('?', '%3F')
  return `file://${address}${version ? `?v=${version}` : ''}`
}
