/** The time of day of a moment, to the second: `14:26:40`. */
export const clockOf = (ms: number): string =>
  new Date(ms).toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' })
