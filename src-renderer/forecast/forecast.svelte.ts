/** What is asked of a job's forecast and what came back; the sliders change the question. */
import type { ForecastView } from '../../src-main/api.ts'
import type { RunEvent } from '../../src-main/domain/events.ts'
import { hear, tell } from '../api.ts'
import { workerSteps, type CurvePoint } from './curve.ts'

/** ms between a slider's move and the question: a drag asks once */
const askMs = 120
/** ms between an end and a new forecast, while the job runs */
const refreshMs = 2000

export class JobForecast {
  /** with the batches as they are; null: not here yet */
  base = $state.raw<ForecastView | null>(null)
  /** over all numbers of workers, with the batches as they are */
  baseCurve = $state.raw<readonly CurvePoint[]>([])
  /** the same with other batch sizes; null: none are looked at */
  private otherCurve = $state.raw<readonly CurvePoint[] | null>(null)
  /** with what is set, for the number of workers that is set */
  now = $state.raw<ForecastView | null>(null)
  /** why there is none */
  refusal = $state<string | null>(null)
  workers = $state(10)
  /** batch sizes that are looked at, by node identifier; none: as they are */
  batch = $state.raw<Readonly<Record<string, number>>>({})
  readonly job: number
  private asked = 0
  private timer: ReturnType<typeof setTimeout> | null = null
  private refreshTimer: ReturnType<typeof setTimeout> | null = null
  private readonly off: () => void

  constructor(job: number) {
    this.job = job
    this.off = hear((events) => this.take(events))
    void this.load()
  }

  close(): void {
    this.off()
    this.asked++
    if (this.timer) clearTimeout(this.timer)
    if (this.refreshTimer) clearTimeout(this.refreshTimer)
  }

  /** With what is set. */
  get curve(): readonly CurvePoint[] {
    return this.otherCurve ?? this.baseCurve
  }

  /** Numbers of workers that the slider and the curve go through: twice as many as are of use, so that the end is seen. */
  get steps(): number[] {
    const { mostWorkers = 1, profileWorkers = null } = this.base ?? {}
    return workerSteps(Math.min(100_000, Math.max(10, 2 * mostWorkers, profileWorkers ?? 0)))
  }

  setWorkers(workers: number): void {
    this.workers = workers
    this.soon()
  }

  /** `size` null: as it is. */
  setBatch(node: string, size: number | null): void {
    const rest = Object.entries(this.batch).filter(([name]) => name !== node)
    this.batch = Object.fromEntries(size === null ? rest : [...rest, [node, size]])
    this.soon()
  }

  private soon(): void {
    if (this.timer) clearTimeout(this.timer)
    this.timer = setTimeout(() => void this.ask(), askMs)
  }

  private take(events: readonly RunEvent[]): void {
    const ended = events.some(
      (event) => event.type === 'task' && event.job === this.job && event.status === 'succeeded'
    )
    if (ended) this.refreshTimer ??= setTimeout(() => void this.load(), refreshMs)
  }

  private async load(): Promise<void> {
    this.refreshTimer = null
    const first = this.base === null
    const base = await tell('job.forecast', { job: this.job, advise: false })
    if ('error' in base) {
      this.refusal = base.error.message
      return
    }
    this.refusal = null
    this.base = base.value
    const { profileWorkers, mostWorkers } = base.value
    if (first) this.workers = profileWorkers ?? Math.max(1, Math.min(10, mostWorkers))
    await Promise.all([this.drawBase(), this.ask()])
  }

  private async drawBase(): Promise<void> {
    const curve = await tell('job.forecast', { job: this.job, workers: this.steps, advise: false })
    if ('value' in curve) this.baseCurve = curve.value.workers
  }

  private async ask(): Promise<void> {
    const asked = ++this.asked
    const [job, batch] = [this.job, this.batch]
    const changed = Object.keys(batch).length > 0
    const [now, curve] = await Promise.all([
      tell('job.forecast', { job, workers: [this.workers], batch }),
      changed ? tell('job.forecast', { job, workers: this.steps, batch, advise: false }) : null
    ])
    if (asked !== this.asked) return
    if ('error' in now) this.refusal = now.error.message
    else this.now = now.value
    this.otherCurve = curve && 'value' in curve ? curve.value.workers : null
  }
}
