/** Shows raw JSON text (Python's dialect) with indents, every scalar exactly as it is written: 2.0 stays 2.0. */

import { itemsOf, kindOf, membersOf, type JsonKind, type Raw } from '../../src-main/domain/json.ts'

export type TokenKind = 'key' | 'string' | 'number' | 'word' | 'mark'
export interface Token {
  text: string
  kind: TokenKind
}
export type Line = Token[]

const kinds: Readonly<Record<JsonKind, TokenKind>> = {
  object: 'mark',
  array: 'mark',
  string: 'string',
  number: 'number',
  boolean: 'word',
  null: 'word'
}

/** Lists and objects that fit into `width` characters stay on one line. */
export function pretty(raw: Raw, width = 88): Line[] {
  const lines: Line[] = [[]]
  write(treeOf(raw), 0, lines, width)
  return lines
}

type Tree =
  { scalar: Raw; kind: TokenKind } | { open: '[' | '{'; items: { key: Raw | null; value: Tree }[]; width: number }

function treeOf(raw: Raw): Tree {
  const kind = kindOf(raw)
  if (kind === 'array')
    return compound(
      '[',
      itemsOf(raw).map((value) => ({ key: null, value: treeOf(value) }))
    )
  if (kind === 'object')
    return compound(
      '{',
      membersOf(raw).map(({ rawKey, value }) => ({ key: rawKey, value: treeOf(value) }))
    )
  // NaN and Infinity are numbers to Python, and words to people
  return { scalar: raw, kind: kind === 'number' && !/^-?\d/.test(raw) ? 'word' : kinds[kind] }
}

type Compound = Extract<Tree, { open: string }>

const compound = (open: Compound['open'], items: Compound['items']): Compound => ({
  ...{ open, items },
  width: items.reduce((sum, { key, value }) => sum + (key?.length ?? -2) + 4 + widthOf(value), 2)
})

const widthOf = (tree: Tree): number => ('scalar' in tree ? tree.scalar.length : tree.width)

function write(tree: Tree, depth: number, lines: Line[], width: number): void {
  const put = (text: string, kind: TokenKind) => lines.at(-1)?.push({ text, kind })
  if ('scalar' in tree) return void put(tree.scalar, tree.kind)
  const close = tree.open === '[' ? ']' : '}'
  const flat = tree.width + 2 * depth <= width
  const newline = (level: number) => {
    if (!flat) lines.push(level ? [{ text: '  '.repeat(level), kind: 'mark' }] : [])
  }
  put(tree.open, 'mark')
  for (const [i, { key, value }] of tree.items.entries()) {
    newline(depth + 1)
    if (key !== null) {
      put(key, 'key')
      put(': ', 'mark')
    }
    write(value, depth + 1, lines, width)
    if (i < tree.items.length - 1) put(flat ? ', ' : ',', 'mark')
  }
  newline(depth)
  put(close, 'mark')
}
