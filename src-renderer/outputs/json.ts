/** Shows raw JSON text (Python's dialect) with indents, every scalar exactly as it is written: 2.0 stays 2.0. */

export type TokenKind = 'key' | 'string' | 'number' | 'word' | 'mark'
export interface Token {
  text: string
  kind: TokenKind
}
export type Line = Token[]

const scalar = /"(?:[^"\\]|\\.)*"|[^\s,:{}[\]"]+|[{}[\],:]/gy
const space = /\s*/y

function* tokensOf(raw: string): Generator<string> {
  for (let at = 0; at < raw.length;) {
    space.lastIndex = at
    space.exec(raw)
    at = space.lastIndex
    scalar.lastIndex = at
    const match = scalar.exec(raw)
    if (!match) return
    at = scalar.lastIndex
    yield match[0]
  }
}

const kindOf = (text: string): TokenKind =>
  text.startsWith('"') ? 'string' : /^-?\d/.test(text) ? 'number' : /^[{}[\],:]$/.test(text) ? 'mark' : 'word'

/** Lists and objects that fit into `width` characters stay on one line. */
export function pretty(raw: string, width = 88): Line[] {
  const root = parse([...tokensOf(raw)])
  const lines: Line[] = [[]]
  if (root) write(root, 0, lines, width)
  return lines
}

type Tree = { scalar: string } | { open: '[' | '{'; items: { key: string | null; value: Tree }[]; width: number }

function parse(tokens: string[]): Tree | null {
  const stack: Extract<Tree, { open: string }>[] = []
  let key: string | null = null
  let root: Tree | null = null
  const put = (value: Tree) => {
    const top = stack.at(-1)
    if (!top) root = value
    else top.items.push({ key, value })
    key = null
  }
  for (const [i, token] of tokens.entries()) {
    if (token === '[' || token === '{') {
      const tree = { open: token, items: [], width: 2 } as Extract<Tree, { open: string }>
      put(tree)
      stack.push(tree)
    } else if (token === ']' || token === '}') {
      const done = stack.pop()
      if (done)
        done.width += done.items.reduce((sum, item) => sum + (item.key?.length ?? -2) + 4 + widthOf(item.value), 0)
    } else if (token === ',' || token === ':') continue
    else if (tokens[i + 1] === ':' && stack.at(-1)?.open === '{') key = token
    else put({ scalar: token })
  }
  return root
}

const widthOf = (tree: Tree): number => ('scalar' in tree ? tree.scalar.length : tree.width)

function write(tree: Tree, depth: number, lines: Line[], width: number): void {
  const put = (text: string, kind: TokenKind) => (lines.at(-1) as Line).push({ text, kind })
  if ('scalar' in tree) return void put(tree.scalar, kindOf(tree.scalar))
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

/** The texts of all strings that are values (keys of objects are names), in order. */
export function stringsOf(raw: string): string[] {
  const tokens = [...tokensOf(raw)]
  return tokens.flatMap((token, i) => {
    if (!token.startsWith('"') || tokens[i + 1] === ':') return []
    try {
      return [JSON.parse(token) as string]
    } catch {
      return [token.slice(1, -1)]
    }
  })
}
