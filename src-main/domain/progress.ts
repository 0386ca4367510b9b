/**
 * How far a task is, from what its log measures: lines that count the task as a whole, and lines that count one frame of
 * it. The two are never mixed, and a batch of several frames is not done before its last frame is.
 */
import { frameIn } from './frame-pattern.ts'

/** What one line of a log measures. */
export interface Measure {
  /** 0 to 100 */
  percent: number | null
  /** so much of `total`, or of a total that another line told */
  done: number | null
  total: number | null
  /** the same in the line's own words */
  at: string | null
  frame: string | null
  /**
   * what it is a part of: the task, in words for a farm or by a rule; a frame; or the task as long as nothing says that
   * its frames are counted one by one
   */
  of: 'farm' | 'task' | 'frame' | 'either'
}

const ranks: Readonly<Record<Measure['of'], number>> = { farm: 2, task: 1, either: 0, frame: 0 }

/** A fall by so much means that something new has begun. */
const fall = 0.3

/** `0012` and `12.0` are frame 12. */
const frameName = (text: string): string => (Number.isFinite(Number(text)) ? String(Number(text)) : text)

export class Progress {
  /** null: not known */
  percent: number | null = null
  /** its frames, where they are known */
  private readonly frames: ReadonlySet<string> | null
  private rank = 0
  private total: number | null = null
  private isTotalOld = false
  private readonly seen = new Set<string>()
  private readonly ended = new Set<string>()
  private current: string | null = null
  /** of the current frame, 0 to 1 */
  private part = 0
  /** frames that must have ended, as their parts began anew */
  private restarts = 0

  /** `frames`: those of the task's batch; null where nobody knows how many it has. */
  constructor(frames: readonly string[] | null) {
    this.frames = frames && new Set(frames.map(frameName))
  }

  /** Whether what is known has changed. */
  hear(measure: Measure): boolean {
    const before = this.percent
    if (ranks[measure.of] >= this.rank) this.take(measure)
    return this.percent !== before
  }

  /** A file was written; where its name holds one of the frames, that one is done. */
  wrote(path: string): boolean {
    const name = frameIn(path)
    const frame = name === null ? null : frameName(name)
    if (frame === null || !this.frames?.has(frame) || this.ended.has(frame)) return false
    this.ended.add(frame)
    if (this.current === null) this.part = 0
    const before = this.percent
    if (this.rank === 0 && this.frames.size > 1) this.percent = this.ofFrames()
    return this.percent !== before
  }

  private take(measure: Measure): void {
    const fraction = this.fractionOf(measure)
    const counts = measure.of === 'farm' || (measure.of === 'task' && this.countsAll(measure))
    if (!counts && measure.frame !== null) this.enter(frameName(measure.frame))
    if (counts && fraction !== null) {
      this.rank = ranks[measure.of]
      this.percent = rounded(fraction)
      return
    }
    if (fraction === null && measure.frame === null) return
    if (fraction !== null) this.move(fraction)
    this.percent = measure.of === 'either' && !this.knowsFrames() ? rounded(this.part) : this.ofFrames(fraction)
  }

  /** A count of something else than the task's frames, such as one of one, says how far a part is. */
  private countsAll({ total, frame }: Measure): boolean {
    return this.frames === null || this.frames.size < 2 || frame === null || total === this.frames.size
  }

  private fractionOf({ percent, done, total }: Measure): number | null {
    if (percent !== null) return within(percent / 100)
    if (total !== null) {
      this.total = this.isTotalOld ? total : Math.max(total, this.total ?? 0)
      this.isTotalOld = false
    }
    if (done === null) return null
    const of = total ?? this.total
    this.isTotalOld = true
    return of === null || of <= 0 ? null : within(done / of)
  }

  private enter(frame: string): void {
    if (frame === this.current) return
    this.current = frame
    this.part = 0
    this.seen.add(frame)
  }

  private move(fraction: number): void {
    if (this.current === null && this.ended.size === 0 && fraction < this.part - fall) this.restarts++
    this.part = fraction
  }

  private knowsFrames(): boolean {
    return this.seen.size > 0 || this.ended.size > 0 || this.restarts > 0
  }

  /** Of all frames, where their number is known; a frame's own part if it is the only one. */
  private ofFrames(fraction: number | null = this.part): number | null {
    const count = this.frames?.size ?? null
    if (count === null) return this.seen.size > 1 || fraction === null ? null : rounded(this.part)
    if (count < 2) return fraction === null ? this.percent : rounded(this.part)
    const { current } = this
    const others = new Set([...this.seen, ...this.ended])
    if (current !== null) others.delete(current)
    if (this.ended.size >= count) return 100
    const own = current !== null && this.ended.has(current) ? 1 : this.part
    const before = others.size || this.restarts
    return rounded(Math.min(0.99, (Math.min(before, count - 1) + own) / count))
  }
}

const within = (fraction: number): number => Math.min(1, Math.max(0, fraction))

/** Percent with at most two decimals. */
const rounded = (fraction: number): number => Math.round(fraction * 10_000) / 100
