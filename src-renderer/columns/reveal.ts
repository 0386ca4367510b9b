/** px: the header, which lies over the first rows */
export const headHeight = 28

interface View {
  scrollTop: number
  clientHeight: number
}

/** Where a table is scrolled to so that a row can be seen below its header. `top`: of the row, below all rows before it. */
export function scrollTo(row: { top: number; height: number }, { scrollTop, clientHeight }: View): number {
  const room = clientHeight - headHeight
  if (row.top < scrollTop) return row.top
  return Math.max(scrollTop, row.top + row.height - room)
}
