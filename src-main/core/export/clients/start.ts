/** Starts a farm's client and hears what it says. */
import { spawn } from 'node:child_process'
import type { Answer, FarmCommand } from './client.ts'

/** A client that does not answer is given up, ms. */
const longestMs = 20_000

/** Null: there is no such program here. */
export function asked({ argv: [program, ...rest], input }: FarmCommand): Promise<Answer | null> {
  return new Promise((resolve) => {
    const child = spawn(program, rest, { stdio: ['pipe', 'pipe', 'pipe'], timeout: longestMs })
    let [out, err] = ['', '']
    child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text))
    child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text))
    child.once('error', () => resolve(null))
    child.once('close', (code) => resolve({ code, out, err }))
    // one that ends before it has read all says why
    child.stdin.on('error', () => undefined)
    child.stdin.end(input ?? '')
  })
}
