/** A node as cuebot's layer: which frames it has there, and what a frame's number means. */
import { oncePer, placeOf, type FarmNode, type FarmTask } from '../farm.ts'
import { rangeText } from '../../../domain/frames.ts'

export interface CueLayer {
  /** rising, none below 0 */
  frames: readonly number[]
  /** so many of `frames` are one task */
  chunk: number
  /** the first frame of each task: what cuebot hands to the command */
  starts: readonly number[]
  /** its frames are the node's; else they number its tasks from 0 */
  filmed: boolean
}

/** Java's int, which cuebot reads numbers with (JobSpec.java). */
export const maxInt = 2_147_483_647

/** cuebot's column for a layer's range (V1__Initial_schema.sql, layer.str_range). */
const maxRange = 4000

export const layerOf = oncePer(({ tasks, chunks }: FarmNode): CueLayer => {
  // cuebot reads a frame's number off its name up to the first dash, so it cannot start one below 0
  // (DispatchSupportService.prepareRqdRunFrame)
  const fits = chunks && (chunks.frames[0] ?? -1) >= 0 && (chunks.frames.at(-1) ?? 0) <= maxInt
  if (fits && rangeOf(chunks.frames).length <= maxRange) return layer(chunks.frames, chunks.size, true)
  return layer(
    tasks.map((_, i) => i),
    1,
    false
  )
})

/** How cuebot chunks a range: every so many of its frames, across gaps (CueUtil.normalizeFrameRange). */
export const layer = (frames: readonly number[], chunk: number, filmed: boolean): CueLayer => ({
  frames,
  chunk,
  starts: frames.filter((_, i) => i % chunk === 0),
  filmed
})

/** As cuebot's FrameSet reads it: `1-30x2,40`. */
export const rangeOf = (frames: readonly number[]): string => rangeText(frames.map(String))

/** What `#IFRAME#` is for a task. */
export const labelOf = (node: FarmNode, task: FarmTask): string => String(layerOf(node).starts[placeOf(node, task)])

/** The frames of the task with this place, as the layer says them; null where it numbers tasks. */
export const framesOf = ({ filmed, frames, chunk }: CueLayer, place: number): string[] | null =>
  filmed ? frames.slice(place * chunk, (place + 1) * chunk).map(String) : null
