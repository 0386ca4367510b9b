/** From a node's record to the code it names. */
import { existsSync, realpathSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { definedIn, findDefinition, type Definition } from '../core/graph/author/definition.ts'
import { shown } from '../core/graph/names.ts'
import type { GraphNode } from '../core/graph/model.ts'
import { describe, Failure } from './failure.ts'

/** Loads the node's file and finds its definition there, exported or not. */
export async function loadDefinition({ name, kind, className, fileLocation: file }: GraphNode): Promise<Definition> {
  const cannot = `the node ${shown(name)} cannot be loaded:`
  if (kind === 'class' || file === null || !/\.[cm]?[jt]s$/i.test(file)) {
    throw new Failure(`${cannot} it is no node of a TypeScript or JavaScript file; run it with its own interpreter`)
  }
  if (!existsSync(file)) throw new Failure(`${cannot} there is no file ${file} on this machine`)
  const real = realpathSync(file)
  try {
    await import(pathToFileURL(real).href)
  } catch (error) {
    throw new Failure(`${cannot} ${describe(error).message}`, { cause: error })
  }
  const definition = findDefinition(real, className) ?? findDefinition(file, className)
  if (definition) return definition
  throw new Failure(
    `${cannot} ${file} defines no node ${className}; it defines ${definedIn(real).join(', ') || 'none'}`
  )
}

/** A record may be older than its code (Q41). */
export function checkPlugs(node: GraphNode, definition: Definition): void {
  for (const side of ['inputs', 'outputs'] as const) {
    const lost = node[side].find((plug) => !definition[side].some(({ name }) => name === plug.name))
    if (!lost) continue
    const plug = `${side.slice(0, -1)} ${shown(lost.name)}`
    throw new Failure(`the node ${shown(node.name)} cannot be loaded: its code has no ${plug} any more`)
  }
}
