/** A node of a graph: the state of its plugs, and the edges at them. */
import { membersOf, rawObject, type Raw } from '../../../domain/json.ts'
import { toJs } from '../../../domain/json-js.ts'
import { shown } from '../names.ts'
import { isGraph } from './brand.ts'
import type { Definition } from './definition.ts'
import { Input } from './input.ts'
import { Output } from './output.ts'
import { refuseAuthor, unknownText } from './refusal.ts'
import type { Metadata } from './metadata.ts'
import type { Edge, Graph, InputState, MetadataOf, Node as NodeShape, OutputState } from './shapes.ts'
import { jsonOf } from './value.ts'

export interface InstanceOptions {
  /** The function's name unless given; unique in its graph. */
  name?: string
  identifier?: string
  /** Merged over the definition's metadata, key by key. */
  metadata?: Metadata
  /** An omitted node is not evaluated; its outputs are null. */
  omit?: boolean
}

export class Node implements NodeShape {
  readonly graph: Graph
  readonly identifier: string
  omit: boolean
  /** @internal */ readonly definition: Definition
  /** @internal */ readonly metadataText: Raw
  /** @internal */ readonly inputs = new Map<string, InputState>()
  /** @internal */ readonly outputs = new Map<string, OutputState>()
  /** @internal */ readonly sources = new Map<string, Edge>()
  /** @internal */ readonly targets = new Set<Edge>()
  private called: string

  /** @internal */
  constructor(graph: Graph, definition: Definition, inputs: object, options: InstanceOptions) {
    if (!isGraph(graph)) {
      refuseAuthor(`${definition.name} takes the graph as its first argument; there is no default graph`)
    }
    this.graph = graph
    this.definition = definition
    this.called = options.name ?? definition.name
    this.identifier = options.identifier ?? `${this.called}-${crypto.randomUUID()}`
    this.omit = options.omit ?? false
    this.metadataText = mergedMetadata(definition, options.metadata, this.called)
    for (const { name, value } of definition.inputs) {
      this.inputs.set(name, { literal: value, given: false, subs: new Map() })
    }
    for (const { name, keys } of definition.outputs) {
      this.outputs.set(name, { keys: new Set(keys), closed: keys.length > 0 })
    }
    for (const [name, value] of Object.entries(inputs)) if (value !== undefined) this.input(name).set(value)
    graph.add(this, options.identifier !== undefined)
  }

  get name(): string {
    return this.called
  }

  /** Gives the node another name; its identifier stays. */
  rename(name: string): void {
    this.graph.rename(this, name)
    this.called = name
  }

  get metadata(): MetadataOf {
    return toJs(this.metadataText) as MetadataOf
  }

  input(name: string): Input {
    if (!this.inputs.has(name)) refuseAuthor(unknownText(`${shown(this.name)} has no input`, name, this.inputs.keys()))
    return new Input(this, name, null)
  }

  output(name: string): Output {
    if (!this.outputs.has(name))
      refuseAuthor(unknownText(`${shown(this.name)} has no output`, name, this.outputs.keys()))
    return new Output(this, name, null)
  }
}

function mergedMetadata(definition: Definition, own: Metadata | undefined, name: string): Raw {
  const metadata = membersOf(jsonOf(own ?? {}, `the metadata of ${shown(name)}`))
  const merged = [...membersOf(definition.metadata), ...metadata].map(({ key, value }) => [key, value] as const)
  return rawObject(new Map(merged))
}
