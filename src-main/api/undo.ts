/** What users did to tasks and may take back. It is kept in this process alone: who ends takes it with him. */
import type { Before } from '../core/store/shapes.ts'

/** Older ones are forgotten, so that their outputs are not kept for ever. */
const mostSteps = 30
const keptMs = 10 * 60_000

interface Step {
  job: number
  /** ms since 1970 */
  at: number
  before: readonly Before[]
}

export class Undo {
  private steps: Step[] = []

  /** To be called before the change is made. */
  note(step: Step): void {
    if (step.before.length === 0) return
    this.steps = [...this.steps.filter(({ at }) => at > step.at - keptMs), step].slice(-mostSteps)
  }

  /** Of a job, the oldest first. */
  of(job: number): Before[] {
    return this.steps.flatMap((step) => (step.job === job ? step.before : []))
  }

  forget(job: number, taken: readonly Before[]): void {
    const gone = new Set(taken)
    this.steps = this.steps.map((step) =>
      step.job === job ? { ...step, before: step.before.filter((one) => !gone.has(one)) } : step
    )
  }
}
