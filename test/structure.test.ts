import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { describe, expect, test } from 'vitest'

const main = join(import.meta.dirname, '../src-main')
const files = readdirSync(main, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'))

/** What a file imports, in any way: paths below src-main for our own, names for all else. */
function importsOf(file: string): string[] {
  const text = readFileSync(join(main, file), 'utf8')
  const imports = text.matchAll(/^(?:import|export)\s(?:[^'"]*?\sfrom\s+)?'([^']+)'|\bimport\('([^']+)'\)/gms)
  return [...imports].map(([, still, late]) => {
    const name = still ?? late ?? ''
    return name.startsWith('.') ? relative(main, join(main, dirname(file), name)) : name
  })
}

/** Imports point up this list; the shells at its end may import all of it. */
const floors = [
  'domain',
  ...['graph', 'convert', 'store', 'job', 'process', 'attempt', 'evaluator', 'run', 'rehearse', 'export'].map(
    (room) => `core/${room}`
  ),
  'contract.ts',
  'control',
  'api',
  'app.ts'
]
const shells = floors.length
const floorOf = (file: string) => {
  const found = floors.findIndex((floor) => file === floor || file.startsWith(`${floor}/`))
  return found < 0 ? shells : found
}
/** What the node evaluator and the paths are: no floor of their own, imported from several. */
const apart = ['paths.ts', 'evaluate', 'evaluate.ts', 'api.ts']
const isApart = (file: string) => apart.some((name) => file === name || file.startsWith(`${name}/`))

describe('the house keeps its import rules', () => {
  test.each(files.filter((file) => !isApart(file)))('%s imports upwards only', (file) => {
    for (const name of importsOf(file).filter((n) => n.endsWith('.ts') && !isApart(n))) {
      expect(floorOf(name), `${file} imports ${name}`).toBeLessThanOrEqual(floorOf(file))
    }
  })

  test('every file of core has a room', () => {
    expect(files.filter((file) => file.startsWith('core/') && floorOf(file) === shells)).toEqual([])
  })

  test.each(files.filter((file) => /^(?:domain|core\/(?:graph|convert))\//.test(file)))(
    '%s is pure: no clock, no files, no processes',
    (file) => {
      const outside = importsOf(file).filter((name) => !name.endsWith('.ts'))
      const harmless = [
        'zod',
        'acorn',
        '@eslint-community/regexpp',
        'fastest-levenshtein',
        ...['fast-png', 'geotiff', 'three', 'three/addons/loaders/HDRLoader.js', 'three/addons/loaders/TGALoader.js'],
        'node:path',
        'node:url',
        'node:crypto'
      ]
      expect(outside.filter((name) => !harmless.includes(name))).toEqual([])
      expect(readFileSync(join(main, file), 'utf8')).not.toMatch(/\bDate\.now\(|\bperformance\.|\bprocess\.env/)
    }
  )

  test('only the shell may know Electron; only the store knows the database', () => {
    const shell = ['main.ts', 'window.ts', 'preload.ts', 'ipc.ts', 'menu.ts', 'notify.ts', 'opening.ts', 'quit.ts']
    for (const file of files) {
      if (!shell.includes(file)) expect(importsOf(file), file).not.toContain('electron')
      const database = importsOf(file).filter((name) => /^(better-sqlite3|drizzle-orm)/.test(name))
      if (!file.startsWith('core/store/')) expect(database, file).toEqual([])
    }
  })

  test('no barrels, no utils, no managers', () => {
    expect(files.filter((file) => /(^|\/)(index|utils?|helpers?|manager|service)\.ts$/i.test(file))).toEqual([])
  })
})

/** The circles of imports among files, types included: each as a path back to its first file. */
function circles(root: string, names: readonly string[]): string[] {
  const known = new Set(names)
  const imports = (file: string) => {
    const text = readFileSync(join(root, file), 'utf8')
    const found = text.matchAll(/\b(?:from|import)\s*\(?'(\.[^']+)'/g)
    return [...found]
      .map(([, name = '']) => relative(root, join(root, dirname(file), name)))
      .filter((n) => known.has(n))
  }
  const done = new Set<string>()
  const found: string[] = []
  const walk = (file: string, path: readonly string[]): void => {
    if (path.includes(file)) found.push([...path.slice(path.indexOf(file)), file].join(' → '))
    if (done.has(file) || path.includes(file)) return
    for (const next of imports(file)) walk(next, [...path, file])
    done.add(file)
  }
  for (const file of names) walk(file, [])
  return found
}

test('no circle of imports, types included', () => {
  const root = join(main, '..')
  const names = ['src-main', 'src-renderer'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((file) => join(folder, file))
  )
  expect(
    circles(
      root,
      names.filter((file) => /\.(ts|svelte)$/.test(file))
    )
  ).toEqual([])
})

describe('the window', () => {
  const renderer = join(main, '../src-renderer')
  const sources = readdirSync(renderer, { recursive: true, encoding: 'utf8' }).filter((file) =>
    /\.(ts|svelte)$/.test(file)
  )

  test.each(sources)('%s takes the domain, and types of the contract', (file) => {
    const text = readFileSync(join(renderer, file), 'utf8')
    const taken = [
      ...text.matchAll(/(?:^|\s)import\s(type\s)?[^'"]*?'([^']*\/src-main\/[^']*)'|\bimport\('([^']*src-main[^']*)'/gm)
    ]
    const strange = taken.filter(([, type, still = '']) => {
      const name = still.replace(/^.*src-main\//, '')
      return !name.startsWith('domain/') && !(type && ['contract.ts', 'api.ts', 'bridge.ts'].includes(name))
    })
    expect(strange.map(([found]) => found.trim())).toEqual([])
  })
})

describe('what one system has of its own stays behind the seams', () => {
  const root = join(main, '..')
  const sources = ['src-main', 'src-renderer', 'python'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.(ts|svelte|py)$/.test(file))
      .map((file) => `${folder}/${file.replaceAll('\\', '/')}`)
  )
  /** Without comments and docstrings: words may name what code may not. */
  const codeOf = (file: string) =>
    readFileSync(join(root, file), 'utf8')
      .replace(/\/\*[^]*?\*\/|"""[^]*?"""/g, '')
      .replace(/(?:\/\/|#) .*$/gm, '')
  const processes = /^src-main\/core\/process\/(?:posix|windows)\/|^python\/backlot_system\.py$/
  /** Rooms are Linux's alone, and the kernel's names are what they are made of. */
  const rooms = /^src-main\/core\/rehearse\//

  test.each([
    ['process groups and signals', /process\.kill\(-|os\.kill(?:pg)?\(/, processes],
    ['signals to others by their pids alone', /process\.kill\((?!process\.pid\b)/, processes],
    ['/proc', /['"`]\/proc\b/, (file: string) => processes.test(file) || rooms.test(file)],
    ['kernel32 and job objects', /kernel32|@koromix|\bwindll\b|WinDLL/i, processes],
    [
      'paths taken apart at slashes',
      /\.split\((['"`])\/\1\)|lastIndexOf\((['"`])\/\2\)/,
      /^src-main\/domain\/paths\.ts$/
    ]
  ] as const)('%s', (_, pattern, allowed) => {
    const isAllowed = (file: string) => (typeof allowed === 'function' ? allowed(file) : allowed.test(file))
    expect(sources.filter((file) => !isAllowed(file) && pattern.test(codeOf(file)))).toEqual([])
  })

  test('every file of a checkout has the same bytes, whatever git makes of the ends of lines', () => {
    const listed = spawnSync('git', ['ls-files', '--eol'], { cwd: root, encoding: 'utf8' }).stdout
    const odd = listed.split('\n').filter((line) => line !== '' && !/attr\/(?:text=auto eol=lf|-text)/.test(line))
    expect(odd).toEqual([])
    expect(listed).not.toContain('i/crlf')
  })
})
