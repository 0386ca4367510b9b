/** A graph as it is named on a command line: FILE, FILE:NAME, and behind `--` what a function of the file is given. */
import { statSync } from 'node:fs'
import type { Command } from 'commander'
import type { Input } from '../contract.ts'
import { isCode } from '../core/evaluator/files.ts'
import { Failure } from './base.ts'

export type FileSource = Extract<Input<'graph.trust'>['source'], { path: string }>

export interface SourceFlags {
  trust?: boolean
  graph?: string
  verbose?: boolean
}

/** For every command that takes a graph file. */
export const sourceFlags = (command: Command) =>
  command
    .option('--trust', 'do not ask before the graph’s code is run for the first time')
    .option('--graph <name>', 'which graph of the file, or the function that gives it (also as FILE:NAME)')
    .option('--verbose', 'where a file gives no graph, print the whole traceback')

/** Errors (usage): two names that differ. */
export function sourceOf(text: string, args: readonly string[], { graph }: SourceFlags): FileSource {
  const { path, name } = parted(text)
  if (name !== null && graph !== undefined && name !== graph)
    throw new Failure({ kind: 'usage', message: `${text} and --graph ${graph} name two graphs; give one of them` })
  const chosen = graph ?? name
  return { path, ...(chosen === null ? {} : { graph: chosen }), ...(args.length > 0 ? { args: [...args] } : {}) }
}

/**
 * FILE:NAME is taken apart where FILE is there, or at least code by its ending; a file that is called so as a whole is
 * meant as a whole, and the colon of `C:\` is a drive's.
 */
function parted(text: string): { path: string; name: string | null } {
  const whole = { path: text, name: null }
  if (isFile(text)) return whole
  const colons = [...text.matchAll(/:/g)].map(({ index }) => index)
  const cuts = colons.filter((at) => at < text.length - 1 && !(at === 1 && /^[A-Za-z]:[\\/]/.test(text)))
  const cut = cuts.find((at) => isFile(text.slice(0, at))) ?? cuts.find((at) => isCode(text.slice(0, at)))
  return cut === undefined ? whole : { path: text.slice(0, cut), name: text.slice(cut + 1) }
}

function isFile(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false
  } catch {
    return false // a name that no system takes
  }
}
