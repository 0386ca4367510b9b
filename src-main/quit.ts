/** Leaving in order: the user decides what becomes of running tasks. */
import { app, dialog, type BrowserWindow } from 'electron'
import type { App } from './app.ts'
import { tellWaits } from './core/process/waits.ts'

const choices = ['Stop them and quit', 'Leave them running', 'Cancel'] as const

/** What to do with running tasks; null: stay. Without any there is nothing to ask. */
async function decide(core: App, window: BrowserWindow): Promise<'stop' | 'leave' | null> {
  if (core.running === 0 || window.isDestroyed()) return 'stop'
  const many = core.running === 1 ? '1 task is running' : `${core.running} tasks are running`
  const { response } = await dialog.showMessageBox(window, {
    type: 'question',
    message: `${many}.`,
    detail:
      'Stopped tasks run again when their job is resumed. Tasks left running are taken up again at the next start.',
    buttons: [...choices],
    defaultId: 0,
    cancelId: 2
  })
  return response === 0 ? 'stop' : response === 1 ? 'leave' : null
}

/** Closing the window is quitting, closing it once more does not wait; `part` disconnects the page. */
export function quitInOrder(core: App, window: BrowserWindow, part: () => void): void {
  let state: 'open' | 'asking' | 'closing' | 'closed' = 'open'
  const leave = async () => {
    state = 'asking'
    const running = await decide(core, window)
    if (running === null) {
      state = 'open'
      return
    }
    part()
    state = 'closing'
    const told = tellWaits((wait) => {
      if (!window.isDestroyed()) window.setTitle(`Backlot waits for ${wait.text()}; close once more to end it at once`)
    })
    await core.close(running)
    told()
    state = 'closed'
    app.quit()
  }
  const stay = (event: { preventDefault(): void }) => {
    if (state === 'closed') return
    event.preventDefault()
    if (state === 'open') void leave()
    else if (state === 'closing') core.hasten()
  }
  window.on('close', stay)
  app.on('before-quit', stay)
  app.on('window-all-closed', () => app.quit())
}
