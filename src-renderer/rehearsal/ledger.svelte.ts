/** What tasks read and wrote, asked for as somebody looks at it. */
import type { LedgerView } from '../../src-main/api.ts'
import type { Input } from '../../src-main/contract.ts'
import type { LedgerEntry } from '../../src-main/domain/rehearsal.ts'
import { tell } from '../api.ts'
import { byPath } from './by-path.ts'

/** ms between the last letter of a search and its question */
const typingMs = 200

type Scope = { job: number } | { task: number }

export class Ledger {
  text = $state('')
  /** also what was read while the nodes' code was loaded */
  all = $state(false)
  /** only what findings name */
  named = $state(false)
  /** only this very path, address or variable, with everybody who touched it */
  only = $state<string | null>(null)
  /** null: not asked yet; an empty one where nothing was traced */
  view = $state.raw<LedgerView | null>(null)
  error = $state<string | null>(null)
  busy = $state(false)
  rows = $derived(byPath(this.view?.entries ?? []))
  touches = $derived<LedgerEntry[]>(this.only === null ? [] : this.entriesOf(this.only))
  private readonly scope: Scope
  private timer: ReturnType<typeof setTimeout> | null = null
  private turn = 0

  constructor(scope: Scope) {
    this.scope = scope
  }

  private entriesOf(what: string): LedgerEntry[] {
    return (this.view?.entries ?? []).filter((entry) => entry.what === what)
  }

  search(text: string): void {
    this.text = text
    this.only = null
    this.close()
    this.timer = setTimeout(() => void this.load(), typingMs)
  }

  /** Everybody who touched this: also while code was loaded, since who reads a file is the question. */
  trace(what: string): Promise<void> {
    this.only = what
    this.text = ''
    return this.load()
  }

  back(): Promise<void> {
    this.only = null
    return this.load()
  }

  /** An answer that came too late is dropped. */
  async load(): Promise<void> {
    const turn = ++this.turn
    this.busy = true
    const told = await tell('ledger.show', this.input())
    if (turn !== this.turn) return
    this.busy = false
    this.view = 'value' in told ? told.value : { entries: [], total: 0 }
    this.error = 'error' in told ? told.error.message : null
  }

  private input(): Input<'ledger.show'> {
    const path = this.only ?? this.text.trim()
    return { ...this.scope, ...(path ? { path } : {}), ...(this.all || this.only !== null ? {} : { own: true }) }
  }

  close(): void {
    if (this.timer) clearTimeout(this.timer)
  }
}
