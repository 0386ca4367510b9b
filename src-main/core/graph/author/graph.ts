/** A graph and the names in it; the work is done beside it. */
import { shown } from '../names.ts'
import { writeGraph } from '../write.ts'
import { brand } from './brand.ts'
import { callSiteOf } from './call-site.ts'
import { connected, unlink } from './edge.ts'
import { evaluateGraph, type Evaluation } from './evaluation.ts'
import { InputGroup } from './input.ts'
import { noteMade } from './made.ts'
import { modelOf } from './model.ts'
import { PromotedPlugs } from './promoted.ts'
import { refuseAuthor, unknownText } from './refusal.ts'
import type { EvaluationMode, Graph as GraphShape, Input, Node, Output, Target } from './shapes.ts'
import { forStringify } from './value.ts'

/** A named set of nodes. Graphs whose nodes are connected are written and evaluated together (Q27). */
export class Graph implements GraphShape {
  readonly name: string
  readonly [brand] = true
  private members = new Map<string, Node>()
  /** @internal */ readonly promoted: PromotedPlugs = new PromotedPlugs(this)

  constructor(name: string) {
    if (typeof name !== 'string' || name === '') refuseAuthor('a graph needs a name: new Graph("Rendering")')
    this.name = name
    noteMade(this, () => callSiteOf(Graph))
  }

  /** The graph's own nodes, in the order of their making. */
  get nodes(): Node[] {
    return [...this.members.values()]
  }

  node(name: string): Node {
    return (
      this.members.get(name) ??
      refuseAuthor(unknownText(`the graph ${shown(this.name)} has no node`, name, this.members.keys()))
    )
  }

  has(node: Node): boolean {
    return this.members.get(node.name) === node
  }

  /** Takes the node out, with every edge of it (Q26) and every promoted plug (Q33). */
  delete(node: Node): void {
    if (!this.has(node)) refuseAuthor(`${shown(node.name)} is no node of the graph ${shown(this.name)}`)
    for (const edge of [...node.sources.values(), ...node.targets]) unlink(edge)
    this.members.delete(node.name)
    this.promoted.deleteNode(node)
  }

  /** A promoted input or a group. */
  input(name: string): Target {
    return this.promoted.input(name)
  }

  /** A promoted output. */
  output(name: string): Output {
    return this.promoted.output(name)
  }

  /** Offers inputs of this graph's nodes under one name; what is set or connected there goes to each. */
  group(name: string, inputs: readonly Input[]): InputGroup {
    if (inputs.length === 0) refuseAuthor(`the group ${shown(name)} needs at least one input`)
    const sub = inputs.find((input) => input.key !== null)
    if (sub) refuseAuthor(`${sub} is a sub-plug; put its plug into the group ${shown(name)} instead`)
    const group = new InputGroup(name, [...inputs])
    this.promoted.addInput(name, group)
    return group
  }

  /** @internal */
  add(node: Node, ownIdentifier: boolean): void {
    this.checkName(node.name)
    const known = ownIdentifier ? [...connected(this)] : []
    if (known.some(({ nodes }) => nodes.some((other) => other.identifier === node.identifier))) {
      refuseAuthor(`two nodes have the identifier ${shown(node.identifier)}; give each its own`)
    }
    this.members.set(node.name, node)
  }

  /** @internal Called before the node has the new name. */
  rename(node: Node, name: string): void {
    if (!this.has(node)) refuseAuthor(`${shown(node.name)} was deleted from ${shown(this.name)}`)
    if (name !== node.name) this.checkName(name)
    this.members = new Map(this.nodes.map((member) => [member === node ? name : member.name, member]))
  }

  private checkName(name: string): void {
    if (name === '') refuseAuthor(`a node of the graph ${shown(this.name)} needs a name`)
    if (this.members.has(name)) {
      refuseAuthor(
        `the graph ${shown(this.name)} has a node called ${shown(name)} already; names are unique in a graph`
      )
    }
  }

  /** The text of flowpipe's JSON, as json.dump(indent=2) lays it out; readGraph reads it. */
  toText(): string {
    return writeGraph(modelOf(this).model)
  }

  /** For JSON.stringify: key order and the spelling of numbers survive it; toText is exact. */
  toJSON(): unknown {
    return forStringify(this.toText())
  }

  /**
   * Evaluates this graph and all connected ones in this process. A node that fails stops what is downstream of it and
   * nothing else (Q56); then the promise rejects with an EvaluationError. The graph stays as it is.
   */
  async evaluate({ mode = 'linear' }: { mode?: EvaluationMode } = {}): Promise<Evaluation> {
    return evaluateGraph(this, mode)
  }
}
