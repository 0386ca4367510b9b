import { momentText } from '../../src-main/domain/durations.ts'
import { once } from '../../src-main/domain/once.ts'

// made once: a formatter takes longer to make than a job's row to draw
const day = once(() => new Intl.DateTimeFormat('en', { month: 'short', day: 'numeric' }))

/** When something happened, as people say it: the time of day, with the date before it where that is not today. */
export function clock(at: number): string {
  const date = new Date(at)
  const today = new Date().toDateString() === date.toDateString()
  const time = momentText(at).slice(11, 16)
  return today ? time : `${day().format(date)} ${time}`
}
