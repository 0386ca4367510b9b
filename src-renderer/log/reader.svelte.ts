/** The log of one attempt as the window shows it: what is loaded of it, what is known of all of it. Reads one thing at a time. */
import type { Input } from '../../src-main/contract.ts'
import { headMark } from '../../src-main/domain/log-lines.ts'
import { tell } from '../api.ts'
import { Counting } from './counting.svelte.ts'
import { LogFile, type ReadPart } from './file.ts'
import { Finding } from './finding.svelte.ts'
import { Finds } from './finds.ts'
import type { LogLine } from './lines.ts'
import { Scanner } from './scanner.ts'
import { search, type WholeHit } from './search.ts'
import { clean } from './text.ts'
import { lineAt, placeOf, spanOf, type Span, type Stamp } from './time.ts'

const headBytes = 16 << 10
/** Of a longer stretch of lines no more is copied, bytes. */
const mostCopied = 16 << 20

export class LogReader {
  lines = $state.raw<readonly LogLine[]>([])
  /** the last change put lines on at the start: the list keeps its place from its end */
  shift = $state(false)
  extent = $state.raw({ start: 0, end: 0, size: 0 })
  numbering = $state.raw({ plus: 1, known: true })
  opened = $state(false)
  gone = $state(false)
  follow = $state(false)
  /** Backlot's own head is one line */
  folded = $state(true)
  /** the folder that the attempt ran in, as its log's head says; null: it does not */
  cwd = $state<string | null>(null)
  /** the loaded lines that one sees, by their index */
  seen = $state.raw({ first: 0, last: 0 })
  /** why the loaded lines could not be searched */
  trouble = $state<string | null>(null)
  /** in the loaded lines: what is marked */
  finds = $state.raw(Finds.none)
  readonly counting: Counting
  readonly finding: Finding
  readonly expression = $derived.by(() => this.finding.expression)

  private readonly file: LogFile
  private readonly read: ReadPart
  private readonly scanner = new Scanner()
  private busy: Promise<unknown> | null = null
  private closed = false
  private turn = 0
  /** loaded lines that are folded away */
  private hidden = 0

  /** `farm`: the log that the attempt's farm keeps, in place of ours */
  constructor(task: number, attempt: number, farm = false) {
    this.read = async (offset, bytes) => {
      const answer = await tell('task.read', { task, attempt, farm, offset, bytes })
      return 'value' in answer ? answer.value : null
    }
    this.counting = new Counting(async (from, to) => {
      const query: Input<'task.outline'> = { task, attempt, farm, from }
      const answer = await tell('task.outline', to === undefined ? query : { ...query, to })
      return 'value' in answer ? answer.value : null
    })
    this.finding = new Finding({ task, attempt, farm })
    this.file = new LogFile(this.read)
  }

  async open(): Promise<void> {
    await this.work(() => this.file.openEnd())
    void this.readHead()
    void this.count()
  }

  private async readHead(): Promise<void> {
    const part = await this.read(0, headBytes)
    if (part?.text.startsWith(headMark)) this.cwd = /^# cwd: (.+)$/m.exec(part.text)?.[1] ?? null
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
      if (news === 'anew') this.counting.again()
      return news !== 'gone'
    })
    if (this.extent.size <= this.counting.outline.size) return
    await this.count()
    void this.finding.goOn()
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

  /** Counts all lines, and numbers those that are loaded. */
  private async count(): Promise<void> {
    const counted = this.counting.run()
    await this.counting.reached(this.extent.start)
    if (!this.numbering.known) await this.work(() => Promise.resolve(true))
    await counted
  }

  numberOf(line: LogLine): string {
    return line.starts && this.numbering.known ? String(line.at + this.numbering.plus) : ''
  }

  /** The index of a loaded line; -1: it is not loaded. */
  indexOf(number: number): number {
    if (!this.numbering.known) return -1
    return this.lines.findIndex((line) => line.starts && line.at + this.numbering.plus === number)
  }

  /** The number of the topmost line in view; null: nobody counted so far. */
  get topLine(): number | null {
    const line = this.lines[this.seen.first]
    return line && this.numbering.known ? line.at + this.numbering.plus : null
  }

  /** What is in view, in bytes. */
  get view(): { from: number; to: number } {
    const { window } = this.file
    const { first, last } = this.seen
    const to = last + 1 >= this.lines.length && this.extent.end >= this.extent.size - 1 ? this.extent.size : null
    return {
      from: first === 0 && window.start === 0 ? 0 : window.offsetOf(first + this.hidden),
      to: to ?? window.offsetOf(last + 1 + this.hidden)
    }
  }

  fold(isFolded: boolean): void {
    this.folded = isFolded
    this.show(false)
  }

  /** Marks what is looked for in the loaded lines; called again, it begins anew. `anew`: for something else than before. */
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

  /** Searches all of the log from the line that one looks at. */
  searchWhole(): Promise<void> {
    return this.finding.run(async () => {
      const offset = this.view.from
      await this.counting.reached(offset)
      return this.counting.outline.before(Math.min(offset, this.counting.outline.next.offset)) ?? { offset: 0, line: 1 }
    })
  }

  /** The index of a line anywhere in the log, loading around it where needed; -1: there is none. */
  async reach(number: number, near?: WholeHit['part']): Promise<number> {
    if (number <= this.counting.outline.head) this.fold(false)
    const loaded = this.indexOf(number)
    if (loaded >= 0) return loaded
    this.follow = false
    const { offset, line } = near ?? this.counting.outline.above(number)
    await this.openAt(offset, line)
    for (let i = 0; i < 4 && this.indexOf(number) < 0 && this.extent.end < this.extent.size; i++) await this.further()
    await this.earlier()
    return this.indexOf(number)
  }

  /** The index of the line at a byte, loading around it where needed. */
  async reachOffset(offset: number): Promise<number> {
    const { start, end } = this.extent
    if (offset < start || offset > end) {
      this.follow = false
      await this.work(() => this.file.openNear(offset))
    }
    return Math.max(0, this.file.window.indexAt(offset) - this.hidden)
  }

  /** Where the search stands: a loaded line and the find in it; null where that is not loaded. */
  get current(): { key: number; from: number } | null {
    const { hit } = this.finding
    const at = hit ? this.indexOf(hit.number) : -1
    const from = hit && this.finds.of(at)[hit.nth]?.[0]
    const line = this.lines[at]
    return line && from !== undefined ? { key: line.key, from } : null
  }

  /** Lines of the log as they are shown, without colors; of very many the first. */
  async textOf(from: number, to: number): Promise<string> {
    let { offset, line } = this.counting.outline.above(from)
    const lines: string[] = []
    for (let bytes = 0; line <= to && bytes < mostCopied;) {
      const part = await this.read(offset, 1 << 20)
      if (!part || part.end <= offset) break
      const texts = part.text.replace(/\n$/, '').split('\n')
      lines.push(...texts.slice(Math.max(0, from - line), Math.max(0, to + 1 - line)))
      line += texts.length
      bytes += part.end - offset
      offset = part.end
    }
    return lines.map((text) => clean(text).text).join('\n')
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
    this.counting.stop()
    this.finding.cancel()
    this.scanner.close()
  }

  private async work(read: () => Promise<boolean>, shift = false): Promise<void> {
    while (this.busy) await this.busy
    if (this.closed) return
    const work = this.readAndNumber(read)
    this.busy = work
    const ok = await work
    this.busy = null
    if (this.closed) return
    this.gone = !ok
    this.opened = true
    this.show(shift)
  }

  private async readAndNumber(read: () => Promise<boolean>): Promise<boolean> {
    const ok = await read()
    const { window } = this.file
    const number = window.numbering.known ? null : await this.counting.numberAt(window.start)
    if (number !== null) window.countFrom(number)
    return ok
  }

  private show(shift: boolean): void {
    const { window } = this.file
    const { start, end, size, numbering } = window
    this.hidden = this.folded ? window.headLines : 0
    const lines = window.lines.slice(this.hidden)
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
