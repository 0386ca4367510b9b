/**
 * What Royal Render counts as the frames of a job: the node's own, where each is a batch, else the places of its batches.
 * One of them is one task, whichever of them a client is sent together.
 */
import { at } from '../../../domain/at.ts'
import { oncePer, placeOf, type FarmNode, type FarmTask } from '../farm.ts'

export interface Numbers {
  /** they are the node's frames */
  frames: boolean
  first: number
  last: number
  step: number
}

/** Whether it takes negative ones is not documented. */
const maxFrame = 999_999

export const numbersOf = oncePer(({ tasks, chunks }: FarmNode): Numbers => {
  const places: Numbers = { frames: false, first: 0, last: tasks.length - 1, step: 1 }
  const frames = chunks?.size === 1 ? chunks.frames : []
  const [first, last] = [frames[0] ?? -1, frames.at(-1) ?? -1]
  const step = frames.length > 1 ? at(frames, 1) - first : 1
  const even = frames.every((frame, i) => frame === first + i * step)
  return first >= 0 && last <= maxFrame && even ? { frames: true, first, last, step } : places
})

export function labelOf(node: FarmNode, task: FarmTask): string {
  const { first, step } = numbersOf(node)
  return String(first + placeOf(node, task) * step)
}
