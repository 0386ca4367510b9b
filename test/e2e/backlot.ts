/**
 * The built window, the command line beside it, and what all specs ask of a page. A spec says once whether each of its tests
 * gets a folder and a window of its own, or all of them share one.
 */
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import AxeBuilder from '@axe-core/playwright'
import { _electron, expect, test, type ElectronApplication, type Page } from '@playwright/test'
import type { Graph } from '../../src-main/core/graph/author.ts'
import { layoutFaults } from './layout.ts'

export const root = join(import.meta.dirname, '../..')
export const node = process.execPath
export const fixture = (name: string): string => join(root, 'test/fixtures', name)

// these change: whoever imports them sees what they are now
/** of the test, or of all tests that share one */
export let dir: string
/** the data folder */
export let data: string
export let app: ElectronApplication
export let page: Page

/** whether `app` stands for a window that is open */
let isOpen = false

function makeFolder(): void {
  dir = mkdtempSync(join(tmpdir(), 'backlot-e2e-'))
  data = join(dir, 'data')
  mkdirSync(data)
}

export async function close(): Promise<void> {
  if (isOpen) await app.close()
  isOpen = false
}

async function removeFolder(): Promise<void> {
  await close()
  rmSync(dir, { recursive: true, force: true })
}

/** Each test of the spec gets a folder of its own. */
export function eachAlone(): void {
  test.beforeEach(makeFolder)
  test.afterEach(removeFolder)
}

/** The tests of a spec, or of a group in it, share a folder and a window: none may need that another one ran before it. */
export function together(prepare: () => unknown): void {
  test.beforeAll(async () => {
    makeFolder()
    await prepare()
  })
  test.afterAll(removeFolder)
}

export async function launch(...args: string[]): Promise<void> {
  await launchWith({}, ...args)
}

/** With further variables. */
export async function launchWith(env: Record<string, string>, ...args: string[]): Promise<void> {
  ;({ app, page } = await openWindow(data, args, env))
  isOpen = true
}

export interface Shown {
  app: ElectronApplication
  page: Page
}

export const environment = (folder: string): Record<string, string> => ({
  ...process.env,
  BACKLOT_DATA_DIR: folder,
  BACKLOT_OUTPUT_DIR: join(dir, 'images')
})

/** A further one, on a data folder of its own; whoever opens it closes it. */
export async function openWindow(folder: string, args: string[], env: Record<string, string> = {}): Promise<Shown> {
  const opened = await _electron.launch({
    ...{ args: [root, ...args], cwd: root },
    env: { ...environment(folder), ...env }
  })
  const first = await opened.firstWindow()
  await first.waitForURL(/index\.html/)
  return { app: opened, page: first }
}

/** The window dies without a word. */
export async function kill(): Promise<void> {
  const gone = new Promise((done) => app.process().once('exit', done))
  app.process().kill('SIGKILL')
  await gone
  isOpen = false
}

export function graphFile(graph: Graph): string {
  const path = join(dir, `${graph.name}.json`)
  writeFileSync(path, graph.toText())
  return path
}

export const commandLine = (...args: string[]): string[] => [join(root, 'scripts/cli.mjs'), '--data-dir', data, ...args]

/** The command line on the same data folder; gives its exit code, which is 0 or, of a job that failed, 1. */
export function backlot(...args: string[]): number | null {
  const done = spawnSync(node, commandLine(...args), { encoding: 'utf8' })
  expect([0, 1], done.stderr).toContain(done.status)
  return done.status
}

/** A program that has to succeed. */
export function run(program: string, ...args: string[]): void {
  const done = spawnSync(program, args, { encoding: 'utf8' })
  expect(done.status, done.stderr).toBe(0)
}

/** As the desktop does it with a file that is dropped on the program. */
export const openFile = (path: string): Promise<void> =>
  app.evaluate(({ BrowserWindow }, file) => BrowserWindow.getAllWindows()[0]?.webContents.send('open', file), path)

/** What accessibility rules say is wrong, of every impact. */
export async function axe(): Promise<string[]> {
  const found = await new AxeBuilder({ page }).setLegacyMode(true).analyze()
  expect(found.passes.length, 'it looked').toBeGreaterThan(10)
  return found.violations.map((v) => `${v.id}: ${v.nodes[0]?.html}`)
}

/** The same of contrast alone: what is right in one theme can be wrong in the other in this only. */
export async function contrast(): Promise<string[]> {
  const found = await new AxeBuilder({ page }).setLegacyMode(true).withRules(['color-contrast']).analyze()
  return found.violations.flatMap((v) => v.nodes.map(({ html }) => `${v.id}: ${html}`))
}

/** What is wrong with the layout when the page has come to rest. */
export async function faultsThatStay(): Promise<string[]> {
  let last: string[] = []
  const look = async () => (last = await layoutFaults(page)).length
  await expect
    .poll(look, { timeout: 3000, intervals: [100, 200, 400] })
    .toBe(0)
    .catch(() => undefined)
  return last
}

export async function setTheme(theme: 'light' | 'dark'): Promise<void> {
  await page.evaluate((choice) => localStorage.setItem('backlot.theme', choice), theme)
  await page.reload()
}

/** The views of a job are tabs. */
export const tab = (name: string) => page.getByRole('tab', { name: new RegExp(`^${name}`) })
export const status = () => page.getByTestId('job-status')
/** The list at the side. */
export const inSidebar = (text: string) =>
  page.getByRole('navigation', { name: 'Jobs' }).getByText(text, { exact: true })
