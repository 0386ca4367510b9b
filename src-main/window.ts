/** The one window: sandboxed, no navigation, no other pages. */
import { join } from 'node:path'
import { BrowserWindow } from 'electron'

/** A window without its page yet: whoever answers the page is joined first. */
export function makeWindow(title: string): BrowserWindow {
  const window = new BrowserWindow({
    width: 1440,
    height: 900,
    minWidth: 900,
    minHeight: 600,
    title,
    backgroundColor: '#16181d',
    webPreferences: {
      preload: join(import.meta.dirname, '../preload/preload.cjs'),
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false
    }
  })
  window.webContents.setWindowOpenHandler(() => ({ action: 'deny' }))
  window.webContents.on('will-navigate', (event) => event.preventDefault())
  return window
}

export const loadPage = (window: BrowserWindow): Promise<void> =>
  window.loadFile(join(import.meta.dirname, '../renderer/index.html'))
