/**
 * A graph as text: flowpipe's `Graph.list_repr()` and `str(graph)`, character for character, so that what a person
 * sees here is what they know from Python. Widths count code points, as Python's `len` does.
 */
import { byCodePoint, itemsOf, kindOf, membersOf, rawObject, rawText, textOf, type Raw } from '../json.ts'
import { plugText, type Endpoint, type Graph, type GraphNode, type Plug } from '../model.ts'
import { cycleText, orderOf } from './order.ts'

// ---- values ----

/** How one of Python's two notations spells what is not a number, a list or a dict. */
interface Notation {
  text: (text: string) => string
  words: Record<'true' | 'false' | 'null' | 'NaN' | 'Infinity' | '-Infinity', string>
}

const json: Notation = {
  text: rawText,
  words: { true: 'true', false: 'false', null: 'null', NaN: 'NaN', Infinity: 'Infinity', '-Infinity': '-Infinity' }
}

const repr: Notation = {
  text: reprText,
  words: { true: 'True', false: 'False', null: 'None', NaN: 'nan', Infinity: 'inf', '-Infinity': '-inf' }
}

/** Python's `str()` of a JSON value: a text as it is, everything else as `repr()` spells it. */
export const pythonText = (raw: Raw): string => (kindOf(raw) === 'string' ? textOf(raw) : spell(raw, repr))

function spell(raw: Raw, notation: Notation): string {
  switch (kindOf(raw)) {
    case 'string':
      return notation.text(textOf(raw))
    case 'boolean':
    case 'null':
      return notation.words[raw as 'true' | 'false' | 'null']
    case 'number':
      return spellNumber(raw, notation)
    case 'array':
      return `[${itemsOf(raw)
        .map((item) => spell(item, notation))
        .join(', ')}]`
    case 'object': {
      // a Map does what a dict does with a key that comes twice: the first place, the last value
      const members = new Map(membersOf(raw).map(({ key, value }) => [key, value]))
      return `{${Array.from(members, ([key, value]) => `${notation.text(key)}: ${spell(value, notation)}`).join(', ')}}`
    }
  }
}

function spellNumber(raw: Raw, { words }: Notation): string {
  if (/^-?\d+$/.test(raw)) return raw === '-0' ? '0' : raw
  const value = Number(raw)
  const word = String(value)
  return word === 'NaN' || word === 'Infinity' || word === '-Infinity' ? words[word] : floatText(value)
}

/** Both languages print the shortest digits that read back the same; they differ in where the exponent starts. */
function floatText(value: number): string {
  const [digits = '', power = '0'] = value.toExponential().split('e')
  const exponent = Number(power)
  if (exponent < -4 || exponent >= 16) {
    return `${digits}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`
  }
  const plain = Object.is(value, -0) ? '-0' : String(value)
  return plain.includes('.') ? plain : `${plain}.0`
}

const shortEscapes: Record<string, string> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' }

/** Python's `repr` of a text: double quotes only where that saves escaping a single one, unprintables escaped. */
function reprText(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'"
  const body = text.replace(/['\\\p{C}\p{Z}]/gu, (c) => {
    if (c === ' ' || (c === "'" && quote === '"')) return c
    return c === "'" ? "\\'" : (shortEscapes[c] ?? escapeCode(c.codePointAt(0) ?? 0))
  })
  return `${quote}${body}${quote}`
}

function escapeCode(code: number): string {
  const hex = code.toString(16)
  if (code < 0x100) return `\\x${hex.padStart(2, '0')}`
  return code < 0x10000 ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`
}

// ---- nodes ----

/** A plug or sub-plug as both texts show it. */
interface Socket {
  /** `plug` or `plug.key`. */
  name: string
  value: Raw
  isSub: boolean
  hasSubs: boolean
  /** The plugs at the other ends of its connections. */
  links: Endpoint[]
}

interface Block {
  node: GraphNode
  /** The name of its graph, where that graph is connected to another one. */
  title: string | null
  inputs: Socket[]
  outputs: Socket[]
}

type Links = Map<string, Endpoint[]>

function blocksOf(graph: Graph): Block[] {
  const sources = linksOf(graph, 'to', 'from')
  const targets = linksOf(graph, 'from', 'to')
  const titled = connectedGraphs(graph)
  return graph.nodes.map((node, i) => ({
    node,
    title: titled.has(node.graph) ? (graph.graphs[node.graph]?.name ?? null) : null,
    inputs: node.inputs.flatMap((plug) => socketsOf(plug, sources[i])),
    outputs: node.outputs.flatMap((plug) => socketsOf(plug, targets[i]))
  }))
}

/** Per node: from the name of a plug to what it is connected with. */
function linksOf(graph: Graph, near: 'from' | 'to', far: 'from' | 'to'): Links[] {
  const links: Links[] = graph.nodes.map(() => new Map())
  for (const edge of graph.edges) {
    const name = plugText(edge[near])
    const known = links[edge[near].node]?.get(name)
    if (known) known.push(edge[far])
    else links[edge[near].node]?.set(name, [edge[far]])
  }
  return links
}

/** To flowpipe "subgraphs" are the other graphs that a graph's nodes lead to (quirk Q28): an edge crosses the border. */
function connectedGraphs(graph: Graph): Set<number> {
  const ends = graph.edges.map(({ from, to }) => [graph.nodes[from.node]?.graph ?? 0, graph.nodes[to.node]?.graph ?? 0])
  return new Set(ends.filter(([from, to]) => from !== to).flat())
}

function socketsOf(plug: Plug, links: Links | undefined): Socket[] {
  const linked = (name: string) => links?.get(name) ?? []
  const hasSubs = plug.subPlugs.length > 0
  // the value of a plug with sub-plugs is the dict of theirs: it is never shown, but it counts for the node's width
  const value = hasSubs ? rawObject(plug.subPlugs.map((sub) => [sub.key, sub.value] as const)) : plug.value
  const subs = plug.subPlugs.map((sub) => {
    const name = plugText({ plug: plug.name, key: sub.key })
    return { name, value: sub.value, isSub: true, hasSubs: false, links: linked(name) }
  })
  return [{ name: plug.name, value, isSub: false, hasSubs, links: linked(plug.name) }, ...subs]
}

const byName = (sockets: readonly Socket[]): Socket[] => sockets.toSorted((a, b) => byCodePoint(a.name, b.name))

// ---- the list ----

/** flowpipe's `graph.list_repr()`: every node that has a place in the order, with its plugs, values and connections. */
export function listText(graph: Graph): string {
  const blocks = blocksOf(graph)
  const nodes = orderOf(graph)
    .rows.flat()
    .map((i) => listNode(graph, blocks[i] as Block))
  return [graph.name, ...listGroups(graph), ...nodes].join('\n ')
}

function listGroups(graph: Graph): string[] {
  const groups = groupsOf(graph).sort((a, b) => byCodePoint(a.name, b.name))
  const lines = groups.flatMap(({ name, plugs }) => [` [g] ${name}:`, ...plugs.map((plug) => `  ${plug}`)])
  return groups.length ? ['[Input Groups]', ...lines] : []
}

function listNode(graph: Graph, { node, inputs, outputs }: Block): string {
  return [
    node.name,
    ...byName(inputs).map((socket) => listSocket(graph, socket, '[i]', '<<')),
    ...byName(outputs).map((socket) => listSocket(graph, socket, '[o]', '>>'))
  ].join('\n')
}

function listSocket(graph: Graph, { name, value, isSub, hasSubs, links }: Socket, mark: string, arrow: string): string {
  const label = `${isSub ? '   ' : '  '}${mark} ${name}`
  if (hasSubs) return label
  if (links.length === 0) return `${label}: ${spell(value, json)}`
  return `${label} ${arrow} ${links.map((end) => `${graph.nodes[end.node]?.name}.${plugText(end)}`).join(', ')}`
}

interface Group {
  name: string
  /** `node.plug` */
  plugs: string[]
}

/** The input groups of the root graph; those of other graphs are not shown. */
function groupsOf(graph: Graph): Group[] {
  const names = new Map(graph.nodes.map((node) => [node.identifier, node.name]))
  return (graph.graphs[0]?.promoted.inputs ?? []).flatMap(([name, promotion]) =>
    'group' in promotion
      ? [{ name, plugs: promotion.group.map(({ node, plug }) => `${names.get(node) ?? node}.${plug}`) }]
      : []
  )
}

// ---- the picture: a node ----

const lengthOf = (text: string): number => Array.from(text).length
const padEnd = (text: string, width: number): string => text + ' '.repeat(Math.max(0, width - lengthOf(text)))
const padStart = (text: string, width: number): string => ' '.repeat(Math.max(0, width - lengthOf(text))) + text

function center(text: string, width: number, fill = ' '): string {
  const space = Math.max(0, width - lengthOf(text))
  return fill.repeat(Math.floor(space / 2)) + text + fill.repeat(Math.ceil(space / 2))
}

/** The first `count` code points; cut roughly first, because a value may be long. */
const startOf = (text: string, count: number): string[] => Array.from(text.slice(0, 2 * count)).slice(0, count)

const longestValue = 10

function nodeText(block: Block): string {
  const width = widthOf(block)
  const indent = block.inputs.some((socket) => socket.links.length) ? '   ' : ''
  const rule = '-'.repeat(width)
  return [
    `${indent}+${block.title === null ? rule : center(block.title, width, '-')}+`,
    `${indent}|${center(block.node.name, width)}|`,
    `${indent}|${rule}|`,
    ...byName(block.inputs).map((socket) => inputRow(socket, indent, width)),
    ...byName(block.outputs).map((socket) => outputRow(socket, indent, width)),
    `${indent}+${rule}+`
  ].join('\n')
}

function widthOf({ node, title, inputs, outputs }: Block): number {
  const sockets = [...inputs, ...outputs].map(({ name, value }) =>
    value === 'null' ? lengthOf(name) : lengthOf(name) + startOf(pythonText(value), longestValue).length
  )
  return largest([lengthOf(node.name), title === null ? 0 : lengthOf(title), ...sockets]) + 7
}

const largest = (numbers: readonly number[]): number => numbers.reduce((a, b) => Math.max(a, b), 0)

function shortValue({ value, hasSubs }: Socket): string {
  if (value === 'null' || hasSubs) return '<>'
  const start = startOf(pythonText(value), longestValue + 1)
  return start.length > longestValue ? `<${start.slice(0, longestValue - 3).join('')}...>` : `<${start.join('')}>`
}

function inputRow(socket: Socket, indent: string, width: number): string {
  const label = `${socket.hasSubs ? '%' : 'o'} ${socket.isSub ? ' ' : ''}${socket.name}${shortValue(socket)}`
  return `${socket.links.length ? '-->' : indent}${padEnd(label, width + 1)}|`
}

function outputRow(socket: Socket, indent: string, width: number): string {
  const gap = socket.isSub ? '  ' : ' '
  // flowpipe doubles braces as if for str.format, which it then calls for inputs alone
  const label = socket.name + shortValue(socket).replace(/[{}]/g, '$&$&')
  return `${indent}|${padStart(label, width - gap.length)}${gap}${socket.hasSubs ? '%' : 'o'}${socket.links.length ? '---' : ''}`
}

// ---- the picture: where things stand ----

type Point = readonly [x: number, y: number]

/** Text, a frame around the first columns and rows, or a connection that bends halfway. */
type Shape =
  | { kind: 'text'; at: Point; lines: string[][] }
  | { kind: 'frame'; width: number; height: number }
  | { kind: 'line'; from: Point; to: Point }

type Text = Extract<Shape, { kind: 'text' }>

const textAt = (text: string, at: Point): Text => ({
  kind: 'text',
  at,
  lines: text.split('\n').map((l) => Array.from(l))
})

/**
 * flowpipe's `str(graph)`: nodes in columns by level, with lines for the connections. flowpipe fails where there is
 * a circle; here the nodes that come before it are drawn, and the circle is named.
 */
export function pictureText(graph: Graph): string {
  const { rows, cycle } = orderOf(graph)
  if (cycle === null) return draw(shapesOf(graph, rows))
  const picture = rows.length ? [draw(shapesOf(graph, rows))] : []
  return [...picture, `cycle: ${cycleText(graph, cycle)}`].join('\n')
}

function shapesOf(graph: Graph, rows: number[][]): Shape[] {
  const blocks = blocksOf(graph)
  const groups = groupsOf(graph)
  const groupTexts = groups
    .flatMap(({ name, plugs }) => [`o ${name}`, ...plugs.map((plug) => `  \`-${plug}`)])
    .map((line, i) => textAt(line, [0, 3 + i]))
  const top = groups.length ? groupTexts.length + 4 : 3
  const { placed, width } = placeNodes(blocks, rows, top)
  const [first, ...others] = [...placed.values(), ...groupTexts]
  const bottom = largest([...placed.values(), ...groupTexts].map((text) => text.at[1] + text.lines.length))
  return [
    ...connectionLines(blocks, placed).reverse(),
    ...(groups.length ? [{ kind: 'frame', width, height: top } as const] : []),
    { kind: 'frame', width, height: 3 },
    textAt(center(graph.name, width), [0, 1]),
    { kind: 'frame', width, height: bottom + 1 },
    ...others,
    ...(first ? [first] : [])
  ]
}

function placeNodes(blocks: Block[], rows: number[][], top: number): { placed: Map<number, Text>; width: number } {
  const placed = new Map<number, Text>()
  let x = 2
  for (const row of rows) {
    let y = top
    const texts = row.map((i) => {
      const text = textAt(nodeText(blocks[i] as Block), [x, y])
      placed.set(i, text)
      y += text.lines.length
      return text
    })
    x += largest(texts.map(widthOfText)) + 4
  }
  return { placed, width: x - 2 }
}

const widthOfText = (text: Text): number => largest(text.lines.map((line) => line.length))

/** In the order of the nodes in the file: flowpipe takes a set's, so where lines cross its picture may vary by a bend. */
function connectionLines(blocks: Block[], placed: Map<number, Text>): Shape[] {
  const inputRows = blocks.map(({ inputs }) => new Map(inLineOrder(inputs).map(({ name }, i) => [name, i])))
  const rowIn = (text: Text, row: number) => text.at[1] + 3 + row
  return blocks.flatMap(({ inputs, outputs }, i) => {
    const source = placed.get(i)
    if (!source) return []
    const right = source.at[0] + widthOfText(source)
    return inLineOrder(outputs).flatMap(({ links }, row) =>
      links.flatMap((end) => {
        const target = placed.get(end.node)
        if (!target) return []
        const from: Point = [right, rowIn(source, inputs.length + row)]
        const to: Point = [target.at[0], rowIn(target, inputRows[end.node]?.get(plugText(end)) ?? 0)]
        return [{ kind: 'line', from, to } as const]
      })
    )
  })
}

/** Nodes show plugs by code point, lines meet them by lower case: with capitals flowpipe's lines miss their plugs. */
const inLineOrder = (sockets: readonly Socket[]): Socket[] =>
  sockets.toSorted((a, b) => byCodePoint(a.name.toLowerCase(), b.name.toLowerCase()))

// ---- the picture: characters ----

interface Extent {
  top: number
  bottom: number
  right: number
}

function extentOf(shape: Shape): Extent {
  switch (shape.kind) {
    case 'text':
      return { top: shape.at[1], bottom: shape.at[1] + shape.lines.length, right: shape.at[0] + widthOfText(shape) }
    case 'frame':
      // flowpipe's frame ends with a newline, so an empty row belongs to it
      return { top: 0, bottom: shape.width ? shape.height + 1 : 1, right: shape.width }
    case 'line': {
      const [top, last] = [shape.from[1], shape.to[1]].sort((a, b) => a - b) as [number, number]
      return { top, bottom: last + 1, right: shape.to[0] + 1 }
    }
  }
}

/** Later shapes cover earlier ones, spaces cover nothing. Row by row, because the whole grid may be large. */
function draw(shapes: Shape[]): string {
  const extents = shapes.map(extentOf)
  const width = largest(extents.map((e) => e.right))
  const starting: number[][] = Array.from({ length: largest(extents.map((e) => e.bottom)) }, () => [])
  extents.forEach(({ top }, i) => starting[top]?.push(i))
  let present: number[] = []
  return starting
    .map((added, y) => {
      present = present.filter((i) => (extents[i] as Extent).bottom > y)
      if (added.length) present = [...present, ...added].sort((a, b) => a - b)
      const cells = Array<string>(width).fill(' ')
      for (const i of present) paintRow(cells, shapes[i] as Shape, y)
      return cells.join('')
    })
    .join('\n')
}

function paintRow(cells: string[], shape: Shape, y: number): void {
  switch (shape.kind) {
    case 'text':
      return put(cells, shape.at[0], shape.lines[y - shape.at[1]] ?? [])
    case 'frame':
      return paintFrame(cells, shape, y)
    case 'line':
      return paintLine(cells, shape, y)
  }
}

function put(cells: string[], x: number, line: Iterable<string>): void {
  for (const char of line) {
    if (char !== ' ') cells[x] = char
    x++
  }
}

function paintFrame(cells: string[], { width, height }: Extract<Shape, { kind: 'frame' }>, y: number): void {
  if (y >= height || width === 0) return
  const edge = y === 0 || y === height - 1
  cells.fill(edge ? '-' : '|', 0, edge ? width : 1)
  cells[0] = cells[width - 1] = edge ? '+' : '|'
}

function paintLine(cells: string[], { from, to }: Extract<Shape, { kind: 'line' }>, y: number): void {
  const middle = from[0] + Math.floor((to[0] - from[0] + 1) / 2)
  if (y === from[1]) cells.fill('-', from[0], middle)
  if (y === to[1]) cells.fill('-', middle + 1, to[0] + 1)
  cells[middle] = from[1] === to[1] ? '-' : y === from[1] || y === to[1] ? '+' : '|'
}
