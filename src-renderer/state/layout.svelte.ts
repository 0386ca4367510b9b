/** Which panes are shown, kept for ever. How large they are, the panes keep themselves. */
import { keep, readOneOf, recall } from './kept.ts'

const shown = ['open', 'closed'] as const
const keys = { sidebar: 'backlot.sidebar', log: 'backlot.log' } as const

class Layout {
  sidebar = $state(recall(keys.sidebar, readOneOf(shown), 'open') === 'open')
  log = $state(recall(keys.log, readOneOf(shown), 'open') === 'open')
  /** the log fills the window */
  whole = $state(false)

  toggleSidebar(): void {
    this.sidebar = !this.sidebar
    keep(keys.sidebar, this.sidebar ? 'open' : 'closed')
  }

  showLog(open: boolean): void {
    this.log = open
    this.whole = this.whole && open
    keep(keys.log, open ? 'open' : 'closed')
  }

  toggleWhole(): void {
    this.whole = !this.whole
    if (this.whole) this.showLog(true)
  }
}

export const layout = new Layout()
