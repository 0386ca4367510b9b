import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Refusal } from '../domain/result.ts'
import { describe, Failure, say } from './failure.ts'
import { writeFile } from './file.ts'
import { Guard } from './guard.ts'

/** What gives the text of an answer; `more`: the call's further files. */
type TextFor = (path: string, out: string, more?: string) => string | Promise<string>

/** `--graph FILE OUT` and `--check REQUEST OUT`: all of OUT, or OUT.error and one sentence. */
export async function writeAnswer(textFor: TextFor, path: string, out: string, more?: string): Promise<void> {
  const guard = new Guard((error) => {
    tell(out, { message: `${path}: ${error.message.replace('the node', 'the file')}`, traceback: '' })
  })
  try {
    writeFile(out, await Promise.race([textFor(path, out, more), guard.crashed]))
    guard.finish()
    guard.end(0)
  } catch (error) {
    guard.finish()
    const isOurs = error instanceof Failure || error instanceof Refusal
    const story = { message: placed(error, path), traceback: isOurs ? '' : describe(error).traceback }
    tell(out, error instanceof Failure ? { ...story, choices: error.choices } : story)
    guard.end(1)
  }
}

interface Story {
  message: string
  traceback: string
  /** of which graph is meant */
  choices?: readonly string[]
}

/** Says what went wrong, and leaves it beside the answer that is not there. */
function tell(out: string, story: Story): void {
  say(`backlot: ${story.message}`)
  try {
    writeFile(`${out}.error`, JSON.stringify(story))
  } catch (error) {
    say(`backlot: ${out}.error cannot be written: ${describe(error).message}`)
  }
}

/** `FILE:LINE` above a piece of code that cannot be read, and the frames of a stack. Paths may have spaces. */
const placeLine = /^(?:\s+at (?:async )?(?:[^/\\\n]*? \()?)?((?:file:\/\/)?(?:\/|[A-Za-z]:\\).+?):(\d+)(?::\d+)?\)?$/gm

/** What to do where a file is read as a script, and is a module by half. */
function moduleAdvice(message: string, file: string): string {
  if (!/import statement outside a module|Unexpected token 'export'|import\.meta.* outside a module/.test(message))
    return ''
  const renamed = basename(file).replace(/\.c?([jt]s)$/i, '.m$1')
  if (/\.cts$/i.test(file))
    return `; a .cts file is CommonJS, where Node takes no import and no export: use require and module.exports, or rename it to ${renamed}`
  return `; it has import or export beside module.exports or exports: keep to one of them, or rename it to ${renamed}`
}

/** The sentence, with the place in the file, or in another one, where the error came from. */
function placed(error: unknown, path: string): string {
  const { type, message, traceback } = describe(error)
  if (error instanceof Failure || error instanceof Refusal) return message
  const places = Array.from(traceback.slice(0, 10_000).matchAll(placeLine), ([, file = '', line]) => ({
    file: file.startsWith('file:') ? fileURLToPath(file) : file,
    line
  }))
  const { file, line } = places.find((place) => place.file === path) ?? places[0] ?? { file: path, line: undefined }
  return `${file}${line ? `, line ${line}` : ''}: ${type}: ${message.replace(/\s+/g, ' ')}${moduleAdvice(message, file)}`
}
