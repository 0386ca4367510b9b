/**
 * OpenJD's integer range expressions, and how its engine cuts one into chunks.
 * Sources: "2023-09 Template Schemas" 3.4.1.1 `<IntRangeExpr>`, RFC 0001 (TASK_CHUNKING), and what openjd-model 0.13
 * does where those leave it open: test/export/openjd.test.ts compares every rule here with that code.
 */
import { at } from '../../../domain/at.ts'
import { fail, ok, type Result } from '../../../domain/result.ts'
import { maxFrames } from '../../../domain/frames.ts'

export const rangeConstraints = ['CONTIGUOUS', 'NONCONTIGUOUS'] as const
export type RangeConstraint = (typeof rangeConstraints)[number]

/** A chunk as the engine hands it to a task: its text, and the frames in it. */
export interface Chunk {
  text: string
  frames: readonly number[]
}

/** Rising frames as the engine writes a set: `1-5,7,9-13:2`; a pair is `1,2`. */
export function rangeExpression(frames: readonly number[]): string {
  const parts: string[] = []
  for (let begin = 0; begin < frames.length;) {
    const first = at(frames, begin)
    const step = (frames[begin + 1] ?? first) - first
    let end = begin + 1
    while (end < frames.length && frames[end] === at(frames, end - 1) + step) end++
    parts.push(runText(frames.slice(begin, end), step))
    begin = end
  }
  return parts.join()
}

function runText(run: readonly number[], step: number): string {
  if (run.length < 3) return run.join()
  return `${run[0]}-${run.at(-1)}${step === 1 ? '' : `:${step}`}`
}

const part = /^(-?\d{1,15})(?:-(-?\d{1,15})(?::(\d{1,15}))?)?$/

/**
 * Reads what `rangeExpression` writes, or a chunk as any engine words it. Errors (`input`): anything else, ranges that
 * overlap, which the specification forbids (3.4.1.1), too many frames.
 */
export function readRange(text: string): Result<number[]> {
  const frames: number[] = []
  for (const piece of text.split(',')) {
    const match = part.exec(piece)
    if (!match) return fail('input', `${JSON.stringify(piece)} is no range such as 1-10 or 1-9:2`)
    const [first, last, step] = [Number(match[1]), Number(match[2] ?? match[1]), Number(match[3] ?? 1)]
    const count = step > 0 ? Math.floor((last - first) / step) + 1 : 0
    if (count < 1 || frames.length + count > maxFrames)
      return fail('input', `the range ${JSON.stringify(piece)} has no frames, or more than ${maxFrames}`)
    if (first <= (frames.at(-1) ?? -Infinity))
      return fail('input', `the range ${JSON.stringify(piece)} overlaps with those before it, or is out of order`)
    for (let i = 0; i < count; i++) frames.push(first + i * step)
  }
  return ok(frames)
}

/** The chunks that the engine makes of rising frames. */
export function engineChunks(frames: readonly number[], size: number, constraint: RangeConstraint): Chunk[] {
  if (constraint === 'NONCONTIGUOUS')
    return evenParts(frames, size).map((own) => ({ text: rangeExpression(own), frames: own }))
  return gapless(frames).flatMap((run) =>
    evenParts(run, size).map((own) => ({ text: `${own[0]}-${own.at(-1)}`, frames: own }))
  )
}

/** As few parts as `size` allows, their lengths as even as they can be: 10 by 4 is 4, 3, 3 and not 4, 4, 2. */
function evenParts(frames: readonly number[], size: number): (readonly number[])[] {
  const parts = Math.ceil(frames.length / size)
  const short = Math.floor(frames.length / parts)
  const longer = frames.length - short * parts
  const start = (i: number) => i * short + Math.ceil((i * longer) / parts)
  return Array.from({ length: parts }, (_, i) => frames.slice(start(i), start(i + 1)))
}

function gapless(frames: readonly number[]): number[][] {
  const runs: number[][] = []
  frames.forEach((frame, i) => {
    if (i > 0 && frame === at(frames, i - 1) + 1) runs.at(-1)?.push(frame)
    else runs.push([frame])
  })
  return runs
}
