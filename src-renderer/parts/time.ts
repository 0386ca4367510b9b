/** When something happened, as people say it: the time of day, with the date before it where that is not today. */
export function clock(at: number): string {
  const date = new Date(at)
  const today = new Date().toDateString() === date.toDateString()
  const time = date.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' })
  return today ? time : `${date.toLocaleDateString('en', { month: 'short', day: 'numeric' })} ${time}`
}
