/** Shapes become characters. */
import { at } from '../../../domain/at.ts'
import { largest } from './width.ts'

export type Point = readonly [x: number, y: number]

/** Text, a frame around the first columns and rows, or a connection that bends halfway. */
export type Shape =
  | { kind: 'text'; at: Point; lines: string[][] }
  | { kind: 'frame'; width: number; height: number }
  | { kind: 'line'; from: Point; to: Point }

export type Text = Extract<Shape, { kind: 'text' }>

export const textAt = (text: string, at: Point): Text => ({
  kind: 'text',
  at,
  lines: text.split('\n').map((l) => Array.from(l))
})

export const widthOfText = (text: Text): number => largest(text.lines.map((line) => line.length))

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
export function draw(shapes: Shape[]): string {
  const extents = shapes.map(extentOf)
  const width = largest(extents.map((e) => e.right))
  const starting: number[][] = Array.from({ length: largest(extents.map((e) => e.bottom)) }, () => [])
  extents.forEach(({ top }, i) => starting[top]?.push(i))
  let present: number[] = []
  return starting
    .map((added, y) => {
      present = present.filter((i) => at(extents, i).bottom > y)
      if (added.length) present = [...present, ...added].sort((a, b) => a - b)
      const cells = Array<string>(width).fill(' ')
      for (const i of present) paintRow(cells, at(shapes, i), y)
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
