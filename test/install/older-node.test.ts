/** What a Node that is too old is told: the files that it reads first have to be in a language that it knows. */
import { cpSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { parse } from 'acorn'
import { expect, test } from 'vitest'
import { scratch } from '../helpers/app.ts'
import { ran } from '../helpers/installed.ts'

const root = join(import.meta.dirname, '../..')
const require = createRequire(import.meta.url)
const { isNewEnough, named, engines } = require('../../bin/oldest.cjs') as {
  isNewEnough(version: string): boolean
  named: string
  engines: string
}
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { engines: { node: string } }

test.each(['backlot', 'oldest', 'older', 'own-node'])('bin/%s.cjs can be read by Node 6', (name) => {
  const text = readFileSync(join(root, 'bin', `${name}.cjs`), 'utf8')
  expect(() => parse(text, { ecmaVersion: 2015, allowHashBang: true, sourceType: 'script' })).not.toThrow()
  // nor does it ask for modules by a name of later ones
  expect(text).not.toMatch(/require\('node:/)
})

test('package.json names the Node that the bin script asks for', () => {
  expect(manifest.engines.node).toBe(engines)
})

test.each([
  ['6.17.1', false],
  ['12.22.12', false],
  ['20.20.2', false],
  // it has no Node-API 10, which our SQLite is compiled for
  ['22.0.0', false],
  ['22.13.1', false],
  ['22.15.0', true],
  ['23.5.0', false],
  ['23.6.0', true],
  ['24.0.0', true],
  ['26.1.0', true]
])('Node %s: %s', (version, expected) => {
  expect(isNewEnough(version)).toBe(expected)
})

/** Runs the bin script as if this Node were another. */
function asNode(version: string, bin: string) {
  const code = `Object.defineProperty(process, 'version', { value: 'v${version}' })
Object.defineProperty(process.versions, 'node', { value: '${version}' })
process.argv.splice(1, 1, ${JSON.stringify(bin)})
require(${JSON.stringify(bin)})`
  return ran([process.execPath, '-e', code, bin, 'jobs'], root, {})
}

test('without one of its own it says in one sentence which Node is needed, before it loads anything else', () => {
  const folder = scratch()
  cpSync(join(root, 'bin'), join(folder, 'bin'), { recursive: true })
  const { code, out, err } = asNode('18.20.4', join(folder, 'bin/backlot.cjs'))
  expect([code, out]).toEqual([2, ''])
  expect(err).toBe(
    `backlot needs Node ${named}, and this is v18.20.4 (${process.execPath}); install a newer one, or put it first on the PATH\n`
  )
})
