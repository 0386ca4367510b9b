/** Graphs that are to be opened from outside of the window: by its own start, a second start, or the system. */
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { app, type BrowserWindow } from 'electron'

/** `.backlot` is a graph's JSON under an extension that a desktop can give to Backlot alone (electron-builder.yml). */
export const graphExtensions = ['json', 'backlot', 'py', 'ts'] as const
const isGraph = (name: string) => graphExtensions.some((extension) => name.toLowerCase().endsWith(`.${extension}`))

/** The graph named on a command line that was given in `cwd`; desktops on Linux name files as URLs. */
function graphArgument(argv: readonly string[], cwd: string): string | undefined {
  const name = argv.slice(1).find((argument) => !argument.startsWith('-') && isGraph(argument))
  if (name === undefined) return undefined
  return name.startsWith('file:') ? fileURLToPath(name) : resolve(cwd, name)
}

function raise(window: BrowserWindow): void {
  if (window.isMinimized()) window.restore()
  window.show()
  window.focus()
}

/**
 * Hears what is to be opened, to be called before Electron is ready: macOS names the file of a double click that early.
 * Returns how to show it, and all that comes later, in the window; its page has to be loaded.
 */
export function hearOpenings(): (window: BrowserWindow) => void {
  let shown: BrowserWindow | null = null
  let waiting = graphArgument(process.argv, process.cwd())
  const open = (path: string | undefined) => {
    if (shown?.isDestroyed() === false) {
      raise(shown)
      if (path !== undefined) shown.webContents.send('open', path)
    } else waiting = path ?? waiting
  }
  app.on('open-file', (event, path) => {
    event.preventDefault()
    open(path)
  })
  app.on('second-instance', (_, argv, cwd) => open(graphArgument(argv, cwd)))
  return (window) => {
    shown = window
    if (waiting !== undefined) window.webContents.send('open', waiting)
  }
}
