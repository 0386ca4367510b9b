/** The picture of a node: a box with its plugs. */
import { byName, type Block, type Socket } from './block.ts'
import { pythonText } from './notation.ts'
import { center, largest, lengthOf, padEnd, padStart, startOf } from './width.ts'

const longestValue = 10

export function nodeText(block: Block): string {
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
