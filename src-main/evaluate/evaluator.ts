/** This evaluator: what results call it, and its own frames, which say nothing to who reads a traceback. */
import { rawText, type Raw } from '../domain/json.ts'

/** Which language and version has evaluated. */
export const evaluator: [string, Raw][] = [
  ['language', rawText('node')],
  ['version', rawText(process.versions.node)],
  ['flowpipe', 'null']
]

/** Addresses of our files; what is built is the entry alone, from sources it has its parts beside it. */
const ownFrames: string[] = []

export function hideFramesOf(entry: string): void {
  ownFrames.push(entry, new URL('evaluate/', entry).href, new URL('core/', entry).href)
}

const isOwn = (line: string) => /[( ]node:/.test(line) || ownFrames.some((frame) => line.includes(frame))

/** The traceback without the frames of the evaluator and of Node.js itself. */
export const withoutOwnFrames = (traceback: string): string =>
  traceback
    .split('\n')
    .filter((line) => !/^\s+at /.test(line) || !isOwn(line))
    .join('\n')
