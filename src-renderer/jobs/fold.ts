/** Which of a header's buttons go into its menu where there is no room for all. */

/** What goes first, as design.md has it; what is not named stays. */
const order = ['delete', 'rerun', 'changed', 'rehearse', 'stop', 'compare', 'export', 'pause'] as const

export interface Foldable {
  name: string
  label: string
}

/** px that a button takes: its text, its icon and its edges, with the gap beside it. */
const widthOf = ({ label }: Foldable, scale: number): number => 8 + (50 + label.length * 7.6) * scale

const menuWidth = 36

/** The names of those that fold, for a room of `width` px; `scale`: of the type. The primary button never folds. */
export function foldedOf(buttons: readonly Foldable[], width: number, scale: number): ReadonlySet<string> {
  const folded = new Set<string>()
  const needed = () =>
    buttons.filter(({ name }) => !folded.has(name)).reduce((sum, one) => sum + widthOf(one, scale), menuWidth)
  for (const name of order) {
    if (needed() <= width) break
    if (buttons.some((one) => one.name === name)) folded.add(name)
  }
  return folded
}
