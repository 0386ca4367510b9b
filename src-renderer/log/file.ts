/** Fills a window of lines from a log that is read in parts. Null from a read: the log is gone. */
import { limits, LogLines, type Part } from './lines.ts'

export type ReadPart = (offset: number, bytes: number) => Promise<Part | null>

export const step = 256 << 10
export const megabyte = 1 << 20
/** Up to here a log is read from its start, so that its line numbers are right. */
export const wholeBytes = 4 << 20

export class LogFile {
  readonly window: LogLines
  private readonly read: ReadPart
  /** a line without its end is shown too, and read again: up to here */
  private shownTo = -1

  constructor(read: ReadPart, limit = limits) {
    this.read = read
    this.window = new LogLines(limit)
  }

  /** The whole of a small log, the last part of a large one. */
  async openEnd(): Promise<boolean> {
    const part = await this.read(-step, step)
    if (!part) return false
    if (part.size <= wholeBytes) return this.openAt(0, 1)
    this.window.begin(part.start)
    // where the part had a line end the core cut it there; else it begins in the middle of a line
    this.put(part, part.start > part.size - step)
    return true
  }

  /** From a byte where a line begins; a small log is read to its end. */
  async openAt(offset: number, number: number | null): Promise<boolean> {
    this.window.begin(offset, number)
    for (let first = true; first || (this.window.size <= wholeBytes && this.window.end < this.window.size);) {
      const part = await this.read(this.window.end, megabyte)
      if (!part) return false
      const before = this.window.end
      this.put(part)
      this.window.trim('start')
      if (!first && this.window.end === before) break
      first = false
    }
    return true
  }

  /** Around a byte: from the line's start above it. A small log is read whole. */
  async openNear(offset: number): Promise<boolean> {
    const { size } = this.window
    if (size <= wholeBytes || offset <= step) return this.openAt(0, 1)
    if (offset >= size - step) return this.openEnd()
    const part = await this.read(Math.floor(offset) - size, megabyte)
    if (!part) return false
    this.window.begin(part.start)
    this.put(part, part.start > Math.floor(offset))
    return this.earlier()
  }

  /**
   * Reads on at the end. `same` where nothing was new, `anew` where the file became shorter and was opened again.
   */
  async later(): Promise<'same' | 'more' | 'anew' | 'gone'> {
    const { end, size } = this.window
    const part = await this.read(end, megabyte)
    if (!part) return 'gone'
    if (part.size < size) return (await this.openEnd()) ? 'anew' : 'gone'
    if (part.size === size && part.end === this.shownTo) return 'same'
    this.put(part)
    return 'more'
  }

  /** Reads one step before the window's start. */
  async earlier(): Promise<boolean> {
    const { start } = this.window
    const from = Math.max(0, start - step)
    let text = ''
    for (let at = from; at < start;) {
      const part = await this.read(at, start - at)
      if (!part || part.end <= at) return false
      text += part.text
      at = part.end
    }
    this.window.prepend(text, from)
    return true
  }

  /** Drops what is too much at one side. */
  trim(side: 'start' | 'end'): void {
    if (this.window.trim(side) && side === 'end') this.shownTo = this.window.end
  }

  private put(part: Part, starts = true): void {
    this.shownTo = part.end
    this.window.append(part, starts)
  }
}
