/** The panes of the page in the order of F6: whatever has `data-zone`. */
import { paneAfter } from './round.ts'

const focusable = '[tabindex="0"], button:not(:disabled):not([tabindex="-1"]), input:not(:disabled), select, a[href]'

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
