import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { extractAll, listPackage } from '@electron/asar'
import { FuseV1Options, getCurrentFuseWire } from '@electron/fuses'
import { getConfig, validateConfiguration } from 'app-builder-lib/out/util/config/config.js'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { packageRoot } from '../src-main/paths.ts'

const root = join(import.meta.dirname, '..')
const scratch = mkdtempSync(join(tmpdir(), 'backlot-package-'))
const resources = join(scratch, 'packed/linux-unpacked/resources')
const unpacked = join(resources, 'app.asar.unpacked')

afterAll(() => rmSync(scratch, { recursive: true, force: true }))

const quiet = { isEnabled: false } as Parameters<typeof validateConfiguration>[1]
const configuration = () => getConfig(root, join(root, 'electron-builder.yml'), null)
const validate = async (extra: object) => validateConfiguration({ ...(await configuration()), ...extra }, quiet)

describe('electron-builder.yml', () => {
  test('fits the schema of the electron-builder that is installed, which refuses what it does not know', async () => {
    await expect(validate({})).resolves.toBeUndefined()
    await expect(validate({ electronFuses: { runAsnode: true } })).rejects.toThrow('configuration.electronFuses')
  })

  test('names the four kinds of packages, and decides every fuse', async () => {
    const { linux, mac, win, electronFuses } = await configuration()
    expect([linux, mac, win].map((system) => system?.target)).toEqual([['AppImage', 'deb'], ['dmg'], ['nsis']])
    const names = Object.keys(FuseV1Options).filter((name) => Number.isNaN(Number(name)))
    expect(
      Object.keys(electronFuses ?? {})
        .map((name) => name.toLowerCase())
        .sort()
    ).toEqual(names.map((name) => name.toLowerCase()).sort())
  })
})

/** A folder that electron-builder takes for Electron: nothing in its program but the bytes that fuses are set in. */
function distWithFuses(): string {
  const dist = join(scratch, 'electron')
  mkdirSync(dist)
  const program = join(dist, 'electron')
  const wire = Buffer.concat([
    Buffer.from('dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX'),
    Buffer.from([1, 8]),
    Buffer.from('10110001')
  ])
  writeFileSync(program, Buffer.concat([Buffer.from('#!/bin/sh\nexit 0\n'), wire]))
  chmodSync(program, 0o755)
  return dist
}

describe.skipIf(process.platform !== 'linux')('what electron-builder packs', () => {
  beforeAll(() => {
    const options = [`-c.electronDist=${distWithFuses()}`, `-c.directories.output=${join(scratch, 'packed')}`]
    const builder = join(root, 'node_modules/.bin/electron-builder')
    const done = spawnSync(builder, ['--linux', '--x64', '--dir', ...options], { cwd: root, encoding: 'utf8' })
    expect(done.status, done.stdout + done.stderr).toBe(0)
  })

  test('other programs find their files outside of the archive', () => {
    const python = ['evaluate', 'graph', 'code', 'serve', 'launch'].map((name) => `python/backlot_${name}.py`)
    const node = ['out/main/evaluate.js', 'out/main/author.js', 'examples/rendering/graph.ts']
    const native = ['node_modules/better-sqlite3/prebuilds/linux-x64.node', 'drizzle/meta/_journal.json']
    for (const file of [...python, ...node, ...native]) {
      expect(readFileSync(join(unpacked, file)), file).toEqual(readFileSync(join(root, file)))
    }
  })

  test.each(['evaluate', 'author'])('out/main/%s.js imports nothing that is not in Node', (name) => {
    const text = readFileSync(join(unpacked, 'out/main', `${name}.js`), 'utf8')
    const imported = [...text.matchAll(/^(?:import|export) [^;]*? from "([^"]+)"/gm)].map(([, from]) => from)
    expect(imported.length).toBeGreaterThan(0)
    expect(imported.filter((from) => !from?.startsWith('node:'))).toEqual([])
  })

  test('the window and its program are in the archive alone, and nothing of the clone is', () => {
    const packed = listPackage(join(resources, 'app.asar'), { isPack: false })
    expect(packed).toEqual(
      expect.arrayContaining(['/out/main/main.js', '/out/preload/preload.cjs', '/out/renderer/index.html'])
    )
    expect(existsSync(join(unpacked, 'out/main/main.js'))).toBe(false)
    const tops = new Set(packed.map((path) => path.split('/')[1]))
    expect([...tops].sort()).toEqual([
      'LICENSE',
      'drizzle',
      'examples',
      'node_modules',
      'out',
      'package.json',
      'python'
    ])
    expect(packed.filter((path) => /^\/node_modules\/[^/]+$/.test(path))).toEqual(['/node_modules/better-sqlite3'])
    expect(statSync(join(resources, 'app.asar')).size).toBeLessThan(12 << 20)
  })

  test('the fuses are set in its program: it may run as Node, and takes neither options nor a debugger from outside', async () => {
    const wire = await getCurrentFuseWire(join(scratch, 'packed/linux-unpacked/backlot'))
    const isOn = (fuse: FuseV1Options) => String.fromCharCode(wire[fuse] as number) === '1'
    expect(isOn(FuseV1Options.RunAsNode)).toBe(true)
    expect(isOn(FuseV1Options.EnableNodeOptionsEnvironmentVariable)).toBe(false)
    expect(isOn(FuseV1Options.EnableNodeCliInspectArguments)).toBe(false)
    expect(isOn(FuseV1Options.OnlyLoadAppFromAsar)).toBe(true)
    expect(isOn(FuseV1Options.EnableEmbeddedAsarIntegrityValidation)).toBe(true)
    expect(isOn(FuseV1Options.GrantFileProtocolExtraPrivileges)).toBe(true)
  })

  test('its command line runs a packed example: the evaluators are found beside the archive', () => {
    // Node reads no archives: it is laid out as a folder of the same name, without what has to be real files
    const laid = join(scratch, 'laid/app.asar')
    extractAll(join(resources, 'app.asar'), laid)
    for (const folder of ['python', 'examples', 'out/main/evaluate.js']) rmSync(join(laid, folder), { recursive: true })
    cpSync(unpacked, `${laid}.unpacked`, { recursive: true })
    const graph = join(`${laid}.unpacked`, 'examples/guide/implicit_batching.ts')
    const args = ['--data-dir', join(scratch, 'data'), 'run', graph, '--trust', '--map', 'maya=node']
    const done = spawnSync(process.execPath, [join(laid, 'out/main/cli.cjs'), ...args], { encoding: 'utf8' })
    expect(done.stderr).toContain('succeeded')
    expect(done.status, done.stderr).toBe(0)
    expect(packageRoot(join(laid, 'out/main/chunks'))).toBe(`${laid}.unpacked`)
  })
})
