/** What a task's log has said so far: how far it is, what it does, what it wrote, what went wrong. */
import type { Directive } from '../../domain/directives.ts'
import type { Said } from '../../domain/log-reader.ts'
import { Progress, type Measure } from '../../domain/progress.ts'
import type { LogFacts } from '../store/shapes.ts'
import { isFailure } from './end.ts'

/** More files of one attempt are not kept. */
export const mostWrote = 10_000
const longestPath = 4096

export class Heard {
  message: string | null = null
  /** the first line that says it failed */
  failure: Directive | null = null
  /** lines that warn */
  warnings = 0
  /** the first of them */
  warning: string | null = null
  private readonly frames: () => readonly string[] | null
  private progressSoFar: Progress | undefined
  private readonly files = new Set<string>()

  /** `frames`: those of the task, null where nobody knows them; asked for with the first line that measures. */
  constructor(frames: () => readonly string[] | null) {
    this.frames = frames
  }

  private get measured(): Progress {
    return (this.progressSoFar ??= new Progress(this.frames()))
  }

  /** percent; null: not known */
  get progress(): number | null {
    return this.progressSoFar?.percent ?? null
  }

  /** What is kept of it with the attempt. */
  get facts(): LogFacts {
    const { warnings, warning } = this
    return { wrote: this.files.size > 0 ? [...this.files] : null, warnings, warning }
  }

  /** Whether progress or message were told anew. */
  take(all: readonly Said[]): boolean {
    let changed = false
    for (const said of all) if (this.hear(said)) changed = true
    return changed
  }

  private hear(said: Said): boolean {
    if (said.kind === 'progress') {
      const changed = this.measured.hear(said.measure)
      return this.tellPlace(said.measure) || changed
    }
    if (said.kind === 'wrote') return this.write(said.path)
    if (said.kind === 'warning') return this.warn(said.message)
    if (said.kind === 'status') {
      this.message = said.message
      return true
    }
    if (isFailure(said)) this.failure ??= said
    return false
  }

  /** Where it cannot be told how far the task is, it is told where it is. */
  private tellPlace({ frame, at }: Measure): boolean {
    if (this.progress !== null || (frame === null && at === null)) return false
    const before = this.message
    this.message = frame === null ? `at ${at}` : `frame ${frame}`
    return this.message !== before
  }

  private write(path: string): boolean {
    if (path.length > longestPath || this.files.size >= mostWrote) return false
    this.files.add(path)
    return this.measured.wrote(path)
  }

  private warn(message: string): boolean {
    this.warnings++
    this.warning ??= message
    return false
  }
}
