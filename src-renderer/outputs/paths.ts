/** Files that an output's value names: paths in its strings, patterns of frames written out. */
import { atFrame, frameIn, hasFramePattern, hasTiles, isAbsolute } from '../../src-main/domain/frame-pattern.ts'
import { parseFrameRange } from '../../src-main/domain/frames.ts'
import { textsIn } from '../../src-main/domain/json.ts'

export interface OutputFile {
  path: string
  /** the frame in its name, where it has one */
  frame: string | null
  kind: 'picture' | 'exr' | 'other'
}

/** A name without an ending is more likely a folder or a key: not looked for. */
const ending = /\.([A-Za-z][A-Za-z0-9]{0,7})$/
const picture = /\.(?:png|jpe?g|webp|gif)$/i
const exr = /\.exr$/i

export const isPath = (text: string): boolean =>
  text.length < 2048 && isAbsolute(text) && ending.test(text) && !text.includes('\n')

export const kindOf = (path: string): OutputFile['kind'] =>
  picture.test(path) ? 'picture' : exr.test(path) ? 'exr' : 'other'

/** At most so many frames are looked for. */
const mostFrames = 10_000

/** Frames as a task prints them, one by one; parts that are no range stand for themselves. */
export const framesOf = (text: string): string[] =>
  text
    .split(',')
    .filter((part) => part !== '')
    .flatMap((part) => {
      const range = parseFrameRange(part)
      return range.ok ? range.value : [part]
    })
    .slice(0, mostFrames)

/** Every file a value names, once each. A pattern whose frames nobody knows is left as it is. */
export function filesOf(raw: string, frames: readonly string[]): { files: OutputFile[]; patterns: string[] } {
  const files = new Map<string, OutputFile>()
  const patterns = new Set<string>()
  const add = (path: string, frame: string | null) =>
    files.set(path, files.get(path) ?? { path, frame, kind: kindOf(path) })
  for (const text of textsIn(raw)) {
    if (!isPath(text)) continue
    if (!hasFramePattern(text)) add(text, frameIn(text))
    // which tiles there are nobody has said
    else if (frames.length === 0 || hasTiles(text)) patterns.add(text)
    else for (const frame of frames) add(atFrame(text, frame), frame)
  }
  return { files: [...files.values()], patterns: [...patterns] }
}

/** The address of a file for an `img`; `version` makes a file that was written again load again. */
export function urlOf(path: string, version = 0): string {
  const slashes = path.replaceAll('\\', '/')
  const rooted = slashes.startsWith('//') ? slashes.slice(2) : slashes.startsWith('/') ? slashes : `/${slashes}`
  const address = encodeURI(rooted).replaceAll('#', '%23').replaceAll('?', '%3F')
  return `file://${address}${version ? `?v=${version}` : ''}`
}
