/** Where an editor left the nodes of a graph, if the file says so: in the nodes' metadata, as flowpipe has no place of its own. */
import type { GraphView } from '../../src-main/api.ts'
import type { Raw } from '../../src-main/domain/json.ts'
import type { Box } from './wires.ts'

type Point = [x: number, y: number]

const isPoint = (value: unknown): value is Point =>
  Array.isArray(value) &&
  value.length >= 2 &&
  value.slice(0, 2).every((n) => typeof n === 'number' && Number.isFinite(n))

/** `pos`, `position` or `xy` as a list or an object, `x` and `y` by themselves, or any of these below `ui`, `gui` or `editor`. */
export function positionOf(metadata: Raw): Point | null {
  let parsed: unknown
  try {
    parsed = JSON.parse(metadata)
  } catch {
    return null // Python's NaN: no place either
  }
  return pointIn(parsed) ?? null
}

function pointIn(value: unknown, depth = 0): Point | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  const fields = value as Record<string, unknown>
  for (const name of ['pos', 'position', 'xy']) {
    const found = fields[name]
    if (isPoint(found)) return [found[0], found[1]]
    const inside = depth < 2 ? pointIn(found, depth + 1) : undefined
    if (inside) return inside
  }
  if (isPoint([fields.x, fields.y])) return [fields.x as number, fields.y as number]
  for (const name of ['ui', 'gui', 'editor']) {
    const inside = depth === 0 ? pointIn(fields[name], 1) : undefined
    if (inside) return inside
  }
  return undefined
}

/** For every node a place, none upon another; else null: some have none, or an editor left them all on one point. */
export function savedPositions(view: GraphView, { width, height }: { width: number; height: number }): Box[] | null {
  const points = view.nodes.map(({ metadata }) => positionOf(metadata))
  if (points.length < 2 || points.some((point) => point === null)) return null
  const boxes = points.flatMap((point) => (point ? [{ x: point[0], y: point[1], width, height }] : []))
  const sorted = boxes.toSorted((a, b) => a.x - b.x)
  const clash = sorted.some((a, i) => {
    for (let j = i + 1; j < sorted.length; j++) {
      const b = sorted[j]
      if (!b || b.x >= a.x + width) return false
      if (Math.abs(a.y - b.y) < height) return true
    }
    return false
  })
  return clash ? null : boxes
}
