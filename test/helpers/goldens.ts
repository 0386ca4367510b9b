import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { readGraph } from '../../src-main/core/graph/read.ts'
import type { Graph } from '../../src-main/core/graph/model.ts'
import type { Result } from '../../src-main/domain/result.ts'

export const goldens = join(import.meta.dirname, '../fixtures/flowpipe')

/** `02_chain`, … every graph the real flowpipe wrote. */
export const goldenNames = readdirSync(join(goldens, 'graphs'))
  .map((file) => file.replace(/\.json$/, ''))
  .sort()

export const goldenPath = (name: string) => join(goldens, 'graphs', `${name}.json`)

export const goldenText = (folder: string, file: string) => readFileSync(join(goldens, folder, file), 'utf8')

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- golden files are read by tests key by key
export const goldenJson = (folder: string, file: string): any => JSON.parse(goldenText(folder, file))

export function unwrap<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(`${result.error.kind}: ${result.error.message}`)
  return result.value
}

export function messageOf(result: Result<unknown>): string {
  if (result.ok) throw new Error('expected a refusal, got a value')
  return result.error.message
}

export const goldenGraph = (name: string): Graph => unwrap(readGraph(goldenText('graphs', `${name}.json`)))
