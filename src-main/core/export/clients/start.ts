/** Starts a farm's client and hears what it says. */
import { spawn } from 'node:child_process'
import { codeOf } from '../../process/process.ts'
import type { Answer, FarmCommand } from './client.ts'

/** As shells say that a program is there and cannot be started: no right to, or too many words. */
const cannotStart = 126

/** A client that does not answer is given up, ms. */
export const longestMs = 20_000

/**
 * Null: there is no such program here. An answer without an exit code: it was given up. What it started itself may hold its
 * pipes open for ever, so nobody waits for their end then.
 */
export function asked(
  { argv: [program, ...rest], input, env }: FarmCommand,
  longest = longestMs
): Promise<Answer | null> {
  return new Promise((resolve) => {
    const child = spawn(program, rest, { stdio: ['pipe', 'pipe', 'pipe'], env: { ...process.env, ...env } })
    let [out, err] = ['', '']
    child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text))
    child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text))
    const tooLong = setTimeout(() => {
      child.kill('SIGKILL')
      for (const stream of [child.stdin, child.stdout, child.stderr]) stream.destroy()
      resolve({ code: null, out, err })
    }, longest)
    const end = (answer: Answer | null) => {
      clearTimeout(tooLong)
      resolve(answer)
    }
    child.once('error', (error) =>
      end(codeOf(error) === 'ENOENT' ? null : { code: cannotStart, out, err: error.message })
    )
    child.once('close', (code) => end({ code, out, err }))
    // one that ends before it has read all says why
    child.stdin.on('error', () => undefined)
    child.stdin.end(input ?? '')
  })
}
