/** Where the user is: one value, so that no two places can be shown at once. */
import { isPlace } from './place.ts'
import { keep, keepHere, readTexts, recall, recallHere } from './kept.ts'
import type { JobTab, Place } from './place.ts'

const placeKey = 'backlot.place'

const readPlace = (text: string): Place | null => {
  const value: unknown = JSON.parse(text)
  return isPlace(value) ? value : null
}

class Here {
  /** a reload finds it again; a new start begins with the newest job */
  place = $state.raw<Place>(recallHere(placeKey, readPlace, { kind: 'start' }))
  /** whether a reload brought the user here */
  readonly found: boolean = this.place.kind !== 'start' || recallHere(placeKey, readPlace, null) !== null
  /** a path to look up in the ledger of the job that is shown next; whoever takes it makes it null */
  traced = $state<string | null>(null)

  go(place: Place): void {
    this.place = place
    keepHere(placeKey, JSON.stringify(place))
  }

  openJob(job: number, tab?: JobTab): void {
    const same = this.place.kind === 'job' ? this.place.tab : 'tasks'
    this.go({ kind: 'job', job, tab: tab ?? same })
  }

  /** Who else touched this? */
  traceFile(job: number, path: string): void {
    this.traced = path
    this.openJob(job, 'rehearsal')
  }

  openGraph(path: string): void {
    this.go({ kind: 'graph', path })
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
