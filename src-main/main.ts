/** The desktop app: opens the core on the data folder and joins a window to it. */
import { app, dialog, type BrowserWindow } from 'electron'
import { openApp, type App } from './app.ts'
import { connect } from './ipc.ts'
import { setMenu } from './menu.ts'
import { defaultDataDir } from './paths.ts'
import { loadPage, makeWindow } from './window.ts'

/** A graph named on the command line: `backlot open film.json`. */
const graphArgument = (argv: readonly string[]): string | undefined =>
  argv.slice(1).find((argument) => /\.(json|py|ts)$/i.test(argument))

async function start(): Promise<void> {
  await app.whenReady()
  const opened = openApp({ dataDir: defaultDataDir() })
  if (!opened.ok) {
    dialog.showErrorBox('Backlot cannot open its data folder', opened.error.message)
    app.exit(2)
    return
  }
  const window = makeWindow('Backlot')
  const part = connect(opened.value, window)
  setMenu(window)
  quitInOrder(opened.value, window, part)
  await loadPage(window)
  const graph = graphArgument(process.argv)
  if (graph) window.webContents.send('open', graph)
}

/** Running tasks are ended and queued again before the app goes. */
function quitInOrder(core: App, window: BrowserWindow, part: () => void): void {
  let closed = false
  app.on('before-quit', (event) => {
    if (closed) return
    event.preventDefault()
    closed = true
    part()
    void core.close().then(() => app.quit())
  })
  window.on('closed', () => app.quit())
}

void start()
