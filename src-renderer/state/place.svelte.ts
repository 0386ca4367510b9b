/** Where the user is: one value, so that no two places can be shown at once. */
import { keep, readTexts, recall } from './kept.ts'

/** The views of a job, with their titles. */
export const jobTabs = [
  ['tasks', 'Tasks'],
  ['graph', 'Graph'],
  ['timeline', 'Timeline'],
  ['forecast', 'Forecast'],
  ['outputs', 'Outputs'],
  ['rehearsal', 'Rehearsal']
] as const
export type JobTab = (typeof jobTabs)[number][0]

export type Place =
  | { kind: 'start' }
  | { kind: 'job'; job: number; tab: JobTab }
  | { kind: 'graph'; path: string }
  | { kind: 'interpreters' }
  | { kind: 'settings' }

class Here {
  place = $state.raw<Place>({ kind: 'start' })
  /** a path to look up in the ledger of the job that is shown next; whoever takes it makes it null */
  traced = $state<string | null>(null)

  go(place: Place): void {
    this.place = place
  }

  openJob(job: number, tab?: JobTab): void {
    const same = this.place.kind === 'job' ? this.place.tab : 'tasks'
    this.place = { kind: 'job', job, tab: tab ?? same }
  }

  /** Who else touched this? */
  traceFile(job: number, path: string): void {
    this.traced = path
    this.openJob(job, 'rehearsal')
  }

  openGraph(path: string): void {
    this.place = { kind: 'graph', path }
    recent.add(path)
  }
}

const recentKey = 'backlot.recent'

/** The graphs opened last, newest first. */
class Recent {
  paths = $state.raw<readonly string[]>(recall(recentKey, readTexts, []))

  add(path: string): void {
    this.paths = [path, ...this.paths.filter((p) => p !== path)].slice(0, 12)
    keep(recentKey, JSON.stringify(this.paths))
  }
}

export const recent = new Recent()
export const here = new Here()
