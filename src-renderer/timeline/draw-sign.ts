/** Signs of states on the canvas, in the shapes that the page has. */
import type { AnyState } from '../../src-main/domain/status.ts'
import { stateShapes } from '../parts/signs.ts'

/** px: of a sign in a bar and in a mark */
export const signSize = 12

/** parsed once: a timeline is drawn 60 times a second */
const paths = new Map<string, Path2D>()
const pathOf = (d: string): Path2D => {
  const known = paths.get(d)
  if (known) return known
  const path = new Path2D(d)
  paths.set(d, path)
  return path
}

/** Its left end and the middle of its height are given; `behind` is the colour that it lies on. */
export function drawSign(
  ctx: CanvasRenderingContext2D,
  state: AnyState,
  at: { x: number; middle: number },
  { color, behind }: { color: string; behind: string }
): void {
  ctx.save()
  ctx.translate(at.x, at.middle - signSize / 2)
  ctx.scale(signSize / 16, signSize / 16)
  ctx.lineCap = ctx.lineJoin = 'round'
  ctx.fillStyle = color
  for (const { d, width = 1.5, dash, on } of stateShapes[state]) {
    if (width === 0) {
      ctx.fill(pathOf(d))
      continue
    }
    ctx.strokeStyle = on ? behind : color
    ctx.lineWidth = width
    ctx.setLineDash(dash ? [...dash] : [])
    ctx.stroke(pathOf(d))
  }
  ctx.restore()
}
