/** A log in the user's pager, where there is a terminal. */
import { spawn } from 'node:child_process'
import { createReadStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { ending } from './ending.ts'

export interface Pager {
  /** Resolves when the user has left it. */
  show(path: string, offset: number): Promise<void>
}

/** What the user's PAGER says, as words and never by a shell, or less; null: there is no terminal, or no pager is wanted. */
export function startPager(env: NodeJS.ProcessEnv = process.env): Pager | null {
  const wanted = env.PAGER ?? 'less -R'
  const [program, ...args] = wanted.split(/\s+/).filter(Boolean)
  if (!process.stdout.isTTY || !process.stdin.isTTY || program === undefined || program === 'cat') return null
  return { show: (path, offset) => show([program, ...args], path, offset) }
}

async function show([program = '', ...args]: readonly string[], path: string, offset: number): Promise<void> {
  // less leaves at once what fits on the screen, and shows colours
  const env = { LESS: 'FRX', ...process.env }
  const child = spawn(program, args, { stdio: ['pipe', 'inherit', 'inherit'], env })
  const ended = new Promise<boolean>((resolve) => {
    child.once('error', () => resolve(false))
    child.once('close', () => resolve(true))
  })
  const hearAgain = ending.deafen()
  const fed = pipeline(createReadStream(path, { start: offset }), child.stdin).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE' && error.code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error
  })
  const there = await ended
  hearAgain()
  // no such program: it is written as it is
  if (!there) await pipeline(createReadStream(path, { start: offset }), process.stdout, { end: false })
  await fed
}
