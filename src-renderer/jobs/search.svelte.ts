/** What a list of jobs shows of them, and whose menu is open in it. */
import type { JobView } from '../../src-main/api.ts'
import { jobs } from '../state/jobs.svelte.ts'
import { withStatus, withWords } from './filter.ts'

export class JobSearch {
  text = $state('')
  statuses = $state.raw<ReadonlySet<JobView['status']>>(new Set())
  menu = $state.raw<{ job: number; x: number; y: number } | null>(null)
  /** by their words; the filters by state count them */
  readonly found = $derived(withWords(jobs.list, this.text))
  readonly shown = $derived(withStatus(this.found, this.statuses))
  readonly ofMenu = $derived(this.menu && jobs.find(this.menu.job))
  /** Shows all again. */
  clear(): void {
    this.text = ''
    this.statuses = new Set()
  }
  readonly openMenu = (job: number, x: number, y: number): void => {
    this.menu = { job, x, y }
  }
}
