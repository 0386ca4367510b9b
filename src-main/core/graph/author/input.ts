/** Inputs: what is set there, what feeds them. */
import { of } from '../../../domain/at.ts'
import { rawObject, type Raw } from '../../../domain/json.ts'
import { toJs } from '../../../domain/json-js.ts'
import { plugText } from '../model.ts'
import { shown } from '../names.ts'
import { unlink } from './edge.ts'
import { PlugHandle } from './plug.ts'
import { refuseAuthor, unknownText } from './refusal.ts'
import type { InputState, Input as InputShape, InputGroup as GroupShape, Output } from './shapes.ts'
import { jsonOf } from './value.ts'

/** An input plug or one of its sub-plugs. Looking at one never makes it (Q44); `set` and `connect` do. */
export class Input extends PlugHandle implements InputShape {
  get ends(): readonly Input[] {
    return [this]
  }

  at(key: string | number): Input {
    return new Input(this.node, this.plug, this.checkKey(key))
  }

  /** The literal, also while something else feeds the input (Q47); of a plug with sub-plugs, theirs as an object. */
  get value(): unknown {
    const { literal, subs } = this.state
    if (this.key === null) return toJs(subs.size ? rawObject(subs) : literal)
    const sub = subs.get(this.key)
    return sub === undefined
      ? refuseAuthor(unknownText(`${shown(this.node.name)}.${this.plug} has no sub-plug`, this.key, subs.keys()))
      : toJs(sub)
  }

  /** Sets the literal; what JSON cannot hold is refused (Q38), and so is a plug that is connected or has sub-plugs. */
  set(value: unknown): void {
    const literal = jsonOf(value, String(this))
    const { source, state } = this
    if (source) refuseAuthor(`${this} is fed by ${source}; disconnect it before you set a value`)
    this.checkMix()
    if (this.key !== null) state.subs.set(this.key, literal)
    else Object.assign(state, { literal, given: literal !== 'null' })
  }

  /** The output that feeds this input, or null. */
  get source(): Output | null {
    return this.node.sources.get(plugText(this))?.from ?? null
  }

  /** Removes the connection; the literal from before counts again (Q47). */
  disconnect(): void {
    const edge = this.node.sources.get(plugText(this))
    if (edge) unlink(edge)
  }

  /** Offers the input as the graph's own, under a name that is free (Q33). */
  promote(name: string = this.plug): void {
    this.refuseSub('promote')
    this.node.graph.promoted.addInput(name, this)
  }

  /** @internal A plug has a value of its own, or sub-plugs, never both (Q44, Q45). */
  checkMix(): void {
    const { given, literal, subs } = this.state
    if (this.key === null) {
      if (subs.size) refuseAuthor(`${this} has the sub-plugs ${[...subs.keys()].map(shown).join(', ')}; use them`)
      return
    }
    const whole = `${shown(this.node.name)}.${this.plug}`
    if (given) refuseAuthor(`${whole} has the value ${brief(literal)}, which ${this} would hide; set it to null first`)
    const edge = this.node.sources.get(this.plug)
    if (edge) refuseAuthor(`${whole} is fed by ${edge.from}, which ${this} would hide; disconnect it first`)
  }

  private get state(): InputState {
    return of(this.node.inputs, this.plug)
  }

  /** @internal */
  make(): void {
    const { subs } = this.state
    if (this.key !== null && !subs.has(this.key)) subs.set(this.key, 'null')
  }
}

const brief = (raw: Raw) => (raw.length > 40 ? `${raw.slice(0, 39)}…` : raw)

/** Inputs under one name: what is set or connected goes to each of them. */
export class InputGroup implements GroupShape {
  readonly name: string
  /** @internal */ readonly ends: readonly InputShape[]

  /** @internal */
  constructor(name: string, ends: readonly InputShape[]) {
    this.name = name
    this.ends = ends
  }

  at(key: string | number): InputGroup {
    return new InputGroup(
      `${this.name}.${key}`,
      this.ends.map((end) => end.at(key))
    )
  }

  set(value: unknown): void {
    for (const end of this.ends) end.set(value)
  }

  disconnect(): void {
    for (const end of this.ends) end.disconnect()
  }
}
