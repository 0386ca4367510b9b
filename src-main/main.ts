/** The desktop app: opens the core on the data folder and joins a window to it. */
import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { app, dialog, Notification } from 'electron'
import { openApp } from './app.ts'
import { connect } from './ipc.ts'
import { setMenu } from './menu.ts'
import { notify } from './notify.ts'
import { hearOpenings } from './opening.ts'
import { defaultDataDir } from './paths.ts'
import { quitInOrder } from './quit.ts'
import { loadPage, makeWindow } from './window.ts'

const dataDir = resolve(defaultDataDir())

/** One window per data folder: Electron's lock lies with the page's own storage, which is in there. */
function isFirst(): boolean {
  const storage = join(dataDir, 'window')
  try {
    mkdirSync(storage, { recursive: true })
  } catch {
    return true // opening the core says what is wrong with the folder
  }
  app.setPath('userData', storage)
  return app.requestSingleInstanceLock()
}

async function start(): Promise<void> {
  const showOpenings = hearOpenings()
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
  notify(core, window, (title, body) => new Notification({ title, body }).show())
  quitInOrder(core, window, part)
  await loadPage(window)
  core.observe()
  void core.call('job.recover', {})
  showOpenings(window)
}

// a second start on the same folder tells the first, which comes to the front with the graph that was named
if (isFirst()) void start()
else app.quit()
