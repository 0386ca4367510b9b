/** Lines that scroll by, and one that stands still below them on a terminal. */
import truncated from 'fast-string-truncated-width'
import { oneLine, toTerminal } from './outlet.ts'

const showMs = 30

/** Of these each takes a column, and no table of all characters has to be made to know it. */
const simple = /^[\x20-\x7e✓✗▶…·–’]*$/

/** The columns that a text takes on a terminal: wide characters take two, colours none. */
export const widthOf = (text: string): number => (simple.test(text) ? text.length : truncated(text).width)

/** So much of a text as fits into so many columns. */
export function fitted(text: string, width: number): string {
  const { index, ellipsed } = truncated(text, { limit: Math.max(0, width), ellipsis: '…' })
  return `${text.slice(0, index)}${ellipsed ? '…' : ''}`
}

/** What comes close together is written at once: a write for every task of thousands would cost more than the tasks. */
export class StatusLine {
  private readonly stream = process.stderr
  private lines = ''
  private standing = ''
  private shown = false
  private timer: NodeJS.Timeout | null = null

  /** Takes the standing line away and writes what was printed. */
  clear(): void {
    this.standing = ''
    this.flush()
  }

  show(text: string): void {
    if (!this.stream.isTTY) return
    this.standing = text
    this.soon()
  }

  print(text: string): void {
    this.lines += `${text.replace(/[\r\n]+/g, '⏎')}\n`
    this.soon()
  }

  /** Writes what waits to be written. */
  readonly flush = (): void => {
    if (this.timer) clearTimeout(this.timer)
    this.timer = null
    const width = (this.stream.columns || 80) - 1
    const text =
      (this.shown ? '\r\u001b[K' : '') + toTerminal(this.lines) + fitted(toTerminal(oneLine(this.standing)), width)
    if (text) this.stream.write(text)
    this.shown = this.standing !== ''
    this.lines = ''
  }

  private soon(): void {
    this.timer ??= setTimeout(this.flush, showMs)
  }
}
