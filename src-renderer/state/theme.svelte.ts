/** Light, dark, or as the system says. */
import { keep, readOneOf, recall } from './kept.ts'

export const themes = ['system', 'light', 'dark'] as const
export type ThemeChoice = (typeof themes)[number]

const key = 'backlot.theme'
const system = window.matchMedia('(prefers-color-scheme: dark)')

class Theme {
  choice = $state<ThemeChoice>(recall(key, readOneOf(themes), 'system'))
  private systemDark = $state(system.matches)
  dark = $derived(this.choice === 'dark' || (this.choice === 'system' && this.systemDark))

  constructor() {
    system.addEventListener('change', () => (this.systemDark = system.matches))
  }

  set(choice: ThemeChoice): void {
    this.choice = choice
    keep(key, choice)
  }
}

export const theme = new Theme()
