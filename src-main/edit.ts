/** Opens a file at a line: in the editor that the user has set, else as the system opens texts. */
import { spawn } from 'node:child_process'
import { statSync } from 'node:fs'
import { editorCommand, isText } from './domain/editor.ts'
import { fail, ok, type Result } from './domain/result.ts'

export interface Opens {
  /** the system's own way; what went wrong, or an empty text */
  open: (path: string) => Promise<string>
  /** shows it in its folder */
  reveal: (path: string) => void
}

/** Errors (`usage`): there is no such file; (`run`): the editor cannot be started. */
export async function edit(path: string, line: number | null, { open, reveal }: Opens): Promise<Result<null>> {
  if (!statSync(path, { throwIfNoEntry: false })?.isFile())
    return fail('usage', `there is no file ${path} on this machine`)
  const { VISUAL, EDITOR } = process.env
  const command = editorCommand(VISUAL, path, line) ?? editorCommand(EDITOR, path, line)
  if (command) return start(command)
  // a log names what it likes: what a click could start is only shown
  if (!isText(path)) {
    reveal(path)
    return ok(null)
  }
  const problem = await open(path)
  return problem ? fail('run', `${path} cannot be opened: ${problem}`) : ok(null)
}

function start([program = '', ...args]: string[]): Promise<Result<null>> {
  return new Promise((resolve) => {
    const child = spawn(program, args, { stdio: 'ignore', detached: true })
    child.once('spawn', () => {
      child.unref()
      resolve(ok(null))
    })
    child.once('error', (error) =>
      resolve(
        fail('run', `the editor ${program} cannot be started (${error.message}); it is set in $VISUAL or $EDITOR`)
      )
    )
  })
}
