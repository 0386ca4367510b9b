/** The built command line as its users start it. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Graph } from '../../src-main/core/graph/author.ts'

/** The script that users start: what V8 compiled is kept for the next one. */
export const cli = join(import.meta.dirname, '../../scripts/cli.mjs')

/** Runs it to its end. */
export const backlot = (dataDir: string, ...args: string[]) => backlotIn({}, dataDir, ...args)

/** The same with these variables on top of our own. */
export function backlotIn(env: Readonly<Record<string, string>>, dataDir: string, ...args: string[]) {
  const done = spawnSync(process.execPath, [cli, '--data-dir', dataDir, ...args], {
    encoding: 'utf8',
    env: { ...process.env, ...env }
  })
  return { code: done.status, out: done.stdout, err: done.stderr }
}

/** The same started in this folder. */
export function backlotFrom(cwd: string, dataDir: string, ...args: string[]) {
  const done = spawnSync(process.execPath, [cli, '--data-dir', dataDir, ...args], { encoding: 'utf8', cwd })
  return { code: done.status, out: done.stdout, err: done.stderr }
}

/** Starts it; `ended` resolves with its exit code and what it said on stderr. */
export const startBacklot = (dataDir: string, ...args: string[]) => startBacklotIn({}, dataDir, ...args)

/** The same with these variables on top of our own. */
export function startBacklotIn(env: Readonly<Record<string, string>>, dataDir: string, ...args: string[]) {
  const child: ChildProcess = spawn(process.execPath, [cli, '--data-dir', dataDir, ...args], {
    env: { ...process.env, ...env }
  })
  let err = ''
  child.stdout?.resume()
  child.stderr?.on('data', (data) => (err += String(data)))
  const ended = new Promise<{ code: number | null; err: string }>((resolve) =>
    child.once('close', (code) => resolve({ code, err }))
  )
  return { child, ended }
}

/** Writes a graph to a file and returns its path. */
export function graphFile(folder: string, graph: Graph): string {
  const path = join(folder, `${graph.name}.json`)
  writeFileSync(path, graph.toText())
  return path
}

/** Resolves when it holds. */
export async function until(met: () => boolean): Promise<void> {
  while (!met()) await new Promise((done) => setTimeout(done, 20))
}
