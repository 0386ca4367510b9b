/** Gives the log the keyboard, once it is on the page. */
import { tick } from 'svelte'

export function focusLog(): void {
  void tick().then(() =>
    document.querySelector<HTMLElement>('[data-zone="log"] :is([role="log"], [tabindex="0"], button)')?.focus()
  )
}
