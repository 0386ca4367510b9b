/** A graph as a picture: flowpipe's `str(graph)`, character for character; here, where things stand. */
import { at } from '../../../domain/at.ts'
import { byCodePoint } from '../../../domain/json.ts'
import { plugText, type Graph } from '../model.ts'
import { cycleText, orderOf } from '../order.ts'
import { blocksOf, groupsOf, type Block, type Socket } from './block.ts'
import { draw, textAt, widthOfText, type Point, type Shape, type Text } from './canvas.ts'
import { nodeText } from './node.ts'
import { center, largest } from './width.ts'

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
      const text = textAt(nodeText(at(blocks, i)), [x, y])
      placed.set(i, text)
      y += text.lines.length
      return text
    })
    x += largest(texts.map(widthOfText)) + 4
  }
  return { placed, width: x - 2 }
}

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
