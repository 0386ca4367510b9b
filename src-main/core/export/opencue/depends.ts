/** What cuebot makes of a FRAME_BY_FRAME dependency when it launches a job. */
import { at } from '../../../domain/at.ts'
import type { FarmLink, FarmNode } from '../farm.ts'
import { layerOf, type CueLayer } from './layers.ts'

/**
 * Per task of `child` the tasks of `parent` that it waits for, by their places; null: cuebot fails on this and launches
 * nothing. With equal chunks a task waits for the one that starts with the same frame, or for none; with larger chunks
 * above, for the one that holds its first frame; with smaller ones above, for that one and as many more as the chunk
 * sizes differ by, wherever they belong. Source: OpenCue's DependManagerService.createDepend(FrameByFrame) and
 * CueUtil.findChunk.
 */
export function frameByFrame(child: CueLayer, parent: CueLayer): (readonly number[])[] | null {
  const { starts } = parent
  const one = ({ chunk, starts: { length } }: CueLayer) => length === 1 && chunk > 1
  if (one(child) || one(parent)) {
    const everything = starts.map((_, i) => i)
    return child.starts.map(() => everything)
  }
  if (child.chunk === parent.chunk) {
    const places = new Map(starts.map((frame, i) => [frame, i]))
    return child.starts.map((frame) => [places.get(frame) ?? []].flat())
  }
  const more = Math.max(0, child.chunk - parent.chunk)
  const first = child.starts.map((frame) => chunkAt(starts, frame))
  if (first.includes(-1)) return null
  return first.map((i) => Array.from({ length: Math.min(more + 1, starts.length - i) }, (_, n) => i + n))
}

/** The last that starts at or before `frame`; -1 where all start later, on which cuebot's own search fails. */
function chunkAt(starts: readonly number[], frame: number): number {
  let [low, high] = [0, starts.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (at(starts, middle) <= frame) low = middle + 1
    else high = middle
  }
  return low - 1
}

/** Whether FRAME_BY_FRAME between the two layers is exactly the job's frame dependency. */
export function keepsFrames(node: FarmNode, { parent, tasks }: FarmLink): boolean {
  const made = tasks && frameByFrame(layerOf(node), layerOf(parent))
  if (!made) return false
  const first = parent.tasks[0]?.index ?? 0
  return made.every((places, i) => {
    const own = tasks[i] ?? []
    return places.length === own.length && places.every((place, n) => place === (own[n]?.index ?? -1) - first)
  })
}
