/** What defineNode has made of a function, and where the evaluator finds it again. */
import { basename, extname } from 'node:path'
import type { Raw } from '../../../domain/json.ts'
import { shown } from '../names.ts'
import { refuseAuthor } from './refusal.ts'

export interface InputSpec {
  name: string
  /** The default as it is spelled in the source, or `null`. Text, so nodes never share a list or object (Q49). */
  value: Raw
}

export interface OutputSpec {
  name: string
  /** Sub-plugs declared as `parts.a`; the plug then has no others. */
  keys: string[]
}

export type Compute = (...inputs: never[]) => unknown

export interface Definition {
  name: string
  file: string
  place: string
  inputs: readonly InputSpec[]
  outputs: readonly OutputSpec[]
  metadata: Raw
  compute: Compute
}

/** What Python would call the module: the file's name without its ending. */
export const moduleOf = (file: string): string => basename(file, extname(file))

/** One list in a process, whichever copy of this file runs, so the evaluator finds nodes that no one exports. */
const nodes: unique symbol = Symbol.for('backlot.nodes')
const shelf = globalThis as { [nodes]?: Map<string, Definition> }
const definitions = (shelf[nodes] ??= new Map<string, Definition>())

const idOf = (file: string, name: string) => JSON.stringify([file, name])

export function register(definition: Definition): void {
  const { file, name, place } = definition
  const known = definitions.get(idOf(file, name))
  const version = (of: string) => of.replace(/:\d+:\d+$/, '')
  if (known && known.place !== place && version(known.place) === version(place)) {
    refuseAuthor(`${file} defines two nodes called ${shown(name)}; give one function another name`)
  }
  definitions.set(idOf(file, name), definition)
}

export const findDefinition = (file: string, name: string): Definition | undefined => definitions.get(idOf(file, name))

export const definedIn = (file: string): string[] =>
  [...definitions.values()].filter((definition) => definition.file === file).map(({ name }) => name)
