/** Where the user is: one value, so that no two places can be shown at once. */
import { keep, kept } from './storage.ts'

export type JobTab = 'tasks' | 'graph' | 'timeline' | 'outputs'

export type Place =
  | { kind: 'start' }
  | { kind: 'job'; job: number; tab: JobTab }
  | { kind: 'graph'; path: string }
  | { kind: 'interpreters' }
  | { kind: 'settings' }

class Here {
  place = $state.raw<Place>({ kind: 'start' })

  go(place: Place): void {
    this.place = place
  }

  openJob(job: number, tab?: JobTab): void {
    const same = this.place.kind === 'job' ? this.place.tab : 'tasks'
    this.place = { kind: 'job', job, tab: tab ?? same }
  }

  openGraph(path: string): void {
    this.place = { kind: 'graph', path }
    recent.add(path)
  }
}

const recentKey = 'backlot.recent'
const areTexts = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((item) => typeof item === 'string')

/** Graphs opened lately, newest first; kept in the page's own storage. */
class Recent {
  paths = $state.raw<string[]>(kept(recentKey, areTexts, []))

  add(path: string): void {
    this.paths = [path, ...this.paths.filter((p) => p !== path)].slice(0, 12)
    keep(recentKey, this.paths)
  }
}

export const recent = new Recent()
export const here = new Here()
