/** The desktop app: opens the core on the data folder and joins a window to it. */
import { join } from 'node:path'
import { app, dialog } from 'electron'
import { openApp } from './app.ts'
import { connect } from './ipc.ts'
import { setMenu } from './menu.ts'
import { notify } from './notify.ts'
import { defaultDataDir } from './paths.ts'
import { quitInOrder } from './quit.ts'
import { loadPage, makeWindow } from './window.ts'

/** A graph named on the command line: `backlot open film.json`. */
const graphArgument = (argv: readonly string[]): string | undefined =>
  argv.slice(1).find((argument) => /\.(json|py|ts)$/i.test(argument))

const dataDir = defaultDataDir()
// the page's own storage, and with it Electron's lock: one window per data folder
app.setPath('userData', join(dataDir, 'window'))

async function start(): Promise<void> {
  await app.whenReady()
  const opened = openApp({ dataDir })
  if (!opened.ok) {
    dialog.showErrorBox('Backlot cannot open its data folder', opened.error.message)
    app.exit(2)
    return
  }
  const core = opened.value
  const window = makeWindow('Backlot')
  const part = connect(core, window)
  setMenu(window)
  notify(core, window)
  quitInOrder(core, window, part)
  const open = (path: string | undefined) => path && window.webContents.send('open', path)
  app.on('second-instance', (_, argv) => {
    window.focus()
    open(graphArgument(argv))
  })
  app.on('open-file', (_, path) => open(path))
  await loadPage(window)
  void core.call('job.recover', {})
  open(graphArgument(process.argv))
}

if (app.requestSingleInstanceLock()) void start()
else app.quit()
