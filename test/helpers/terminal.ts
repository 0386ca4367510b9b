/** Commands in a terminal of their own (terminal.py). */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { onTestFinished } from 'vitest'

export interface Step {
  /** once this is on screen */
  see: string
  /** typed; control characters as they are: \x03 is Ctrl-C, \x04 Ctrl-D, \x1a Ctrl-Z */
  send?: string
  /** a signal to the command */
  signal?: NodeJS.Signals
  /** closes the terminal */
  hangup?: boolean
}

export interface Seen {
  code: number | null
  signal: string | null
  text: string
}

/** Resolves when the command has ended. */
export function inTerminal(
  steps: readonly Step[],
  command: readonly string[],
  { cwd, env = {} }: { cwd: string; env?: Record<string, string> }
): Promise<Seen> {
  const helper = join(import.meta.dirname, 'terminal.py')
  const child = spawn('python3', [helper, JSON.stringify(steps), ...command], {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit']
  })
  // what it waits to see may never come
  onTestFinished(() => void child.kill('SIGKILL'))
  let out = ''
  child.stdout.on('data', (data) => (out += String(data)))
  return new Promise((resolve) =>
    child.once('close', () => {
      const seen = JSON.parse(out) as Seen
      resolve({ ...seen, text: stripVTControlCharacters(seen.text) })
    })
  )
}
