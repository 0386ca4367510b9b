/**
 * What Deadline makes of a job's `Frames` and `ChunkSize`: a task for every so many frames of the list, of which the
 * command is told the first and the last. So frames go over as they are where that gives our batches, and else a batch
 * is a frame of Deadline's own: its place in the node.
 * Source: "Frame List Formatting Options", https://www.awsthinkbox.com/blog/frame-list-formatting.
 */
import { isOneToOne, placeOf, type FarmLink, type FarmNode, type FarmTask } from '../farm.ts'

/** A job's frames, all of `first` to `last`. */
export interface Space {
  numbers: 'frames' | 'batches'
  first: number
  last: number
  /** frames in a task; the last may have fewer */
  size: number
}

/** The largest number that Deadline's API gives a frame: an Int32. Whether it takes negative ones is not documented. */
const maxFrame = 2 ** 31 - 1

export function spaceOf({ tasks, chunks }: FarmNode): Space {
  const [first = -1, last = -1] = [chunks?.frames[0], chunks?.frames.at(-1)]
  const gapless = chunks !== null && last - first === chunks.frames.length - 1
  return gapless && first >= 0 && last <= maxFrame
    ? { numbers: 'frames', first, last, size: chunks.size }
    : { numbers: 'batches', first: 0, last: tasks.length - 1, size: 1 }
}

/** `<STARTFRAME>` of a task. Places, not numbers of batches: batches before it may be omitted. */
export function labelOf(node: FarmNode, task: FarmTask): string {
  const { first, size } = spaceOf(node)
  return String(first + placeOf(node, task) * size)
}

export const framesText = ({ first, last }: Space): string => (first === last ? `${first}` : `${first}-${last}`)

/** The first and the last frame of each of Deadline's tasks. */
export const chunksIn = ({ first, last, size }: Space): { first: number; last: number }[] =>
  Array.from({ length: Math.ceil((last - first + 1) / size) }, (_, i) => ({
    first: first + i * size,
    last: Math.min(last, first + (i + 1) * size - 1)
  }))

/** Whether two jobs have the same frames in the same tasks, so that a frame dependency joins each with its own place. */
export const sameChunks = (one: Space, other: Space): boolean =>
  one.first === other.first && one.last === other.last && one.size === other.size

/** Whether a link is what `IsFrameDependent` says: each task waits for the one with its frames in the parent. */
const corresponds = (node: FarmNode, link: FarmLink): boolean =>
  sameChunks(spaceOf(node), spaceOf(link.parent)) && isOneToOne(link)

/** `IsFrameDependent` is said once for all that a job depends on: one link that is otherwise makes all of them whole. */
export const isFrameDependent = (node: FarmNode): boolean =>
  node.tasks.length > 1 && node.parents.length > 0 && node.parents.every((link) => corresponds(node, link))
