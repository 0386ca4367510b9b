/** Files that an output's value names: the paths among its texts, with patterns expanded to a file per frame or tile. */
import {
  filesOfPattern,
  frameIn,
  hasFramePattern,
  hasTiles,
  isAbsolute,
  isAmbiguous
} from '../../src-main/domain/frame-pattern.ts'
import { parseFrameRange } from '../../src-main/domain/frames.ts'
import { textsIn, type Raw } from '../../src-main/domain/json.ts'

export interface OutputFile {
  path: string
  /** the frame or tile in its name, where it has one */
  frame: string | null
  kind: 'picture' | 'exr' | 'other'
  /** one of the tiles that there may be: only the disk knows which there are */
  mayBe: boolean
}

/** A name without an ending is more likely a folder or a key: not looked for. */
const ending = /\.([A-Za-z][A-Za-z0-9]{0,7})$/
const picture = /\.(?:png|jpe?g|webp|gif)$/i
const exr = /\.exr$/i

export const isPath = (text: string): boolean =>
  text.length < 2048 && isAbsolute(text) && ending.test(text) && !text.includes('\n')

export const kindOf = (path: string): OutputFile['kind'] =>
  picture.test(path) ? 'picture' : exr.test(path) ? 'exr' : 'other'

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

/** Every file a value names, once each. A pattern whose frames nobody knows is left as it is. */
export function filesOf(raw: Raw, frames: readonly string[]): { files: OutputFile[]; patterns: string[] } {
  const files = new Map<string, OutputFile>()
  const patterns = new Set<string>()
  const add = (path: string, frame: string | null, mayBe = false) => {
    if (!files.has(path)) files.set(path, { path, frame, kind: kindOf(path), mayBe })
  }
  for (const text of textsIn(raw).filter(isPath)) {
    const tiled = hasTiles(text)
    if (!hasFramePattern(text)) add(text, frameIn(text))
    else if (frames.length > 0 || (tiled && !hasFramePattern(text.replaceAll('<UDIM>', '')))) {
      const paths = filesOfPattern(text, frames)
      paths.forEach((path, i) => add(path, tiled ? frameIn(path) : (frames[i] ?? null), tiled))
    } else if (isAmbiguous(text)) add(text, null)
    else patterns.add(text)
  }
  return { files: [...files.values()], patterns: [...patterns] }
}

/** Files that a log says were written, as far as it says where. */
export const filesWritten = (wrote: readonly string[]): OutputFile[] =>
  wrote
    .filter((path) => isAbsolute(path) && !hasFramePattern(path))
    .map((path) => ({ path, frame: frameIn(path), kind: kindOf(path), mayBe: false }))

/** The address of a file for an `img`; `version` makes a file that was written again load again. */
export function urlOf(path: string, version = 0): string {
  const slashes = path.replaceAll('\\', '/')
  const rooted = slashes.startsWith('//') ? slashes.slice(2) : slashes.startsWith('/') ? slashes : `/${slashes}`
  const address = encodeURI(rooted).replaceAll('#', '%23').replaceAll('?', '%3F')
  return `file://${address}${version ? `?v=${version}` : ''}`
}
