/** Graph files as bytes: read, told apart, hashed. Nothing here runs any of them. */
import { createHash } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { extname } from 'node:path'
import { bytesText } from '../../domain/durations.ts'
import { fail, ok, type Result } from '../../domain/result.ts'

/** V8 holds no longer text. */
const maxGraphBytes = 500e6

const languages = { '.py': 'python', '.ts': 'node', '.mts': 'node', '.js': 'node', '.mjs': 'node' } as const
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

/** Errors (`input`): there is no such file, it is not text, or it is too large. */
export function readText(path: string): Result<string> {
  try {
    const { size } = statSync(path)
    if (size > maxGraphBytes)
      return fail(
        'input',
        `${path} has ${bytesText(size)}; a graph of more than ${bytesText(maxGraphBytes)} cannot be read`
      )
    const bytes = readFileSync(path)
    return ok(new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(bytes))
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return fail('input', `there is no file ${path}`)
    if (code === 'EISDIR') return fail('input', `${path} is a folder; name a graph file`)
    if (error instanceof TypeError) return fail('input', `${path} is not UTF-8 text, so it is not a graph`)
    return fail('input', `${path} cannot be read: ${message}`)
  }
}
