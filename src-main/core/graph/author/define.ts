/** From a function to a kind of node. */
import { callSiteOf } from './call-site.ts'
import { register, type Compute, type Definition } from './definition.ts'
import { Node as NodeObject, type InstanceOptions } from './node.ts'
import { refuseAuthor } from './refusal.ts'
import type { Graph, Input, Metadata, Node, Output } from './shapes.ts'
import { readInputs, readOutputs } from './signature.ts'
import { jsonOf } from './value.ts'

export interface NodeOptions<O extends string> {
  /** Names of outputs; `parts.a` declares a sub-plug. */
  outputs: readonly O[]
  metadata?: Metadata
  /** The file to load the node from, for helpers that call defineNode for another file: `import.meta.filename`. */
  file?: string
}

type PlugName<O extends string> = O extends `${infer P}.${string}` ? P : O

/** A node whose plug names TypeScript knows. */
export interface NodeOf<I extends object, O extends string> extends Node {
  input(name: keyof I & string): Input
  output(name: PlugName<O>): Output
}

export type CreateNode<I extends object, O extends string> = (
  graph: Graph,
  inputs?: Partial<I>,
  options?: InstanceOptions
) => NodeOf<I, O>

/**
 * Declares a node: the function's parameter names its inputs, simple literals become their values. The result creates
 * nodes of the kind in a graph: `Render(graph, { frames: range(0, 30) }, { metadata: { batch_size: 10 } })`.
 */
export function defineNode<const O extends string, I extends object>(
  options: NodeOptions<O>,
  run: (inputs: I) => object | null | undefined
): CreateNode<I, O> {
  const definition = definitionOf(options, run)
  register(definition)
  return (graph, inputs, instance) => new NodeObject(graph, definition, inputs ?? {}, instance ?? {})
}

function definitionOf(options: NodeOptions<string>, run: Compute): Definition {
  const { name } = run
  if (!name) refuseAuthor('defineNode takes a function with a name: function Render({ frames }) { … }')
  const site = callSiteOf(defineNode)
  const file = options.file ?? site?.file
  if (file === undefined) {
    return refuseAuthor(`${name} is defined in no file, so nothing could load it again; save it in one`)
  }
  return {
    name,
    file,
    place: site?.place ?? file,
    inputs: readInputs(run, name),
    outputs: readOutputs(options.outputs, name),
    metadata: jsonOf({ interpreter: 'node', ...options.metadata }, `the metadata of ${name}`),
    compute: run
  }
}
