/** From a function to a kind of node. */
import { callSiteOf } from './call-site.ts'
import { register, type Compute, type Definition } from './definition.ts'
import { Node as NodeObject, type InstanceOptions } from './node.ts'
import { refuseAuthor } from './refusal.ts'
import type { Metadata } from './metadata.ts'
import type { Graph, Input, Node, Output } from './shapes.ts'
import { readInputs, readOutputs } from './signature.ts'
import { jsonOf } from './value.ts'
import type { Declared, Gives, Literals, PlugName, Taken } from './values.ts'

export interface NodeOptions<O extends string> {
  /** Names of outputs; `parts.a` declares a sub-plug. */
  outputs: readonly O[]
  metadata?: Metadata
  /** The file to load the node from, for helpers that call defineNode for another file: `import.meta.filename`. */
  file?: string
}

/** What a node's function may return: an object with its outputs, at once or later; or nothing. */
// eslint-disable-next-line @typescript-eslint/no-invalid-void-type -- what a function without a return gives
type Outcome = object | null | undefined | void

/** Of each output what it gives, where nothing says more. */
type Any<O extends string> = Record<PlugName<O>, unknown>

/** A node whose plug names TypeScript knows, and what they take and give. */
export interface NodeOf<I extends object, O extends string, G extends Any<O> = Any<O>> extends Node {
  input<K extends keyof I & string>(name: K): Input<Taken<I, K>>
  output<P extends PlugName<O>>(name: P): Output<G[P]>
}

/** Creates a node of its kind in a graph. */
export type CreateNode<I extends object, O extends string, G extends Any<O> = Any<O>> = (
  graph: Graph,
  inputs?: Literals<I>,
  options?: InstanceOptions
) => NodeOf<I, O, G>

/**
 * Declares a node: the function's parameter names its inputs, simple literals become their values. The result creates
 * nodes of the kind in a graph: `Render(graph, { frames: range(0, 30) }, { metadata: { batch_size: 10 } })`.
 */
export function defineNode<const O extends string, I extends object, R extends Outcome>(
  options: NodeOptions<O>,
  run: ((inputs: I) => R) & Declared<R, O>
): CreateNode<I, O, Gives<R, O>> {
  const definition = definitionOf(options, run)
  register(definition)
  // the types say of its plugs what the function says of its values; plugs themselves hold text
  return (graph, inputs, instance) =>
    new NodeObject(graph, definition, inputs ?? {}, instance ?? {}) as Node as NodeOf<I, O, Gives<R, O>>
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
