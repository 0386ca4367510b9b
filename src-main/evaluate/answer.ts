import { fileURLToPath } from 'node:url'
import { Refusal } from '../domain/result.ts'
import { describe, Failure, say } from './failure.ts'
import { writeFile } from './file.ts'
import { Guard } from './guard.ts'

/** `--graph FILE OUT` and `--check REQUEST OUT`: all of OUT, or none and one sentence. */
export async function writeAnswer(
  textFor: (path: string, out: string) => string | Promise<string>,
  path: string,
  out: string
): Promise<void> {
  const guard = new Guard((error) => say(`backlot: ${path}: ${error.message.replace('the node', 'the file')}`))
  try {
    writeFile(out, await Promise.race([textFor(path, out), guard.crashed]))
    guard.finish()
    guard.end(0)
  } catch (error) {
    guard.finish()
    say(`backlot: ${placed(error, path)}`)
    guard.end(1)
  }
}

/** The sentence, with the place in the file, or in another one, where the error came from. */
function placed(error: unknown, path: string): string {
  const { type, message, traceback } = describe(error)
  if (error instanceof Failure || error instanceof Refusal) return message
  const places = Array.from(
    traceback.slice(0, 10_000).matchAll(/((?:file:\/\/)?(?:\/|[A-Z]:\\)[^\s()]*?):(\d+)/g),
    ([, file = '', line]) => ({
      file: file.startsWith('file:') ? fileURLToPath(file) : file,
      line
    })
  )
  const { file, line } = places.find((place) => place.file === path) ?? places[0] ?? { file: path, line: undefined }
  return `${file}${line ? `, line ${line}` : ''}: ${type}: ${message.replace(/\s+/g, ' ')}`
}
