/** The native menu: the system's own items, and two of ours that the page acts on. */
import { Menu, type BrowserWindow, type MenuItemConstructorOptions } from 'electron'

export function setMenu(window: BrowserWindow): void {
  const tell = (item: string) => () => window.webContents.send('menu', item)
  const file: MenuItemConstructorOptions[] = [
    { label: 'Open Graph…', accelerator: 'CmdOrCtrl+O', click: tell('open') },
    { label: 'Commands…', accelerator: 'CmdOrCtrl+K', click: tell('commands') },
    { type: 'separator' },
    { role: process.platform === 'darwin' ? 'close' : 'quit' }
  ]
  const template: MenuItemConstructorOptions[] = [
    ...(process.platform === 'darwin' ? [{ role: 'appMenu' as const }] : []),
    { label: 'File', submenu: file },
    { role: 'editMenu' },
    { role: 'viewMenu' },
    { role: 'windowMenu' }
  ]
  Menu.setApplicationMenu(Menu.buildFromTemplate(template))
}
