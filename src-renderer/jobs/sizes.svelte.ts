/** What jobs take on the disk: looked up in the main process, some at a time. */
import { ask } from '../api.ts'

/** jobs that are asked for at once, and ms that this may hold the main process up */
const portion = 20
const portionMs = 40
/** ms: a job whose files are not counted in that time stays unknown */
const patienceMs = 2000

export class JobSizes {
  /** bytes, by the job's id; those that are not there are not measured yet */
  of = $state.raw<ReadonlyMap<number, number>>(new Map())
  private there = true
  private busy = false

  /** Measures those that are not known. */
  async measure(jobs: readonly { id: number }[]): Promise<void> {
    if (this.busy) return
    this.busy = true
    let waiting = jobs.flatMap(({ id }) => (this.of.has(id) ? [] : [id]))
    let ms = portionMs
    while (waiting.length > 0 && this.there) {
      const asked = waiting.slice(0, portion)
      const found = await ask('job.sizes', { jobs: asked, ms })
      if (!found) break
      const known = found.flatMap(({ job, bytes }) => (bytes === null ? [] : [[job, bytes] as const]))
      this.of = new Map([...this.of, ...known])
      const done = new Set(known.map(([job]) => job))
      // the time was too short for the first of them: it gets more, or is given up
      const isStuck = !done.has(asked[0] ?? -1)
      if (isStuck && ms >= patienceMs) done.add(asked[0] ?? -1)
      ms = isStuck && ms < patienceMs ? 2 * ms : portionMs
      waiting = waiting.filter((id) => !done.has(id))
    }
    this.busy = false
  }

  close(): void {
    this.there = false
  }
}
