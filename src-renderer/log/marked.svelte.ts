/** Lines that are marked to be copied, by their numbers in the file. */
export class Marked {
  private anchor = $state<number | null>(null)
  private end = $state<number | null>(null)

  get range(): { from: number; to: number } | null {
    const { anchor, end } = this
    return anchor === null || end === null ? null : { from: Math.min(anchor, end), to: Math.max(anchor, end) }
  }

  mark(line: number, isRange: boolean): void {
    const { range } = this
    if (!isRange && range?.from === line && range.to === line) return this.clear()
    if (!isRange || this.anchor === null) this.anchor = line
    this.end = line
  }

  all(last: number): void {
    this.anchor = 1
    this.end = last
  }

  clear(): void {
    this.anchor = this.end = null
  }

  has(line: number): boolean {
    const { range } = this
    return range !== null && line >= range.from && line <= range.to
  }
}
