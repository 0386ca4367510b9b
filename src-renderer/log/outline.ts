/** What is known of a log as a whole, as far as it was counted: where lines begin, which are errors and warnings. */
import type { Output } from '../../src-main/api.ts'
import { at } from '../../src-main/domain/at.ts'

type Step = Output<'task.outline'>
export type OutlinePlace = Step['next']

/** Lines by their numbers, ascending. Beyond `most` every second is dropped, again and again: memory stays bounded. */
export class Sample {
  /** how many were told */
  count = 0
  private readonly kept: number[] = []
  /** each so-manieth is kept */
  private stride = 1
  private readonly most: number

  constructor(most = 20_000) {
    this.most = most
  }

  add(numbers: readonly number[]): void {
    for (const number of numbers) {
      if (this.count++ % this.stride !== 0) continue
      this.kept.push(number)
      if (this.kept.length > this.most) this.thin()
    }
  }

  get lines(): readonly number[] {
    return this.kept
  }

  /** Which of all those told a kept one is, from 1. */
  rankOf(index: number): number {
    return index * this.stride + 1
  }

  /** The index of the first kept line behind a line, or of the last one before it; round at the end. -1: there is none. */
  from(line: number, by: 1 | -1): number {
    const { kept } = this
    if (kept.length === 0) return -1
    const next = firstAbove(kept, line)
    if (by > 0) return next % kept.length
    const before = next > 0 && kept[next - 1] === line ? next - 2 : next - 1
    return (before + kept.length) % kept.length
  }

  private thin(): void {
    const half = this.kept.filter((_, i) => i % 2 === 0)
    this.kept.splice(0, this.kept.length, ...half)
    this.stride *= 2
  }
}

/** The index of the first number above one, in an ascending list. */
function firstAbove(list: readonly number[], number: number): number {
  let [low, high] = [0, list.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (at(list, middle) <= number) low = middle + 1
    else high = middle
  }
  return low
}

export interface Place {
  /** bytes */
  offset: number
  line: number
}

const first: OutlinePlace = { offset: 0, line: 1, trace: false, bad: 0, open: false }
const mostPlaces = 8192

export class Outline {
  readonly errors = new Sample()
  readonly warnings = new Sample()
  /** lines of Backlot's own head */
  head = 0
  tail: Step['tail'] = null
  /** how far it was counted */
  next: OutlinePlace = first
  size = 0
  done = false
  private offsets: number[] = [0]
  private numbers: number[] = [1]
  private seen = 0
  private stride = 1

  add(step: Step): void {
    this.errors.add(step.errors)
    this.warnings.add(step.warnings)
    this.head += step.head
    for (let i = 0; i < step.places.length; i += 2) this.place(at(step.places, i), at(step.places, i + 1))
    this.tail = step.tail
    this.next = step.next
    this.size = step.size
    this.done = step.done
  }

  get errorCount(): number {
    return this.errors.count + (this.tail === 'error' ? 1 : 0)
  }

  get warningCount(): number {
    return this.warnings.count + (this.tail === 'warning' ? 1 : 0)
  }

  /** The last known place at or above a line; beyond what was counted, where that ends. */
  above(line: number): Place {
    if (line >= this.next.line) return { offset: this.next.offset, line: this.next.line }
    return this.at(firstAbove(this.numbers, line) - 1)
  }

  /** The last known place at or before a byte; null: it was not counted so far. */
  before(offset: number): Place | null {
    if (offset > this.next.offset) return null
    if (offset === this.next.offset) return { offset, line: this.next.line }
    return this.at(firstAbove(this.offsets, offset) - 1)
  }

  /** About where a line is, in bytes: between two known places by their numbers. */
  offsetOf(line: number): number {
    const i = Math.max(0, firstAbove(this.numbers, line) - 1)
    const from = this.at(i)
    const to = i + 1 < this.numbers.length ? this.at(i + 1) : this.next
    const share = to.line > from.line ? (line - from.line) / (to.line - from.line) : 0
    return from.offset + Math.min(1, Math.max(0, share)) * (to.offset - from.offset)
  }

  private at(index: number): Place {
    const i = Math.max(0, index)
    return { offset: at(this.offsets, i), line: at(this.numbers, i) }
  }

  private place(offset: number, line: number): void {
    if (offset <= at(this.offsets, this.offsets.length - 1)) return
    if (this.seen++ % this.stride !== 0) return
    this.offsets.push(offset)
    this.numbers.push(line)
    if (this.offsets.length <= mostPlaces) return
    this.offsets = this.offsets.filter((_, i) => i % 2 === 0)
    this.numbers = this.numbers.filter((_, i) => i % 2 === 0)
    this.stride *= 2
  }
}
