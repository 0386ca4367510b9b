/** Files that an output's value names: paths in its strings, patterns of frames written out. */
import { stringsOf } from './json.ts'

export interface OutputFile {
  path: string
  /** the frame in its name, where it has one */
  frame: string | null
  kind: 'picture' | 'exr' | 'other'
}

const absolute = /^(?:\/|[A-Za-z]:[\\/]|\\\\[^\\])/
/** A name without an ending is more likely a folder or a key: not looked for. */
const ending = /\.([A-Za-z][A-Za-z0-9]{0,7})$/
const pattern = /%(0?)(\d*)d|#+|\$F(\d?)/
const picture = /\.(?:png|jpe?g|webp|gif)$/i
const exr = /\.exr$/i

export const isPath = (text: string): boolean =>
  text.length < 2048 && absolute.test(text) && ending.test(text) && !text.includes('\n')

export const kindOf = (path: string): OutputFile['kind'] =>
  picture.test(path) ? 'picture' : exr.test(path) ? 'exr' : 'other'

/** `1-30x2,40` as frames, in order; parts that are no numbers stand for themselves. At most `most` of them. */
export function framesOf(text: string, most = 10_000): string[] {
  const frames: string[] = []
  for (const part of text.split(',')) {
    const match = /^(-?\d+)-(-?\d+)(?:x(\d+))?$/.exec(part)
    if (!match) {
      if (part !== '') frames.push(part)
      continue
    }
    const [first, last, step] = [Number(match[1]), Number(match[2]), Math.max(1, Number(match[3] ?? 1))]
    for (let frame = first; frame <= last && frames.length < most; frame += step) frames.push(String(frame))
  }
  return frames
}

export const hasPattern = (path: string): boolean => pattern.test(nameOf(path))

/** `a.%04d.png`, `a.####.png` and `a.$F4.png` for one frame, as printf and the DCCs write it. */
export function expand(path: string, frame: string): string {
  const at = path.length - nameOf(path).length
  const name = path.slice(at).replace(pattern, (found, zero?: string, width?: string, houdini?: string) => {
    if (!/^-?\d+$/.test(frame)) return frame
    const digits = found.startsWith('#') ? found.length : Number(width || houdini || 0)
    const fill = found.startsWith('%') && zero === '' ? ' ' : '0'
    const [sign, number] = frame.startsWith('-') ? ['-', frame.slice(1)] : ['', frame]
    return fill === ' ' ? frame.padStart(digits, ' ') : sign + number.padStart(digits - sign.length, '0')
  })
  return path.slice(0, at) + name
}

export const nameOf = (path: string): string => /[^\\/]*$/.exec(path)?.[0] ?? path

/** The last number before the ending: `beauty.0012.png` is frame 0012. */
export const frameIn = (path: string): string | null =>
  /(?:^|[._-])(-?\d+)\.[A-Za-z][\w.]*$/.exec(nameOf(path))?.[1] ?? null

/** Every file a value names, once each. A pattern whose frames nobody knows is left as it is. */
export function filesOf(raw: string, frames: readonly string[]): { files: OutputFile[]; patterns: string[] } {
  const files = new Map<string, OutputFile>()
  const patterns = new Set<string>()
  const add = (path: string, frame: string | null) =>
    files.set(path, files.get(path) ?? { path, frame, kind: kindOf(path) })
  for (const text of stringsOf(raw)) {
    if (!isPath(text)) continue
    if (!hasPattern(text)) add(text, frameIn(text))
    else if (frames.length === 0) patterns.add(text)
    else for (const frame of frames) add(expand(text, frame), frame)
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
