/**
 * The tasks of a block as the server counts them. A numeric block has frames alone: each task is the next so many of
 * them, and its command is told the first. Any other block lists its tasks, each with what its command is told.
 * Source: CGRU's document "Job Block", and BlockData::setNumeric, genNumbers and calcTaskNumber
 * (afanasy/src/libafanasy/blockdata.cpp).
 */
import { at } from '../../../domain/at.ts'
import { batchLabel, oncePer, placeOf, type FarmNode, type FarmTask } from '../farm.ts'

export interface Space {
  numeric: boolean
  /** of a numeric block; else all are 0 and 1 */
  first: number
  last: number
  size: number
  step: number
  count: number
}

/** The frames of a node go over as they are where they have one step. */
export const spaceOf = oncePer(({ tasks, chunks }: FarmNode): Space => {
  const listed: Space = { numeric: false, first: 0, last: 0, size: 1, step: 1, count: tasks.length }
  const frames = chunks?.frames
  if (!chunks || !frames) return listed
  const step = frames.length > 1 ? at(frames, 1) - at(frames, 0) : 1
  const even = frames.every((frame, i) => i === 0 || frame - at(frames, i - 1) === step)
  return even ? numeric({ first: at(frames, 0), last: at(frames, frames.length - 1), size: chunks.size, step }) : listed
})

/** As the server makes it of the numbers in a job. */
export function numeric(of: Pick<Space, 'first' | 'last' | 'size' | 'step'>): Space {
  const frames = Math.floor((of.last - of.first) / of.step) + 1
  return { ...of, numeric: true, count: Math.ceil(frames / of.size) }
}

/** What a task's command is told: its first frame, or its batch's number. */
export function labelOf(node: FarmNode, task: FarmTask): string {
  const space = spaceOf(node)
  return space.numeric ? String(rangeOf(space, placeOf(node, task)).first) : batchLabel(task)
}

/** The first and the last frame of a numeric block's task; of any other its place, which is as good as a frame. */
export function rangeOf(
  { numeric: isNumeric, first, last, size, step }: Space,
  place: number
): { first: number; last: number } {
  if (!isNumeric) return { first: place, last: place }
  const start = first + place * size * step
  const rest = Math.min(size * step - 1, last - start)
  return { first: start, last: start + rest - (rest % step) }
}

/** The frames of a task; null where its block has none. */
export function framesOf(space: Space, place: number): string[] | null {
  if (!space.numeric) return null
  const { first, last } = rangeOf(space, place)
  return Array.from({ length: (last - first) / space.step + 1 }, (_, i) => String(first + i * space.step))
}

/** The task that has a frame, or the nearest one: a frame before all is the first one's, one behind all the last one's. */
export function placeOfFrame({ first, size, step, count }: Space, frame: number): number {
  const place = Math.trunc(Math.trunc((frame - first) / size) / step)
  return Math.min(count - 1, Math.max(0, place))
}
