/** The plugs that a graph offers as its own, each under one name (Q33). */
import { shown } from '../names.ts'
import { InputGroup } from './input.ts'
import { checkPlugName } from './plug.ts'
import { refuseAuthor, unknownText } from './refusal.ts'
import type { Graph, Input, InputGroup as Group, Node, Output, PlugEnd, Promoted, Target } from './shapes.ts'

export class PromotedPlugs implements Promoted {
  readonly inputs = new Map<string, Input | Group>()
  readonly outputs = new Map<string, Output>()
  private readonly graph: Graph

  constructor(graph: Graph) {
    this.graph = graph
  }

  input(name: string): Target {
    return (
      this.inputs.get(name) ??
      refuseAuthor(unknownText(`the graph ${shown(this.graph.name)} promotes no input`, name, this.inputs.keys()))
    )
  }

  output(name: string): Output {
    return (
      this.outputs.get(name) ??
      refuseAuthor(unknownText(`the graph ${shown(this.graph.name)} promotes no output`, name, this.outputs.keys()))
    )
  }

  addInput(name: string, target: Input | Group): void {
    this.check(name, this.inputs, target.ends)
    this.inputs.set(name, target)
  }

  addOutput(name: string, output: Output): void {
    this.check(name, this.outputs, [output])
    this.outputs.set(name, output)
  }

  /** Takes the node's plugs out, also out of groups. */
  deleteNode(node: Node): void {
    for (const [name, output] of this.outputs) if (output.node === node) this.outputs.delete(name)
    for (const [name, target] of this.inputs) {
      const ends = target.ends.filter((end) => end.node !== node)
      if (ends.length === 0) this.inputs.delete(name)
      else if (target instanceof InputGroup) this.inputs.set(name, new InputGroup(name, ends))
    }
  }

  private check(name: string, taken: Map<string, unknown>, plugs: readonly PlugEnd[]): void {
    const { graph } = this
    checkPlugName(name, `the graph ${shown(graph.name)}`)
    if (taken.has(name)) {
      refuseAuthor(`the graph ${shown(graph.name)} promotes ${shown(name)} already; take another name`)
    }
    const stranger = plugs.find((plug) => !graph.has(plug.node))
    if (stranger) refuseAuthor(`${stranger} belongs to no node of the graph ${shown(graph.name)}`)
  }
}
