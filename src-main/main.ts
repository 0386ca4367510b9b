/** The desktop app: opens the core on the data folder and joins a window to it. */
import { join, resolve } from 'node:path'
import { app, dialog, Notification } from 'electron'
import { openApp } from './app.ts'
import { makeFolders } from './core/store/folders.ts'
import { firstCalls } from './first-calls.ts'
import { connect } from './ipc.ts'
import { takeLoginPath } from './login-path.ts'
import { setMenu } from './menu.ts'
import { notify } from './notify.ts'
import { hearOpenings } from './opening.ts'
import { defaultDataDir } from './paths.ts'
import { quitInOrder } from './quit.ts'
import { loadPage, makeWindow } from './window.ts'

const found = defaultDataDir()
const dataDir = found.ok ? resolve(found.value) : null

/** One window per data folder: Electron's lock lies with the page's own storage, which is in there. */
function isFirst(): boolean {
  if (dataDir === null) return true
  const storage = join(dataDir, 'window')
  try {
    makeFolders(storage)
  } catch {
    return true // opening the core says what is wrong with the folder
  }
  app.setPath('userData', storage)
  return app.requestSingleInstanceLock()
}

async function start(): Promise<void> {
  const showOpenings = hearOpenings()
  takeLoginPath()
  const opened = found.ok ? openApp({ dataDir: found.value, apart: true }) : found
  // Chromium starts meanwhile
  if (opened.ok) await firstCalls(opened.value)
  await app.whenReady()
  if (!opened.ok) {
    dialog.showErrorBox('Backlot cannot open its data folder', opened.error.message)
    app.exit(2)
    return
  }
  const core = opened.value
  const window = makeWindow('Backlot')
  const part = connect(core, window)
  setMenu(window)
  notify(core, window, (title, body, job) => {
    const notification = new Notification({ title, body })
    // the page shows the job, at its failure if it has one
    notification.on('click', () => {
      window.show()
      window.focus()
      window.webContents.send('menu', `job ${job}`)
    })
    notification.show()
  })
  quitInOrder(core, window, part)
  await loadPage(window)
  core.observe()
  void core.call('job.recover', {})
  showOpenings(window)
}

// a second start on the same folder tells the first, which comes to the front with the graph that was named
if (isFirst()) void start()
else app.quit()
