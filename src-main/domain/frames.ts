/**
 * Frames: lists and range texts in, batches and the printed form out. A frame is the raw text of a number or text. What
 * reads them has a twin for nodes that are batched on a farm, `frames_given` in python/backlot_evaluate.py; the table
 * test/fixtures/frames/given.json holds both to the same results.
 */
import { at } from './at.ts'
import { itemsOf, kindOf, textOf, type Raw } from './json.ts'
import { fail, ok, type Result } from './result.ts'

/** More frames than any shot has; beyond this a typing error is likelier than a wish. */
export const maxFrames = 1_000_000

const piece = /^\s*(-?\d+)\s*(?:-\s*(-?\d+)\s*(?:x\s*(\d+)\s*)?)?$/

/**
 * Reads `1-100`, `1-100x2`, `1-10,20`, `-5-5` or `10-1` (backwards) into frames in the order written.
 * The error says which part is wrong.
 */
export function parseFrameRange(text: string): Result<Raw[]> {
  const frames: Raw[] = []
  for (const part of text.split(',')) {
    const match = piece.exec(part)
    if (!match) {
      return fail(
        'input',
        `${JSON.stringify(text)} is no frame range: ${JSON.stringify(part.trim())} is not like 1-100, 1-100x2 or 7`
      )
    }
    const [first, last, step] = [Number(match[1]), Number(match[2] ?? match[1]), Number(match[3] ?? 1)]
    if (step === 0) return fail('input', `${JSON.stringify(text)} steps by 0; a step is at least 1`)
    if (![first, last, last - first].every(Number.isSafeInteger)) {
      return fail('input', `${JSON.stringify(text)} has a frame number above 2^53`)
    }
    const count = Math.floor(Math.abs(last - first) / step) + 1
    if (frames.length + count > maxFrames) {
      return fail(
        'input',
        `${JSON.stringify(text)} has more than ${maxFrames} frames; split the node or shorten the range`
      )
    }
    for (let i = 0; i < count; i++) frames.push(String(first + Math.sign(last - first) * i * step))
  }
  return ok(frames)
}

/**
 * The frames of a batched node's `frames` value: a list of numbers or texts, or a range text (quirk Q13).
 * Numbers keep their spelling (2.0 is not 2) and lists their order and repeats.
 */
export function readFrames(raw: Raw): Result<Raw[]> {
  const kind = kindOf(raw)
  if (kind === 'string') return parseFrameRange(textOf(raw))
  if (kind !== 'array')
    return fail(
      'input',
      `frames is ${raw.length > 40 ? kind : raw}; it should be a list or a range text such as "1-100x2"`
    )
  const frames = itemsOf(raw)
  if (frames.length > maxFrames) return fail('input', `frames lists ${frames.length} frames; the most is ${maxFrames}`)
  const odd = frames.find((frame) => kindOf(frame) !== 'number' && kindOf(frame) !== 'string')
  return odd === undefined
    ? ok(frames)
    : fail('input', `frames holds ${odd.slice(0, 40)}; a frame is a number or a text`)
}

/**
 * The frames of a node whose frames come from upstream: what upstream gave, read as any node's `frames` and reduced to
 * those asked for (`--frames`). Errors (`input`): it cannot be read, or nothing is left.
 */
export function framesGiven(raw: Raw, only: readonly Raw[] | null): Result<Raw[]> {
  const read = readFrames(raw)
  if (!read.ok) return read
  if (read.value.length === 0) return fail('input', 'no frames')
  const chosen = chosenFrames(read.value, only)
  if (chosen.length > 0) return ok(chosen)
  return fail('input', `none of the frames asked for (${rangeText(only ?? []).slice(0, 40)})`)
}

/** Those of `frames` that are among the wanted ones; null: all. */
export function chosenFrames(frames: readonly Raw[], wanted: readonly Raw[] | null): Raw[] {
  if (wanted === null) return [...frames]
  const keys = new Set(wanted.map(frameKey))
  return frames.filter((frame) => keys.has(frameKey(frame)))
}

/** Those of `wanted` that are not among the frames. */
export function absentFrames(wanted: readonly Raw[], frames: readonly Raw[]): Raw[] {
  const keys = new Set(frames.map(frameKey))
  return wanted.filter((frame) => !keys.has(frameKey(frame)))
}

const digits = /^-?\d+$/

/** Frames that people call the same: 2, 2.0, "2" and "0002" are. */
function frameKey(frame: Raw): string {
  const text = plainText(frame)
  const number = kindOf(frame) === 'number' || digits.test(text) ? Number(text) : NaN
  return Number.isSafeInteger(number) ? String(number) : frame
}

/** Splits frames into ceil(n / size) batches; every frame is in exactly one (the guide loses the last: Q02). */
export function batchesOf(frames: readonly Raw[], size: number): Raw[][] {
  const batches: Raw[][] = []
  for (let i = 0; i < frames.length; i += size) batches.push(frames.slice(i, i + size))
  return batches
}

const integer = /^-?\d+$/

/** The printed form: `1-30x2,40`. Texts and fractions stand for themselves; repeats and order are kept. */
export function rangeText(frames: readonly Raw[]): string {
  const parts: string[] = []
  for (let i = 0; i < frames.length;) {
    const run = runAt(frames, i)
    const first = plainText(at(frames, i))
    const last = plainText(at(frames, i + run.length - 1))
    parts.push(run.length === 1 ? first : `${first}-${last}${run.step === 1 ? '' : `x${run.step}`}`)
    i += run.length
  }
  return parts.join(',')
}

/** A frame as people write it: a text without its quotes. */
export const plainText = (frame: Raw): string => (kindOf(frame) === 'string' ? textOf(frame) : frame)

/** The longest rising run with one step from `at`; two frames apart by more than one are no run yet. */
function runAt(frames: readonly Raw[], at: number): { length: number; step: number } {
  const number = (i: number) => (integer.test(frames[i] ?? '') ? Number(frames[i]) : NaN)
  const step = number(at + 1) - number(at)
  if (!(step > 0)) return { length: 1, step: 1 }
  let end = at + 1
  while (number(end + 1) - number(end) === step) end++
  const length = end - at + 1
  return length > 2 || step === 1 ? { length, step } : { length: 1, step: 1 }
}
