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
  const byFrame = new Map<Raw, Set<number>>()
  parent.forEach(({ frames }, place) => {
    for (const frame of frames ?? []) byFrame.set(frame, (byFrame.get(frame) ?? new Set()).add(place))
  })
  return child.map(({ frames }) => {
    const linked = new Set((frames ?? []).flatMap((frame) => [...(byFrame.get(frame) ?? [])]))
    return linked.size ? [...linked].sort((a, b) => a - b) : 'all'
  })
}

/** How many of a parent's `count` batches a link names. */
export const linkSize = (link: Link, count: number): number => (link === 'all' ? count : link.length)
