/** Times as people read them. */
export function duration(ms: number | null): string {
  if (ms === null) return ''
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`
  const minutes = Math.floor(ms / 60_000)
  return minutes < 60
    ? `${minutes}m ${String(Math.round((ms % 60_000) / 1000)).padStart(2, '0')}s`
    : `${Math.floor(minutes / 60)}h ${minutes % 60}m`
}

export function clock(at: number): string {
  const date = new Date(at)
  const today = new Date().toDateString() === date.toDateString()
  const time = date.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' })
  return today ? time : `${date.toLocaleDateString([], { month: 'short', day: 'numeric' })} ${time}`
}
