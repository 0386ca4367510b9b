/** The log of one attempt as the window shows it: what is loaded, what the search found. Reads one thing at a time. */
import { tell } from '../api.ts'
import { LogFile, type ReadPart } from './file.ts'
import { errorStarts } from './kinds.ts'
import type { LogLine } from './lines.ts'
import { prefs } from './prefs.svelte.ts'
import { lineAt, placeOf, spanOf, type Span, type Stamp } from './time.ts'
import { Finds } from './finds.ts'
import { Scanner } from './scanner.ts'
import { expressionOf, search, searchAll, type AskStep, type WholeHit, type WholeSearch } from './search.ts'

export class LogReader {
  lines = $state.raw<readonly LogLine[]>([])
  /** the last change put lines on at the start: the list keeps its place from its end */
  shift = $state(false)
  extent = $state.raw({ start: 0, end: 0, size: 0 })
  numbering = $state.raw({ plus: 1, known: true })
  opened = $state(false)
  gone = $state(false)
  follow = $state(false)
  whole = $state.raw<WholeSearch | null>(null)
  /** why the loaded lines could not be searched */
  trouble = $state<string | null>(null)
  /** index into what the search found */
  found = $state(-1)

  readonly errors = $derived.by(() => errorStarts(this.lines))
  readonly expression = $derived(expressionOf(prefs))
  /** in the loaded lines */
  finds = $state.raw(Finds.none)

  private readonly file: LogFile
  private readonly read: ReadPart
  private readonly ask: AskStep
  private readonly scanner = new Scanner()
  private busy: Promise<unknown> | null = null
  private closed = false
  private searching = 0
  private turn = 0

  constructor(task: number, attempt: number) {
    this.read = async (offset, bytes) => {
      const answer = await tell('task.read', { task, attempt, offset, bytes })
      return 'value' in answer ? answer.value : null
    }
    this.ask = async (from, give) => {
      const { text, regex, cased } = prefs
      const answer = await tell('task.search', { task, attempt, text, regex, cased, from, give })
      return 'value' in answer ? answer.value : { error: answer.error.message }
    }
    this.file = new LogFile(this.read)
  }

  open(): Promise<void> {
    return this.work(() => this.file.openEnd())
  }

  openAt(offset: number, number: number | null): Promise<void> {
    return this.work(() => this.file.openAt(offset, number))
  }

  /** What was written since. Does nothing while something else is read. */
  async later(): Promise<void> {
    const { window } = this.file
    if (this.busy || (window.full && !this.follow)) return
    await this.work(async () => {
      const news = await this.file.later()
      if (news === 'more' && this.follow) this.file.trim('start')
      return news !== 'gone'
    })
  }

  /** Scrolled to the loaded end of a log that goes on: makes room at the start. */
  async further(): Promise<void> {
    if (this.busy || this.extent.end >= this.extent.size) return
    await this.work(async () => (await this.file.later()) !== 'gone')
  }

  dropStart(): void {
    this.file.trim('start')
    this.show(true)
  }

  async earlier(): Promise<void> {
    if (this.busy || this.extent.start === 0) return
    await this.work(() => this.file.earlier(), true)
  }

  dropEnd(): void {
    this.file.trim('end')
    this.show(false)
  }

  numberOf(line: LogLine): string {
    return line.starts ? String(line.at + this.numbering.plus) : ''
  }

  indexOf(number: number): number {
    return this.lines.findIndex((line) => line.starts && line.at + this.numbering.plus === number)
  }

  /** Searches the loaded lines; called again, it begins anew. `anew`: for something else than before. */
  async searchLoaded(anew: boolean): Promise<void> {
    const mine = ++this.turn
    const { lines, expression } = this
    if (anew) [this.finds, this.trouble] = [Finds.none, null]
    if (!(expression instanceof RegExp) || this.trouble !== null) return
    for await (const { finds, done, error } of search(lines, expression, this.scanner.scan)) {
      if (mine !== this.turn || this.closed) return
      // while the log grows, what was found before stands until all is known again
      if (done || finds.count > this.finds.count) this.finds = finds
      this.trouble = error
    }
  }

  async searchWhole(): Promise<void> {
    if (!(this.expression instanceof RegExp)) return
    const mine = ++this.searching
    this.whole = { hits: [], count: 0, read: 0, size: this.extent.size, done: false, error: null }
    this.found = -1
    for await (const state of searchAll(this.ask)) {
      if (mine !== this.searching || this.closed) return
      this.whole = state
    }
  }

  /** What was found so far stays. */
  stopSearch(): void {
    this.searching++
    if (this.whole) this.whole = { ...this.whole, done: true }
  }

  cancelSearch(): void {
    this.searching++
    this.whole = null
    this.found = -1
  }

  /** The index of the line of a find anywhere in the log, loading around it where needed. */
  async reach(hit: WholeHit): Promise<number> {
    const loaded = this.numbering.known ? this.indexOf(hit.number) : -1
    if (loaded >= 0) return loaded
    this.follow = false
    await this.openAt(hit.part.offset, hit.part.line)
    return this.indexOf(hit.number)
  }

  /** Where the search stands: a loaded line and the find in it; null where that is not loaded. */
  get current(): { key: number; from: number } | null {
    const whole = this.whole?.hits[this.found]
    const hit = this.finds.at(this.found)
    const at = whole ? this.indexOf(whole.number) : (hit?.line ?? -1)
    const from = whole ? this.finds.of(at)[whole.nth]?.[0] : hit?.from
    const line = this.lines[at]
    return line && from !== undefined ? { key: line.key, from } : null
  }

  /** From when to when the log tells; null where its lines carry no times. */
  times(): Promise<Span | null> {
    return spanOf(this.read)
  }

  /** The index of the first line at a time or behind it, loading around it where needed; -1 where there is none. */
  async reachTime(wanted: Stamp, span: Span): Promise<number> {
    const { start, end, size } = this.extent
    if (start > 0 || end < size) {
      this.follow = false
      const offset = await placeOf(this.read, wanted, span)
      await this.openAt(offset, offset === 0 ? 1 : null)
    }
    return lineAt(this.lines, wanted, span)
  }

  close(): void {
    this.closed = true
    this.searching++
    this.scanner.close()
  }

  private async work(read: () => Promise<boolean>, shift = false): Promise<void> {
    while (this.busy) await this.busy
    if (this.closed) return
    const work = read()
    this.busy = work
    const ok = await work
    this.busy = null
    if (this.closed) return
    this.gone = !ok
    this.opened = true
    this.show(shift)
  }

  private show(shift: boolean): void {
    const { lines, start, end, size, numbering } = this.file.window
    const same = this.lines.length === lines.length && this.lines.at(-1)?.key === lines.at(-1)?.key
    this.shift = shift
    if (this.lines[0]?.key !== lines[0]?.key) this.finds = this.finds.moved(movedBy(this.lines, lines))
    if (!same || this.lines[0]?.key !== lines[0]?.key) this.lines = lines
    this.extent = { start, end, size }
    this.numbering = numbering
  }
}

/** By how many places what is in both lists was moved; where nothing is, out of the list. */
function movedBy(before: readonly LogLine[], after: readonly LogLine[]): number {
  const [first, now] = [before[0]?.key, after[0]?.key]
  const later = after.findIndex((line) => line.key === first)
  if (later >= 0) return later
  const dropped = before.findIndex((line) => line.key === now)
  return dropped >= 0 ? -dropped : -before.length
}
