/** Outputs: what they feed. */
import { of } from '../../../domain/at.ts'
import { link } from './edge.ts'
import { PlugHandle } from './plug.ts'
import { refuseAuthor, unknownText } from './refusal.ts'
import type { Output as OutputShape, Target } from './shapes.ts'

/** An output plug or one of its sub-plugs. */
export class Output extends PlugHandle implements OutputShape {
  at(key: string | number): Output {
    const { keys, closed } = of(this.node.outputs, this.plug)
    const name = this.checkKey(key)
    if (closed && !keys.has(name)) refuseAuthor(unknownText(`${this} has no sub-plug`, name, keys))
    return new Output(this.node, this.plug, name)
  }

  /**
   * Feeds the input from this output. An input takes one source: the one it had is replaced, as in flowpipe. Refused:
   * circles (Q24), graphs of one name (Q29), and a plain connection beside sub-plugs (Q45).
   */
  connect(target: Target): void {
    for (const to of target.ends) link({ from: this, to })
  }

  /** Offers the output as the graph's own, under a name that is free (Q33). */
  promote(name: string = this.plug): void {
    this.refuseSub('promote')
    this.node.graph.promoted.addOutput(name, this)
  }

  /** @internal */
  make(): void {
    if (this.key !== null) this.node.outputs.get(this.plug)?.keys.add(this.key)
  }
}
