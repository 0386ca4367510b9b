/** What the window may ask for: the core's calls, and the few things that only a desktop can do. Every payload is parsed. */
import { clipboard, dialog, ipcMain, shell, type BrowserWindow, type IpcMainInvokeEvent } from 'electron'
import { z } from 'zod'
import type { App } from './app.ts'
import { asText } from './bridge.ts'
import { contract, type CallName, type Input } from './contract.ts'
import type { RunEvent } from './domain/events.ts'
import { fail, ok, type Result } from './domain/result.ts'
import { edit } from './edit.ts'
import { graphExtensions } from './opening.ts'

const path = z.strictObject({ path: z.string().min(1) })

export const desktopContract = {
  pickGraph: z.strictObject({}),
  pickFolder: z.strictObject({ title: z.string() }),
  reveal: path,
  open: path,
  /** in the user's editor, at a line */
  edit: z.strictObject({ path: z.string().min(1).max(4096), line: z.number().int().positive().nullable() }),
  copy: z.strictObject({ text: z.string() })
} as const
export type DesktopCall = keyof typeof desktopContract

const desktop: {
  [N in DesktopCall]: (
    input: z.infer<(typeof desktopContract)[N]>,
    window: BrowserWindow
  ) => Promise<Result<string | null>>
} = {
  pickGraph: async (_, window) => {
    const filters = [{ name: 'Graphs', extensions: [...graphExtensions] }]
    const picked = await dialog.showOpenDialog(window, { title: 'Open a graph', properties: ['openFile'], filters })
    return ok(picked.canceled ? null : (picked.filePaths[0] ?? null))
  },
  pickFolder: async ({ title }, window) => {
    const picked = await dialog.showOpenDialog(window, { title, properties: ['openDirectory', 'createDirectory'] })
    return ok(picked.canceled ? null : (picked.filePaths[0] ?? null))
  },
  reveal: ({ path }) => {
    shell.showItemInFolder(path)
    return Promise.resolve(ok(null))
  },
  open: async ({ path }) => {
    const problem = await shell.openPath(path)
    return problem ? fail('run', `${path} cannot be opened: ${problem}`) : ok(null)
  },
  edit: ({ path, line }) =>
    edit(path, line, { open: (file) => shell.openPath(file), reveal: (file) => shell.showItemInFolder(file) }),
  copy: async ({ text }) => {
    await clipboard.writeText(text)
    return ok(null)
  }
}

/** ms between two bundles of events: one message for all that happened meanwhile. */
const bundleMs = 33
/** An event after a pause waits so long for those that come with it, ms. */
const leastMs = 4

/** Connects a window to the core. Returns how to disconnect them. */
export function connect(app: App, window: BrowserWindow): () => void {
  const fromOurs = (event: IpcMainInvokeEvent) =>
    event.sender === window.webContents && event.senderFrame?.url.startsWith('file:')
  ipcMain.handle('call', (event, name: unknown, input: unknown) => {
    if (!fromOurs(event)) return fail('usage', 'this page may not call Backlot')
    if (typeof name !== 'string' || !Object.hasOwn(contract, name))
      return fail('usage', `there is no call ${String(name)}`)
    const answer = app.call(name as CallName, input as Input<CallName>)
    return asText.has(name as CallName) ? answer.then((value) => JSON.stringify(value)) : answer
  })
  ipcMain.handle('desktop', (event, name: unknown, input: unknown) => {
    if (!fromOurs(event)) return fail('usage', 'this page may not use the desktop')
    if (typeof name !== 'string' || !Object.hasOwn(desktopContract, name))
      return fail('usage', `there is no action ${String(name)}`)
    return act(name as DesktopCall, input, window)
  })
  const stop = sendEvents(app, window)
  return () => {
    stop()
    ipcMain.removeHandler('call')
    ipcMain.removeHandler('desktop')
  }
}

function act<N extends DesktopCall>(name: N, input: unknown, window: BrowserWindow): Promise<Result<string | null>> {
  const parsed = desktopContract[name].safeParse(input)
  if (!parsed.success)
    return Promise.resolve(fail('usage', `${name}: ${parsed.error.issues[0]?.message ?? 'the input does not fit'}`))
  return desktop[name](parsed.data as z.infer<(typeof desktopContract)[N]>, window)
}

function sendEvents(app: App, window: BrowserWindow): () => void {
  let waiting: RunEvent[] = []
  let timer: NodeJS.Timeout | null = null
  let sent = -Infinity
  const flush = () => {
    timer = null
    sent = performance.now()
    const events = waiting
    waiting = []
    if (!window.isDestroyed()) window.webContents.send('events', JSON.stringify(events))
  }
  const off = app.on((event) => {
    waiting.push(event)
    timer ??= setTimeout(flush, Math.max(leastMs, sent + bundleMs - performance.now()))
  })
  return () => {
    off()
    if (timer) clearTimeout(timer)
  }
}
