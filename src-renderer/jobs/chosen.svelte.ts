/** Which jobs of the list are selected, and which has the keyboard. */
import { between, toggled } from '../tasks/selection.ts'
import { jobs } from '../state/jobs.svelte.ts'

class ChosenJobs {
  ids = $state.raw<ReadonlySet<number>>(new Set())
  /** the row that keys act on */
  at = $state<number | null>(null)
  private anchor: number | null = null
  /** selected and still there */
  list = $derived(jobs.list.filter((job) => this.ids.has(job.id)))

  only(id: number): void {
    this.ids = new Set()
    this.anchor = id
    this.at = id
  }

  /** `open`: the job that is shown, which counts as selected once a second one is. */
  toggle(id: number, open: number | null): void {
    const before = this.ids.size === 0 && open !== null ? new Set([open]) : this.ids
    this.ids = toggled(before, id)
    this.anchor = id
    this.at = id
  }

  extendTo(id: number, shown: readonly { id: number }[], open: number | null): void {
    this.anchor ??= this.at ?? open
    this.ids = new Set(between(shown, this.anchor, id))
    this.at = id
  }

  all(list: readonly { id: number }[]): void {
    this.ids = new Set(list.map(({ id }) => id))
    this.at = list[0]?.id ?? this.at
    this.anchor = this.at
  }

  clear(): void {
    this.ids = new Set()
  }
}

export const chosenJobs = new ChosenJobs()
