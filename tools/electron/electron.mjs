// The Node half of the electron double: what `import … from 'electron'` gets.
import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { EventEmitter } from 'node:events'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  watch,
  writeFileSync
} from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { pathToFileURL } from 'node:url'
import { bridge, mainWorld, pack, preloadWorld, unpack } from './page.mjs'

// ---- Chromium over its debugging pipe (it ends when this process does) ----
const waiting = new Map()
const bus = new EventEmitter().setMaxListeners(0)
let chromium,
  profile,
  lastId = 0
function send(method, params = {}, sessionId) {
  const id = ++lastId
  chromium.stdio[3].write(JSON.stringify({ id, method, params, sessionId }) + '\0')
  return new Promise((done, fail) => waiting.set(id, { done, fail, method }))
}
export function start({ appPath, argv }) {
  app.appPath = appPath
  profile = mkdtempSync(join(tmpdir(), 'electron-double-'))
  const dataDir = argv.find((a) => a.startsWith('--user-data-dir='))
  if (dataDir) app.setPath('userData', dataDir.slice(16))
  const flags = [
    '--remote-debugging-pipe',
    '--no-startup-window',
    `--user-data-dir=${profile}`,
    '--allow-file-access-from-files'
  ]
  flags.push(
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--disable-gpu',
    '--disable-dev-shm-usage'
  )
  if (!process.env.ELECTRON_DOUBLE_HEADED) flags.push('--headless=new', '--hide-scrollbars')
  if (process.getuid?.() === 0) flags.push('--no-sandbox')
  flags.push(...argv.filter((a) => a.startsWith('--remote-debugging-port')))
  chromium = spawn(process.env.ELECTRON_DOUBLE_CHROMIUM ?? 'chromium', flags, {
    stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe']
  })
  createInterface({ input: chromium.stderr }).on(
    'line',
    (l) => l.startsWith('DevTools listening') && process.stderr.write(l + '\n')
  )
  let rest = ''
  chromium.stdio[4].setEncoding('utf8').on('data', (text) => {
    const parts = (rest + text).split('\0')
    rest = parts.pop()
    for (const part of parts) {
      const m = JSON.parse(part)
      if (m.id === undefined) {
        bus.emit(m.sessionId ?? 'browser', m.method, m.params)
        continue
      }
      const { done, fail, method } = waiting.get(m.id)
      waiting.delete(m.id)
      if (m.error) fail(new Error(`${method}: ${m.error.message}`))
      else done(m.result)
    }
  })
  chromium.stdio[3].on('error', () => {})
  chromium.once('exit', () => app.exiting || app.exit(1))
  const up = send('Target.setDiscoverTargets', { discover: true })
  return { ready: () => up.then(() => app.becomeReady()) }
}

// ---- app ----
const preventable = () => ({
  defaultPrevented: false,
  preventDefault() {
    this.defaultPrevented = true
  }
})
/** Whether the link names another process that runs. */
function isOther(lock) {
  try {
    const pid = Number(readlinkSync(lock))
    return process.kill(pid, 0) && pid !== process.pid
  } catch {
    return false
  }
}
class App extends EventEmitter {
  ready = false
  isPackaged = false
  paths = { home: homedir(), temp: tmpdir(), appData: join(homedir(), '.config') }
  #gate = Promise.withResolvers()
  #switches = new Map()
  commandLine = {
    appendSwitch: (k, v = '') => this.#switches.set(k, v),
    hasSwitch: (k) => this.#switches.has(k),
    getSwitchValue: (k) => this.#switches.get(k) ?? ''
  }
  becomeReady() {
    this.ready = true
    this.#gate.resolve()
    this.emit('ready', preventable(), {})
  }
  isReady() {
    return this.ready
  }
  whenReady() {
    return this.#gate.promise
  }
  get manifest() {
    return JSON.parse(readFileSync(join(this.appPath, 'package.json'), 'utf8'))
  }
  getName() {
    return this.manifest.productName ?? this.manifest.name
  }
  get name() {
    return this.getName()
  }
  getVersion() {
    return this.manifest.version
  }
  getLocale() {
    return 'en-US'
  }
  getAppPath() {
    return this.appPath
  }
  setPath(k, v) {
    this.paths[k] = v
  }
  getPath(k) {
    if (k === 'userData') mkdirSync((this.paths[k] ??= join(profile, 'userData')), { recursive: true })
    if (!this.paths[k]) throw new Error(`Failed to get '${k}' path`)
    return this.paths[k]
  }
  setName() {}
  setAppUserModelId() {}
  focus() {}
  // as Chromium does it: a link in the userData folder names the process; a later one leaves its command line there
  requestSingleInstanceLock() {
    const folder = this.getPath('userData')
    mkdirSync(folder, { recursive: true })
    const [lock, note] = [join(folder, 'SingletonLock'), 'SingletonStart-']
    if (isOther(lock)) {
      const hidden = join(folder, randomUUID())
      writeFileSync(hidden, JSON.stringify([process.argv, process.cwd()]))
      renameSync(hidden, join(folder, note + randomUUID()))
      return false
    }
    rmSync(lock, { force: true })
    symlinkSync(String(process.pid), lock)
    watch(folder, { persistent: false }, async (_, name) => {
      const file = join(folder, name ?? '')
      if (!name?.startsWith(note) || !existsSync(file)) return
      const told = JSON.parse(readFileSync(file, 'utf8'))
      rmSync(file)
      await this.whenReady()
      this.emit('second-instance', preventable(), ...told)
    })
    return true
  }
  releaseSingleInstanceLock() {}
  async quit() {
    const event = preventable()
    this.emit('before-quit', event)
    if (event.defaultPrevented) return
    this.quitting = true
    for (const w of BrowserWindow.getAllWindows()) if (!(await w.close())) return void (this.quitting = false)
    const last = preventable()
    this.emit('will-quit', last)
    if (!last.defaultPrevented) this.exit(0)
  }
  async exit(code = 0) {
    if (this.exiting) return
    this.exiting = true
    this.emit('quit', preventable(), code)
    const gone = new Promise((done) => (chromium.exitCode === null ? chromium.once('exit', done) : done()))
    send('Browser.close').catch(() => {})
    setTimeout(() => chromium.kill('SIGKILL'), 3000).unref()
    await gone
    rmSync(profile, { recursive: true, force: true, maxRetries: 3 })
    process.exit(code)
  }
}
export const app = new App()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => app.quit())

// ---- ipcMain ----
const handlers = new Map()
export const ipcMain = Object.assign(new EventEmitter(), {
  handle(channel, f) {
    if (handlers.has(channel)) throw new Error(`Attempted to register a second handler for '${channel}'`)
    handlers.set(channel, f)
  },
  handleOnce(channel, f) {
    this.handle(channel, (...a) => (handlers.delete(channel), f(...a)))
  },
  removeHandler: (channel) => handlers.delete(channel)
})
class MessagePortMain extends EventEmitter {
  #queue = []
  #started = false
  postMessage(v) {
    this.send(structuredClone(v))
  }
  receive(data) {
    if (this.#started) this.emit('message', { data, ports: [] })
    else this.#queue.push(data)
  }
  start() {
    this.#started = true
    for (const data of this.#queue.splice(0)) this.receive(data)
  }
  close() {
    this.emit('close')
  }
}
export class MessageChannelMain {
  port1 = new MessagePortMain()
  port2 = new MessagePortMain()
  constructor() {
    this.port1.send = (v) => queueMicrotask(() => this.port2.receive(v))
    this.port2.send = (v) => queueMicrotask(() => this.port1.receive(v))
  }
}

// ---- webContents and BrowserWindow ----
const world = 'electron-preload'
class WebContents extends EventEmitter {
  static all = new Set()
  static #last = 0
  id = ++WebContents.#last
  #ports = new Map()
  #popups = []
  #openHandler = () => ({ action: 'allow' })
  constructor(options) {
    super()
    WebContents.all.add(this)
    this.up = this.#open(options)
    this.up.catch(() => {})
  }
  async #open({
    width = 800,
    height = 600,
    webPreferences: { preload, sandbox = true, contextIsolation = true } = {}
  }) {
    if (!sandbox || !contextIsolation) throw new Error('electron double: only sandbox and contextIsolation true')
    await app.whenReady()
    this.targetId = (await send('Target.createTarget', { url: 'about:blank', newWindow: true, width, height })).targetId
    this.session = (await send('Target.attachToTarget', { targetId: this.targetId, flatten: true })).sessionId
    bus.on(this.session, (method, params) => this.#event(method, params))
    bus.on('browser', (method, p) => this.#browserEvent(method, p))
    const secret = randomUUID()
    const info = { platform: process.platform, arch: process.arch, versions: process.versions }
    const shared = `${JSON.stringify(secret)}, ${bridge}, ${pack}, ${unpack}`
    const code = preload ? readFileSync(preload, 'utf8') : ''
    await Promise.all([
      this.cdp('Page.enable'),
      this.cdp('Runtime.enable'),
      this.cdp('Runtime.addBinding', { name: '__electronDouble', executionContextName: world }),
      this.cdp('Page.addScriptToEvaluateOnNewDocument', { source: `if (window === top) (${mainWorld})(${shared})` }),
      this.cdp('Page.addScriptToEvaluateOnNewDocument', {
        worldName: world,
        source: `if (window === top) (${preloadWorld})(${shared}, ${JSON.stringify(info)}, function (require, module, exports, process) {${code}\n})\n//# sourceURL=file://${preload}`
      })
    ])
  }
  cdp(method, params) {
    return send(method, params, this.session)
  }
  #event(method, p) {
    if (
      method === 'Runtime.executionContextCreated' &&
      p.context.name === world &&
      p.context.auxData?.frameId === this.targetId
    )
      this.context = p.context.id
    else if (method === 'Runtime.executionContextsCleared') this.context = undefined
    else if (method === 'Runtime.bindingCalled' && p.name === '__electronDouble') this.#message(JSON.parse(p.payload))
    else if (method === 'Page.windowOpen')
      this.#popups.push(this.#openHandler({ url: p.url, frameName: p.windowName }).action)
    else if (method === 'Page.domContentEventFired') this.emit('dom-ready', {})
    else if (method === 'Page.loadEventFired') this.emit('did-finish-load', {})
    else if (method === 'Page.frameNavigated' && !p.frame.parentId) {
      this.url = p.frame.url + (p.frame.urlFragment ?? '')
      this.emit('did-navigate', {}, this.url)
    }
  }
  #browserEvent(method, p) {
    if (method === 'Target.targetDestroyed' && p.targetId === this.targetId) this.#gone()
    else if (method === 'Target.targetCreated' && p.targetInfo.openerId === this.targetId) {
      if (this.#popups.shift() === 'deny') send('Target.closeTarget', { targetId: p.targetInfo.targetId })
    }
  }
  async #message(m) {
    const event = {
      sender: this,
      processId: 1,
      frameId: 1,
      senderFrame: { url: this.getURL() },
      reply: (...a) => this.send(...a),
      ports: []
    }
    if (m.t === 'port') return this.#ports.get(m.id)?.send(unpack(m.v))
    if (m.t === 'send') return void ipcMain.emit(m.channel, event, ...unpack(m.args))
    try {
      const f = handlers.get(m.channel)
      if (!f) throw new Error(`No handler registered for '${m.channel}'`)
      const v = pack(structuredClone(await f(event, ...unpack(m.args))))
      this.#deliver({ t: 'answer', id: m.id, ok: true, v })
    } catch (e) {
      this.#deliver({ t: 'answer', id: m.id, ok: false, v: `Error invoking remote method '${m.channel}': ${e}` })
    }
  }
  #deliver(message) {
    if (this.context === undefined) return
    this.cdp('Runtime.evaluate', {
      expression: `__electronDoubleDeliver(${JSON.stringify(message)})`,
      contextId: this.context
    }).catch(() => {})
  }
  send(channel, ...args) {
    this.#deliver({ t: 'send', channel, args: pack(structuredClone(args)) })
  }
  postMessage(channel, message, ports = []) {
    const ids = ports.map((port) => {
      const id = randomUUID()
      this.#ports.set(id, port)
      port.receive = (v) => this.#deliver({ t: 'port', id, v: pack(v) })
      return id
    })
    this.#deliver({ t: 'send', channel, args: pack([structuredClone(message)]), ports: ids })
  }
  async loadURL(url) {
    await this.up
    const loaded = new Promise((done) => this.once('did-finish-load', done))
    const { errorText } = await this.cdp('Page.navigate', { url })
    if (errorText) throw new Error(`${errorText} loading '${url}'`)
    await loaded
  }
  async executeJavaScript(expression) {
    await this.up
    const r = await this.cdp('Runtime.evaluate', {
      expression,
      awaitPromise: true,
      returnByValue: true,
      userGesture: true
    })
    if (r.exceptionDetails) throw new Error(r.exceptionDetails.exception?.description ?? r.exceptionDetails.text)
    return r.result.value
  }
  getURL() {
    return this.url ?? ''
  }
  setWindowOpenHandler(f) {
    this.#openHandler = f
  }
  reload() {
    return this.cdp('Page.reload')
  }
  isDestroyed() {
    return !!this.destroyed
  }
  close() {
    return this.owner.close()
  }
  openDevTools() {}
  #gone() {
    if (!this.destroyed) {
      this.destroyed = true
      WebContents.all.delete(this)
      this.emit('destroyed')
    }
  }
}
export const webContents = {
  getAllWebContents: () => [...WebContents.all],
  fromId: (id) => [...WebContents.all].find((w) => w.id === id),
  fromDevToolsTargetId: (id) => [...WebContents.all].find((w) => w.targetId === id)
}
export class BrowserWindow extends EventEmitter {
  static #all = new Set()
  static #last = 0
  static getAllWindows() {
    return [...this.#all]
  }
  static fromId(id) {
    return this.getAllWindows().find((w) => w.id === id) ?? null
  }
  static fromWebContents(wc) {
    return this.getAllWindows().find((w) => w.webContents === wc) ?? null
  }
  static getFocusedWindow() {
    return this.getAllWindows().at(-1) ?? null
  }
  id = ++BrowserWindow.#last
  constructor(options = {}) {
    super()
    BrowserWindow.#all.add(this)
    this.options = { width: 800, height: 600, ...options }
    this.webContents = new WebContents(this.options)
    this.webContents.owner = this
    this.webContents.once('did-finish-load', () => this.emit('ready-to-show'))
    this.webContents.once('destroyed', () => {
      BrowserWindow.#all.delete(this)
      this.emit('closed')
      if (!BrowserWindow.#all.size && !app.quitting && !app.emit('window-all-closed')) app.quit()
    })
  }
  loadURL(url) {
    return this.webContents.loadURL(url)
  }
  loadFile(file, { query, hash } = {}) {
    const url = pathToFileURL(resolve(app.getAppPath(), file))
    if (query) url.search = new URLSearchParams(query)
    if (hash) url.hash = hash
    return this.loadURL(url.href)
  }
  async close() {
    const event = preventable()
    this.emit('close', event)
    if (event.defaultPrevented) return false
    await this.destroy()
    return true
  }
  async destroy() {
    if (this.isDestroyed()) return
    const gone = new Promise((done) => this.webContents.once('destroyed', done))
    await this.webContents.up
    await send('Target.closeTarget', { targetId: this.webContents.targetId })
    await gone
  }
  isDestroyed() {
    return this.webContents.isDestroyed()
  }
  getTitle() {
    return this.title ?? this.options.title ?? app.name
  }
  setTitle(title) {
    this.title = title
  }
  getBounds() {
    return { x: 0, y: 0, width: this.options.width, height: this.options.height }
  }
  isVisible() {
    return true
  }
  isMinimized() {
    return false
  }
  isFocused() {
    return true
  }
  show() {}
  hide() {}
  focus() {}
  restore() {}
  minimize() {}
  maximize() {}
  setMenu() {}
  removeMenu() {}
  setProgressBar(value) {
    this.progress = value
  }
}

// ---- the rest: quiet answers, replaced by a test where it matters ----
export const dialog = {
  showOpenDialog: async () => ({ canceled: true, filePaths: [] }),
  showSaveDialog: async () => ({ canceled: true, filePath: '' }),
  showMessageBox: async () => ({ response: 0, checkboxChecked: false }),
  showErrorBox: (title, text) => console.error(`${title}: ${text}`)
}
export const shell = { openExternal: async () => {}, openPath: async () => '', showItemInFolder() {} }
export const Menu = {
  setApplicationMenu() {},
  getApplicationMenu: () => null,
  buildFromTemplate: (t) => ({ items: t, popup() {} })
}
export const nativeTheme = Object.assign(new EventEmitter(), { shouldUseDarkColors: false, themeSource: 'system' })
export default { app, BrowserWindow, dialog, ipcMain, Menu, MessageChannelMain, nativeTheme, shell, webContents }

// ---- clipboard (kept here, not the system's) ----
let copied = ''
export const clipboard = {
  writeText: async (text) => void (copied = String(text)),
  readText: () => copied
}

// ---- notifications (kept, shown nowhere) ----
export class Notification extends EventEmitter {
  static shown = []
  static isSupported() {
    return true
  }
  constructor(options = {}) {
    super()
    this.options = options
  }
  show() {
    Notification.shown.push(this)
  }
}
