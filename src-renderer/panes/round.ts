/** The pane that `from` leads to; round the end. -1: from none. */
export const paneAfter = (at: number, by: 1 | -1, count: number): number =>
  count === 0 ? -1 : at < 0 ? (by > 0 ? 0 : count - 1) : (at + by + count) % count
