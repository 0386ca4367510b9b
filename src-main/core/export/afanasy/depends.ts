/**
 * What waits for what. A block waits for whole blocks whose names its `depend_mask` matches; by `tasks_depend_mask` each
 * of its tasks waits for those of the other block that have its frames. Blocks without frames have places instead.
 * Source: CGRU's document "Job Block", and Block::constructDependTasks (afanasy/src/server/block.cpp).
 */
import { at } from '../../../domain/at.ts'
import { placeOf, type FarmLink, type FarmNode } from '../farm.ts'
import { placeOfFrame, rangeOf, spaceOf, type Space } from './space.ts'

/** For each task of a block the first and the last that it waits for in another one, by `tasks_depend_mask`. */
export function waitsByTask(child: Space, parent: Space): { first: number; last: number }[] {
  const shift = child.numeric === parent.numeric ? 0 : child.numeric ? -child.first : parent.first
  return Array.from({ length: child.count }, (_, place) => {
    const { first, last } = rangeOf(child, place)
    return { first: placeOfFrame(parent, first + shift), last: placeOfFrame(parent, last + shift) }
  })
}

/** Whether the server makes of the link what it is. */
export function keepsFrames(node: FarmNode, { parent, tasks }: FarmLink): boolean {
  if (tasks === null) return false
  const there = waitsByTask(spaceOf(node), spaceOf(parent))
  return tasks.every((own, i) => {
    const { first, last } = at(there, i)
    return own.length === last - first + 1 && own.every((task, k) => placeOf(parent, task) === first + k)
  })
}
