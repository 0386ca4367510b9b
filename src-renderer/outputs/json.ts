/** Shows raw JSON text (Python's dialect) with indents, every scalar exactly as it is written: 2.0 stays 2.0. */
import { formatJson, itemsOf, kindOf, membersOf, type Raw } from '../../src-main/domain/json.ts'

export type TokenKind = 'key' | 'string' | 'number' | 'word' | 'mark'
export interface Token {
  text: string
  kind: TokenKind
}
export type Line = Token[]

/** Lists and objects that fit into `width` characters stay on one line. */
export function pretty(raw: Raw, width = 88): Line[] {
  const writer = new Writer(width)
  // on one line first: then the length of every part is known
  writer.value(formatJson(raw), 0)
  return writer.lines
}

interface Item {
  key: Raw | null
  value: Raw
}

class Writer {
  readonly lines: Line[] = [[]]
  private readonly width: number

  constructor(width: number) {
    this.width = width
  }

  value(raw: Raw, depth: number): void {
    const kind = kindOf(raw)
    if (kind === 'array')
      this.items(
        raw,
        depth,
        itemsOf(raw).map((value): Item => ({ key: null, value }))
      )
    else if (kind === 'object')
      this.items(
        raw,
        depth,
        membersOf(raw).map(({ rawKey, value }): Item => ({ key: rawKey, value }))
      )
    else this.put(raw, kind === 'string' ? kind : /^-?\d/.test(raw) ? 'number' : 'word')
  }

  private items(raw: Raw, depth: number, items: readonly Item[]): void {
    const flat = raw.length + 2 * depth <= this.width
    this.put(raw.charAt(0), 'mark')
    items.forEach(({ key, value }, i) => {
      if (!flat) this.newline(depth + 1)
      if (key !== null) {
        this.put(key, 'key')
        this.put(': ', 'mark')
      }
      this.value(value, depth + 1)
      if (i < items.length - 1) this.put(flat ? ', ' : ',', 'mark')
    })
    if (!flat) this.newline(depth)
    this.put(raw.slice(-1), 'mark')
  }

  private newline(depth: number): void {
    this.lines.push(depth === 0 ? [] : [{ text: '  '.repeat(depth), kind: 'mark' }])
  }

  private put(text: string, kind: TokenKind): void {
    this.lines.at(-1)?.push({ text, kind })
  }
}
