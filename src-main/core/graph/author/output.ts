/** Outputs: what they feed. */
import { link } from './edge.ts'
import type { OutputState } from './node.ts'
import { PlugHandle, type Target } from './plug.ts'
import { refuseAuthor, unknownText } from './refusal.ts'

/** An output plug or one of its sub-plugs. */
export class Output extends PlugHandle {
  at(key: string | number): Output {
    const { keys, closed } = this.node.outputs.get(this.plug) as OutputState
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
