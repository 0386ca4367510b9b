/** What inputs and outputs have in common: a node, a name, and a key where they are sub-plugs. */
import { plugText } from '../model.ts'
import { shown } from '../names.ts'
import { refuseAuthor } from './refusal.ts'
import type { Node } from './shapes.ts'

export abstract class PlugHandle {
  readonly node: Node
  readonly plug: string
  readonly key: string | null

  /** @internal */
  constructor(node: Node, plug: string, key: string | null) {
    this.node = node
    this.plug = plug
    this.key = key
  }

  /** `"Node".plug` or `"Node".plug.key`, for messages. */
  toString(): string {
    return `${shown(this.node.name)}.${plugText(this)}`
  }

  protected checkKey(key: string | number): string {
    if (this.key !== null) refuseAuthor(`${this} is a sub-plug and has none of its own`)
    checkPlugName(String(key), String(this))
    return String(key)
  }

  protected refuseSub(what: string): void {
    if (this.key !== null) refuseAuthor(`${this} is a sub-plug; ${what} its plug ${shown(this.plug)} instead`)
  }
}

/** Dots separate a plug from its sub-plug (Q42). */
export function checkPlugName(name: string, who: string): void {
  if (name === '') refuseAuthor(`${who} has a plug without a name`)
  if (name.includes('.')) {
    refuseAuthor(`${who} has a plug called ${shown(name)}; dots are kept for sub-plugs, rename the plug`)
  }
}
