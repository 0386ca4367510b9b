/** Where the table of the job that is shown stands, for a reload of the page. */
import { keepHere, recallHere } from '../state/kept.ts'

const key = 'backlot.scroll'

interface Kept {
  job: number
  top: number
}

function read(text: string): Kept | null {
  const value: unknown = JSON.parse(text)
  if (typeof value !== 'object' || value === null || !('job' in value) || !('top' in value)) return null
  const { job, top } = value
  return typeof job === 'number' && typeof top === 'number' ? { job, top } : null
}

class KeptScroll {
  /** of before the reload; taken once */
  private before = recallHere<Kept | null>(key, read, null)

  /** px; null: nothing is known of this job, or it was taken. */
  take(job: number): number | null {
    const { before } = this
    this.before = null
    return before?.job === job ? before.top : null
  }

  put(job: number, top: number): void {
    keepHere(key, JSON.stringify({ job, top }))
  }
}

export const keptScroll = new KeptScroll()
