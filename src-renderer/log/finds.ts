/** What a search found in the loaded lines: three numbers a find, for as many as there are. */

export interface Hit {
  /** index into the lines that were searched */
  line: number
  from: number
  to: number
}

export class Finds {
  static readonly none = new Finds(new Int32Array())
  /** line, from, to, and so on, in the order of the lines */
  private readonly marks: Int32Array
  /** lines that came before the first one since, or negative: that went there */
  private readonly shift: number

  constructor(marks: Int32Array, shift = 0) {
    this.marks = marks
    this.shift = shift
  }

  get count(): number {
    return this.marks.length / 3
  }

  at(index: number): Hit | undefined {
    const [line, from, to] = this.marks.subarray(3 * index, 3 * index + 3)
    return line === undefined || from === undefined || to === undefined
      ? undefined
      : { line: line + this.shift, from, to }
  }

  /** Where in a line. */
  of(line: number): [number, number][] {
    const found: [number, number][] = []
    for (let i = this.firstIn(line); ; i++) {
      const hit = this.at(i)
      if (hit?.line !== line) return found
      found.push([hit.from, hit.to])
    }
  }

  /** The same finds, where lines were put before the first one, or (negative) dropped there. */
  moved(by: number): Finds {
    return by === 0 ? this : new Finds(this.marks.subarray(3 * this.firstIn(-by)), this.shift + by)
  }

  /** The first find in a line or behind it. */
  private firstIn(line: number): number {
    let [low, high] = [0, this.count]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.at(middle)?.line ?? 0) < line) low = middle + 1
      else high = middle
    }
    return low
  }
}
