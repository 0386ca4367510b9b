/** A line of a menu. */
export interface MenuItem {
  label: string
  title: string
  disabled?: boolean
  /** a choice that is on or off; not there: an action */
  checked?: boolean
  /** a line stands above it: what follows is of another kind */
  apart?: boolean
  run: () => void
}
