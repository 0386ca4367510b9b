/** What jobs take on the disk: looked up in the main process, some at a time. */
import { ask } from '../api.ts'

/** jobs that are asked for at once, and ms that this may take */
const portion = 20
const portionMs = 40

export class JobSizes {
  /** bytes, by the job's id; those that are not there are not measured yet */
  of = $state.raw<ReadonlyMap<number, number>>(new Map())
  private there = true

  /** Measures those that are not known. */
  async measure(jobs: readonly { id: number }[]): Promise<void> {
    const ids = jobs.flatMap(({ id }) => (this.of.has(id) ? [] : [id]))
    for (let i = 0; i < ids.length && this.there; i += portion) {
      const found = await ask('job.sizes', { jobs: ids.slice(i, i + portion), ms: portionMs })
      if (!found) return
      this.of = new Map([...this.of, ...found.map(({ job, bytes }) => [job, bytes ?? 0] as const)])
    }
  }

  close(): void {
    this.there = false
  }
}
