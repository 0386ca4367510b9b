/** The panes of the page in the order of F6: whatever has `data-zone`. */
import { paneAfter } from './round.ts'

const focusable = '[tabindex="0"], button:not(:disabled):not([tabindex="-1"]), input:not(:disabled), select, a[href]'

/** What had the focus is gone: the list of what is shown now takes it, or the whole of it. */
export function keepFocus(): void {
  const { activeElement } = document
  if (activeElement !== null && activeElement !== document.body) return
  const main = document.querySelector<HTMLElement>('main')
  const list = main?.querySelector<HTMLElement>('[data-main][tabindex="0"]')
  ;(list ?? main)?.focus({ preventScroll: true })
}

/** Moves the focus to the next pane that takes it: to its list or field where it has one, else to its first control. */
export function goRound(by: 1 | -1): void {
  const all = [...document.querySelectorAll<HTMLElement>('[data-zone]')].filter(
    // one that has others in it is those
    (zone) =>
      zone.getClientRects().length > 0 &&
      !zone.closest('[inert]') &&
      !zone.querySelector('[data-zone]') &&
      zone.querySelector(focusable)
  )
  const at = all.findLastIndex((zone) => zone.contains(document.activeElement))
  const zone = all[paneAfter(at, by, all.length)]
  const main =
    zone?.querySelector<HTMLElement>('[data-main][tabindex="0"]') ?? zone?.querySelector<HTMLElement>(focusable)
  main?.focus()
}

/** The focus goes from a field to the list of its pane. */
export function toListOf(field: Element): void {
  field.closest('[data-zone]')?.querySelector<HTMLElement>('[data-main][tabindex="0"]')?.focus()
}

/** Keys of a field that filters the list of its pane: Escape clears it; from an empty one, and with Enter or down, to the list. */
export function filterKeys(event: KeyboardEvent & { currentTarget: HTMLInputElement }, clear: () => void): void {
  const field = event.currentTarget
  if (event.key === 'Escape' && field.value !== '') clear()
  else if (['Escape', 'Enter', 'ArrowDown'].includes(event.key)) toListOf(field)
  else return
  event.preventDefault()
}
