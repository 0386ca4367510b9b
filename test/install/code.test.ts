/** What V8 compiled is kept for the next start (bin/code.cjs): never the code of another text, and never needed. */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'

let folder: string
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'backlot-code-'))))
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const code = join(import.meta.dirname, '../../bin/code.cjs')
/** Called late, so that V8 has compiled it when the program ends and not when it is loaded. */
const plain = (word: string, status = 0) =>
  `function said() { return ${JSON.stringify(word)} }\nsetTimeout(() => { console.log(said()); process.exitCode = ${status} })`
/** With its stamp, as the build gives it. */
const program = (word: string, status = 0) => stamped(plain(word, status))
const stamped = (text: string) => `// build ${createHash('sha256').update(text).digest('hex')}\n${text}`

function run(text: string, { command = 'jobs', flags = [] as string[] } = {}) {
  const file = join(folder, 'program.cjs')
  writeFileSync(file, text)
  const start = `require(${JSON.stringify(code)}).runKept(${JSON.stringify(file)}, ${JSON.stringify(folder)}, ${JSON.stringify(command)})`
  const { stdout, stderr, status } = spawnSync(process.execPath, [...flags, '-e', start], { encoding: 'utf8' })
  return { said: stdout.trim(), stderr, status }
}
const keptFiles = () => readdirSync(folder).filter((name) => name !== 'program.cjs')
const [right, nothing] = [(word: string) => ({ said: word, stderr: '', status: 0 }), [] as string[]]

test('is kept for each command, by its first three runs', () => {
  expect(run(program('one'))).toEqual(right('one'))
  const [file = ''] = keptFiles()
  expect(keptFiles()).toEqual([expect.stringMatching(/^backlot-[^/]+-jobs\.code$/)])
  const told = () => readFileSync(join(folder, file)).toString('latin1', 4, 160)
  expect(told()).toContain('"runs":1')
  for (let i = 0; i < 4; i++) expect(run(program('one'))).toEqual(right('one'))
  expect(told()).toContain('"runs":3')
  expect(run(program('one'), { command: 'log' })).toEqual(right('one'))
  expect(keptFiles()).toHaveLength(2)
})

test('a text of the same length is another text', () => {
  run(program('one'))
  expect(run(program('two'))).toEqual(right('two'))
  expect(run(program('one'))).toEqual(right('one'))
})

test('a text without a stamp is run, and nothing is kept of it', () => {
  expect(run(plain('one'))).toEqual(right('one'))
  expect(keptFiles()).toEqual(nothing)
})

test('a file that is cut short or full of something else is made anew', () => {
  run(program('one'))
  const file = join(folder, keptFiles()[0] ?? '')
  const whole = readFileSync(file)
  for (const bytes of [...[0, 90, whole.length - 1].map((end) => whole.subarray(0, end)), Buffer.alloc(4000)]) {
    writeFileSync(file, bytes)
    expect(run(program('one'))).toEqual(right('one'))
    expect(readFileSync(file).toString('latin1', 4, 160)).toContain('"runs":1')
  }
})

test('V8 with other flags has a file of its own; one whose flags changed meanwhile keeps none', () => {
  run(program('one'))
  expect(run(program('one'), { flags: ['--no-opt'] })).toEqual(right('one'))
  expect(keptFiles()).toHaveLength(2)
  const changes = stamped(`require('node:v8').setFlagsFromString('--max-lazy');${plain('one')}`)
  expect(run(changes, { command: 'run' })).toEqual(right('one'))
  expect(keptFiles()).toHaveLength(2)
})

test('a command line that is wrong keeps nothing, and neither does a word that is no name', () => {
  expect(run(program('usage', 2), { command: 'jbos' }).status).toBe(2)
  for (const command of ['', '../../x', 'a/b', 'X']) expect(run(program('one'), { command })).toEqual(right('one'))
  expect(keptFiles()).toEqual(nothing)
})

test('a folder that cannot be written costs nothing but time', () => {
  const gone = join(folder, 'gone')
  const file = join(folder, 'program.cjs')
  writeFileSync(file, program('one'))
  const start = `require(${JSON.stringify(code)}).runKept(${JSON.stringify(file)}, ${JSON.stringify(gone)}, 'jobs')`
  expect(spawnSync(process.execPath, ['-e', start], { encoding: 'utf8' })).toMatchObject({
    stdout: 'one\n',
    stderr: ''
  })
})
