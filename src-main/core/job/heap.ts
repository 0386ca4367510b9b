/** A binary heap of task positions. */
import { at } from '../../domain/at.ts'

/** The smallest rank comes first; `before` says which of two ranks is smaller. */
export class Heap {
  private readonly items: number[] = []
  private readonly before: (a: number, b: number) => boolean

  constructor(before: (a: number, b: number) => boolean) {
    this.before = before
  }

  get first(): number | undefined {
    return this.items[0]
  }

  push(item: number): void {
    let place = this.items.push(item) - 1
    while (place > 0) {
      const up = (place - 1) >> 1
      if (!this.before(item, at(this.items, up))) break
      this.items[place] = at(this.items, up)
      place = up
    }
    this.items[place] = item
  }

  pop(): number | undefined {
    const top = this.items[0]
    const last = this.items.pop()
    if (this.items.length === 0 || last === undefined) return top
    let place = 0
    for (;;) {
      const left = 2 * place + 1
      if (left >= this.items.length) break
      const right = left + 1
      const child = right < this.items.length && this.before(at(this.items, right), at(this.items, left)) ? right : left
      if (!this.before(at(this.items, child), last)) break
      this.items[place] = at(this.items, child)
      place = child
    }
    this.items[place] = last
    return top
  }
}
