/** Graph files as bytes: read, told apart, hashed. Nothing here runs any of them. */
import { createHash } from 'node:crypto'
import { isUtf8 } from 'node:buffer'
import { readFileSync, statSync } from 'node:fs'
import { extname } from 'node:path'
import { bytesText } from '../../domain/durations.ts'
import { fail, ok, type Result } from '../../domain/result.ts'

/** V8 holds no longer text. */
const maxGraphBytes = 500e6

const languages = {
  '.py': 'python',
  ...{ '.ts': 'node', '.mts': 'node', '.cts': 'node' },
  ...{ '.js': 'node', '.mjs': 'node', '.cjs': 'node' }
} as const
type CodeExtension = keyof typeof languages

/** The shipped interpreter that runs a graph file to get its graph; null: the file is read, never run. */
export function languageOf(path: string): (typeof languages)[CodeExtension] | null {
  const extension = extname(path).toLowerCase()
  return extension in languages ? languages[extension as CodeExtension] : null
}

/** Whether a graph file has to be run to get its graph. */
export const isCode = (path: string): boolean => languageOf(path) !== null

/** SHA-256, as trust and stored graphs go by it. */
export const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex')

/** What files that are no text begin with. */
const packings: readonly (readonly [readonly number[], string])[] = [
  [[0x1f, 0x8b], 'compressed (gzip); unpack it first'],
  [[0x50, 0x4b, 0x03, 0x04], 'a zip archive; unpack it first'],
  [[0x28, 0xb5, 0x2f, 0xfd], 'compressed (zstd); unpack it first'],
  [[0x80], 'a pickle, or another binary file; write the graph as JSON: json.dump(graph.to_json(), file)']
]

function packedAs(bytes: Buffer): string | null {
  const found = packings.find(([head]) => head.every((byte, i) => bytes[i] === byte))
  if (found) return found[1]
  const isText = encodingOf(bytes) !== 'utf-8' || !bytes.subarray(0, 4096).includes(0)
  return isText ? null : 'a binary file, so it is not a graph'
}

/** Windows' PowerShell writes UTF-16 where output goes into a file. JSON begins with two characters below 128. */
function encodingOf(bytes: Buffer): 'utf-8' | 'utf-16le' | 'utf-16be' {
  const [first = 1, second = 1, third = 1, fourth = 1] = bytes
  if (first === 0xff && second === 0xfe) return third === 0 && fourth === 0 ? 'utf-8' : 'utf-16le'
  if (first === 0xfe && second === 0xff) return 'utf-16be'
  if (second === 0 && fourth === 0 && first !== 0 && third !== 0) return 'utf-16le'
  return first === 0 && third === 0 && second !== 0 && fourth !== 0 ? 'utf-16be' : 'utf-8'
}

const decoded = (bytes: Buffer): string =>
  new TextDecoder(encodingOf(bytes), { fatal: true, ignoreBOM: false }).decode(bytes)

/**
 * Python reads its files in the encoding that they name themselves (PEP 263); of one that is not UTF-8 the text here is a
 * character a byte, to go by. Errors (`input`): there is no such file, it is not text, or it is too large.
 */
export function readText(path: string): Result<string> {
  try {
    const stats = statSync(path)
    const { size } = stats
    if (!stats.isFile() && !stats.isDirectory())
      return fail('input', `${path} is no file but a pipe or a device; write the graph to a file first`)
    if (size > maxGraphBytes)
      return fail(
        'input',
        `${path} has ${bytesText(size)}; a graph of more than ${bytesText(maxGraphBytes)} cannot be read`
      )
    const bytes = readFileSync(path)
    const packed = packedAs(bytes)
    if (packed) return fail('input', `${path} is ${packed}`)
    const isPython = languageOf(path) === 'python'
    return ok(isPython && !isUtf8(bytes) ? bytes.toString('latin1') : decoded(bytes))
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return fail('input', `there is no file ${path}`)
    if (code === 'EISDIR') return fail('input', `${path} is a folder; name a graph file`)
    if (error instanceof TypeError)
      return fail('input', `${path} is not UTF-8 text, so it is not a graph; write it with encoding="utf-8"`)
    return fail('input', `${path} cannot be read: ${message}`)
  }
}
