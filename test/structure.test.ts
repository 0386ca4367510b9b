import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { describe, expect, test } from 'vitest'

const main = join(import.meta.dirname, '../src-main')
const files = readdirSync(main, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'))

/** What a file imports: paths below src-main for our own, names for all else. */
function importsOf(file: string): string[] {
  const text = readFileSync(join(main, file), 'utf8')
  return [...text.matchAll(/^(?:import|export)\s[^'"]*?from\s+'([^']+)'/gms)].map((m) => {
    const name = m[1] as string
    return name.startsWith('.') ? relative(main, join(main, dirname(file), name)) : name
  })
}

/** Inside core, imports point up this list. */
const floors = ['core', 'core/graph', 'core/job', 'core/store', 'core/run', 'core/export']
/** A folder inside a floor belongs to it; `core` itself is the floor of its own files alone. */
const floorOf = (file: string) => floors.indexOf(dirname(file).split('/').slice(0, 2).join('/'))

describe('the house keeps its import rules', () => {
  test.each(files.filter((file) => file.startsWith('core/')))('%s imports upwards only', (file) => {
    for (const name of importsOf(file).filter((n) => n.endsWith('.ts'))) {
      expect(floorOf(name), `${file} imports ${name}`).toBeGreaterThanOrEqual(0)
      expect(floorOf(name), `${file} imports ${name}`).toBeLessThanOrEqual(floorOf(file))
    }
  })

  test.each(files.filter((file) => /^core\/(graph|job)\//.test(file)))(
    '%s is pure: no clock, no files, no processes',
    (file) => {
      const outside = importsOf(file).filter((name) => !name.endsWith('.ts'))
      const harmless = ['zod', 'acorn', 'node:path', 'node:url', 'node:crypto']
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

describe('the window', () => {
  const renderer = join(main, '../src-renderer')
  const sources = readdirSync(renderer, { recursive: true, encoding: 'utf8' }).filter((file) =>
    /\.(ts|svelte)$/.test(file)
  )

  test.each(sources)('%s takes types of the core and nothing else', (file) => {
    const text = readFileSync(join(renderer, file), 'utf8')
    const values = [...text.matchAll(/^\s*import\s+(?!type\b)([^'"]*?)from\s+'([^']*src-main[^']*)'/gm)]
    expect(values.map((m) => m[2])).toEqual([])
  })
})
