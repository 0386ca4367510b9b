import { beforeEach, expect, test, vi } from 'vitest'
import type { App } from '../src-main/app.ts'
import type { BrowserWindow } from 'electron'

type Handle = (event: unknown, name: unknown, input: unknown) => unknown

/** What Electron gives the main process, as far as the bridge to the window uses it. */
const electron = vi.hoisted(() => ({ handlers: new Map<string, Handle>(), copied: [] as string[] }))
vi.mock('electron', () => ({
  ipcMain: {
    handle: (channel: string, handle: Handle) => electron.handlers.set(channel, handle),
    removeHandler: (channel: string) => electron.handlers.delete(channel)
  },
  clipboard: { writeText: (text: string) => void electron.copied.push(text) },
  dialog: {},
  shell: {}
}))
const { connect } = await import('../src-main/ipc.ts')

const page = { url: 'file:///app/index.html' }
const webContents = { send: () => undefined }

/** The bridge of one window; `calls` are the core's calls that got through. */
function bridge() {
  const calls: unknown[] = []
  const app = {
    call: (name: string) => Promise.resolve((calls.push(name), { ok: true, value: null })),
    on: () => () => undefined
  }
  const part = connect(app as unknown as App, { webContents } as unknown as BrowserWindow)
  const send = async (channel: string, event: unknown, name: unknown, input: unknown = {}) =>
    (await electron.handlers.get(channel)?.(event, name, input)) as { ok: boolean; error?: { message: string } }
  return { calls, part, send }
}

beforeEach(() => {
  electron.handlers.clear()
  electron.copied.length = 0
})

test('our own page in our own window may call', async () => {
  const { calls, send } = bridge()
  const event = { sender: webContents, senderFrame: page }
  expect(await send('call', event, 'job.show')).toEqual({ ok: true, value: null })
  expect(calls).toEqual(['job.show'])
  expect(await send('desktop', event, 'copy', { text: 'x' })).toEqual({ ok: true, value: null })
  expect(electron.copied).toEqual(['x'])
})

test('answers that are large or come often go to the page as text', async () => {
  const { send } = bridge()
  const answer = await send('call', { sender: webContents, senderFrame: page }, 'job.list')
  expect(answer).toBe(JSON.stringify({ ok: true, value: null }))
})

test.each<[string, unknown]>([
  ['another window', { sender: { send: () => undefined }, senderFrame: page }],
  ['a page of the web in our window', { sender: webContents, senderFrame: { url: 'https://example.com/file:' } }],
  ['a frame that is gone', { sender: webContents, senderFrame: null }]
])('%s may neither call nor use the desktop', async (_, event) => {
  const { calls, send } = bridge()
  expect(await send('call', event, 'job.list')).toMatchObject({ ok: false, error: { kind: 'usage' } })
  expect(await send('desktop', event, 'copy', { text: 'x' })).toMatchObject({ ok: false, error: { kind: 'usage' } })
  expect([calls, electron.copied]).toEqual([[], []])
})

test.each(['call', 'desktop'])(
  '%s: names that are not there are refused, also those that every object has',
  async (channel) => {
    const { calls, send } = bridge()
    for (const name of ['nonsense', 'constructor', '__proto__', 5, undefined])
      expect(await send(channel, { sender: webContents, senderFrame: page }, name)).toMatchObject({ ok: false })
    expect(calls).toEqual([])
  }
)

test('what the desktop is asked for is checked', async () => {
  const { send } = bridge()
  const refused = await send('desktop', { sender: webContents, senderFrame: page }, 'copy', { text: 5 })
  expect(refused).toMatchObject({ ok: false, error: { message: expect.stringContaining('copy') } })
  expect(electron.copied).toEqual([])
})

test('a window that closes takes its handlers with it', () => {
  bridge().part()
  expect(electron.handlers.size).toBe(0)
})
