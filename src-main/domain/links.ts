/** Which batches of a node wait for which batches of a parent: the one rule of `metadata.dependency: "frame"`. */
import type { Raw } from './json.ts'

interface Batch {
  frames: readonly Raw[] | null
}

/** The parent's batches by their place, ascending; `all`: it shares no frame with any, so it waits for the whole parent. */
export type Link = readonly number[] | 'all'

/**
 * For each batch of `child` the batches of `parent` that share a frame with it. Null where the two are joined as whole
 * nodes: no frame dependency is asked for, or either is not batched.
 */
export function frameLinks(
  parent: readonly Batch[],
  child: readonly Batch[],
  dependency: 'node' | 'frame'
): Link[] | null {
  if (dependency !== 'frame' || parent.length === 0) return null
  if (parent.some(({ frames }) => frames === null) || child.some(({ frames }) => frames === null)) return null
  const byFrame = new Map<Raw, number[]>()
  parent.forEach(({ frames }, place) => {
    for (const frame of frames ?? []) {
      const places = byFrame.get(frame)
      if (!places) byFrame.set(frame, [place])
      else if (places.at(-1) !== place) places.push(place)
    }
  })
  return child.map(({ frames }) => linkOf(byFrame, frames ?? []))
}

/** Most batches are small: a set of their own for each of 100,000 would take longer than all else. */
function linkOf(byFrame: ReadonlyMap<Raw, readonly number[]>, frames: readonly Raw[]): Link {
  const [only] = frames
  if (frames.length === 1 && only !== undefined) return byFrame.get(only) ?? 'all'
  const places = new Set(frames.flatMap((frame) => byFrame.get(frame) ?? []))
  return places.size ? [...places].sort((a, b) => a - b) : 'all'
}

/** How many of a parent's `count` batches a link names. */
export const linkSize = (link: Link, count: number): number => (link === 'all' ? count : link.length)
