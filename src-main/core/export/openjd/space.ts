/** How the tasks of a step are told apart: what its one task parameter is, and what each task gets of it. */
import { oncePer, placeOf, type Chunks, type FarmNode, type FarmTask } from '../farm.ts'
import { engineChunks, rangeConstraints, rangeExpression, type RangeConstraint } from './ranges.ts'

export type Space =
  /** one task, no parameter */
  | { kind: 'whole' }
  /** the batch's number: the engine would cut the frames otherwise, or they are no whole numbers */
  | { kind: 'batch' }
  /** batches of one frame, which need no extension */
  | { kind: 'frame'; frames: readonly number[] }
  /** the engine itself makes our batches of the frames; `texts` is what openjd-model hands over, by batch */
  | { kind: 'chunk'; constraint: RangeConstraint; chunks: Chunks; texts: readonly string[] }

export const spaceOf = oncePer(({ tasks, chunks }: FarmNode): Space => {
  if (tasks.length === 1 && tasks[0]?.batch === null) return { kind: 'whole' }
  if (chunks === null) return { kind: 'batch' }
  if (chunks.size === 1) return { kind: 'frame', frames: chunks.frames }
  for (const constraint of rangeConstraints) {
    const made = engineChunks(chunks.frames, chunks.size, constraint)
    const texts = made.map((chunk) => chunk.text)
    // both cut the same list, so batches of the same lengths are the same batches
    const same = made.every(({ frames }, i) => frames.length === tasks[i]?.frames?.length)
    if (same) return { kind: 'chunk', constraint, chunks, texts }
  }
  return { kind: 'batch' }
})

/** A task's folder is its place in its node, never an engine's wording of its frames: engines word them differently. */
export const labelOf = (node: FarmNode, task: FarmTask): string => String(placeOf(node, task))

/** Which frames each task has, a line a task, where the engine hands over frames; null: it hands over the place itself. */
export function framesText(node: FarmNode): string | null {
  const { kind } = spaceOf(node)
  if (kind !== 'frame' && kind !== 'chunk') return null
  return node.tasks.map(({ frames }) => `${(frames ?? []).join()}\n`).join('')
}

/** Every value of the parameter, as a range expression; null: there is none. */
export function valuesOf(node: FarmNode): string | null {
  const space = spaceOf(node)
  switch (space.kind) {
    case 'whole':
      return null
    case 'batch':
      return rangeExpression(node.tasks.map((_, i) => i))
    case 'frame':
      return rangeExpression(space.frames)
    case 'chunk':
      return rangeExpression(space.chunks.frames)
  }
}
