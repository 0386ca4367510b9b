/** A search through a whole log, from where one looks: what was found, and which find one stands at. */
import type { Input } from '../../src-main/contract.ts'
import { tell } from '../api.ts'
import { prefs } from './prefs.svelte.ts'
import {
  countOf,
  expressionOf,
  searchAll,
  searchOn,
  unsearched,
  type AskStep,
  type WholeHit,
  type WholeSearch
} from './search.ts'

interface Place {
  offset: number
  line: number
}

export class Finding {
  whole = $state.raw<WholeSearch | null>(null)
  /** counted from where the search began: 0 is the first find there, -1 the last one above; null: at none */
  at = $state<number | null>(null)
  /** it was stopped before its end */
  stopped = $state(false)
  readonly expression = $derived(expressionOf(prefs))
  readonly count = $derived(this.whole ? countOf(this.whole) : 0)
  /** finds that can be stepped through */
  readonly listed = $derived((this.whole?.above.length ?? 0) + (this.whole?.below.length ?? 0))
  readonly hit = $derived(this.at === null ? undefined : this.hitAt(this.at))

  private readonly ask: AskStep
  private turn = 0
  private busy = false

  constructor(log: { task: number; attempt: number; farm: boolean }) {
    this.ask = async (from, give, to) => {
      const { text, regex, cased } = prefs
      const query: Input<'task.search'> = { ...log, text, regex, cased, from, give }
      const answer = await tell('task.search', to === undefined ? query : { ...query, to })
      return 'value' in answer ? answer.value : { error: answer.error.message }
    }
  }

  /** `start`: the place of the line one looks at, once it is known. */
  async run(start: () => Promise<Place>): Promise<void> {
    this.cancel()
    if (!(this.expression instanceof RegExp)) return
    const mine = this.turn
    this.whole = unsearched({ offset: 0, line: 1 })
    const from = await start()
    if (mine !== this.turn) return
    for await (const state of searchAll(this.ask, from)) {
      if (mine !== this.turn) return
      this.whole = state
    }
  }

  /** The log has grown. */
  async goOn(): Promise<void> {
    const { whole } = this
    if (this.busy || !whole?.done || this.stopped || whole.error !== null) return
    const mine = this.turn
    this.busy = true
    const found = await searchOn(this.ask, whole)
    this.busy = false
    if (mine === this.turn) this.whole = found
  }

  /** What was found so far stays. */
  stop(): void {
    this.turn++
    this.stopped = true
    if (this.whole) this.whole = { ...this.whole, done: true }
  }

  cancel(): void {
    this.turn++
    this.busy = false
    this.stopped = false
    this.whole = null
    this.at = null
  }

  /** Resolves with the first finds, or once there are none. */
  async begun(): Promise<void> {
    const mine = this.turn
    while (mine === this.turn && this.whole && !this.whole.done && this.listed === 0)
      await new Promise((resolve) => setTimeout(resolve, 20))
  }

  /** The next find or the one before, round at the ends: the first time from where the search began. */
  step(by: 1 | -1): WholeHit | undefined {
    const { listed, whole } = this
    if (!whole || listed === 0) return undefined
    const above = whole.above.length
    const next = this.at === null ? (by > 0 ? 0 : -1) : this.at + by
    this.at = ((((next + above) % listed) + listed) % listed) - above
    return this.hit
  }

  /** Which find one is at, from 1; null where those above are not counted yet. */
  get rank(): number | null {
    return this.at === null || !this.whole?.done ? null : this.at + this.whole.aboveCount + 1
  }

  private hitAt(index: number): WholeHit | undefined {
    return index < 0 ? this.whole?.above.at(index) : this.whole?.below[index]
  }
}
