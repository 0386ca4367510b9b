/** The types of the packed Backlot, as users' compilers read them: TypeScript's oldest version that we promise, and ours. */
import { spawn } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { publint } from 'publint'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { npm, pack, ran, userEnvironment } from '../helpers/installed.ts'

// a compiler is slow where others work, too
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 })

const root = join(import.meta.dirname, '../..')
const fixtures = join(root, 'test/fixtures/types')
const require = createRequire(import.meta.url)
const scratch = mkdtempSync(join(tmpdir(), 'backlot-types-'))
const packed = join(scratch, 'packed')
const backlot = join(scratch, 'node_modules/backlot')
let tarball = ''

beforeAll(() => {
  mkdirSync(packed)
  mkdirSync(backlot, { recursive: true })
  tarball = pack(packed)
  expect(ran(['tar', '-xzf', tarball, '-C', backlot, '--strip-components=1'], scratch, {}).code).toBe(0)
  for (const name of readdirSync(fixtures)) cpSync(join(fixtures, name), join(scratch, name))
  for (const name of ['implicit_batching', 'explicit_batching'])
    cpSync(join(root, `examples/guide/${name}.ts`), join(scratch, `${name}.ts`))
  cpSync(join(root, 'examples/vfx_rendering/graph.ts'), join(scratch, 'vfx_rendering.ts'))
  writeFileSync(join(scratch, 'package.json'), '{ "name": "film", "type": "module" }')
})
afterAll(() => rmSync(scratch, { recursive: true, force: true }))

/** Resolves with what it printed, or nothing where it is content. */
function compiled(tsc: string, options: Record<string, unknown>): Promise<string> {
  const config = join(scratch, `tsconfig.${String(options.module)}.json`)
  const compilerOptions = {
    ...{ strict: true, declaration: true, noEmit: true, target: 'es2022', types: [], lib: ['es2022', 'dom'] },
    ...options
  }
  writeFileSync(config, JSON.stringify({ compilerOptions, include: ['*.ts'] }))
  const child = spawn(process.execPath, [tsc, '-p', config], { cwd: scratch })
  let said = ''
  child.stdout.on('data', (text) => (said += String(text)))
  return new Promise((resolve) =>
    child.once('close', (code) => resolve(code === 0 ? said : said || `exit code ${code}`))
  )
}

const nodenext = { module: 'nodenext', moduleResolution: 'nodenext' }
const bundler = { module: 'esnext', moduleResolution: 'bundler' }
/** all that a careful project may have switched on */
const strictest = { exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true, verbatimModuleSyntax: true }

const modes: [string, Record<string, unknown>][] = [
  ['nodenext', { ...nodenext, ...strictest, skipLibCheck: true }],
  ['bundler', { ...bundler, skipLibCheck: false }]
]

test.each(modes)('strict, %s: examples compile, and each slip is found', async (_, options) => {
  const tsc = join(dirname(require.resolve('typescript/package.json')), 'bin/tsc')
  expect(await compiled(tsc, options)).toBe('')
})

// compilers that npm carries, so only where nothing may be left out
describe.skipIf(process.env.BACKLOT_REQUIRE !== '1')(
  'the same with the oldest TypeScript that we promise, and the newest',
  () => {
    test.each(['5.0.4', '7.0.2'])('TypeScript %s', async (version) => {
      const folder = join(scratch, `typescript ${version}`)
      mkdirSync(folder)
      npm(['install', '--prefix', folder, `typescript@${version}`], folder, userEnvironment(folder))
      for (const [, options] of modes)
        expect(await compiled(join(folder, 'node_modules/typescript/bin/tsc'), options)).toBe('')
    })
  }
)

test('the types are whole in themselves: no source of Backlot’s, no types of others', () => {
  const types = readdirSync(join(backlot, 'out/types'), { recursive: true, encoding: 'utf8' })
  expect(types).toEqual(['author.d.ts'])
  const text = readFileSync(join(backlot, 'out/types/author.d.ts'), 'utf8')
  expect(text).not.toMatch(/\bfrom ['"]|import\(|<reference|@internal/)
  expect(readdirSync(backlot, { recursive: true, encoding: 'utf8' }).filter((name) => name.startsWith('src-'))).toEqual(
    []
  )
})

test('@arethetypeswrong/cli and publint have nothing to say', async () => {
  const attw = join(dirname(require.resolve('@arethetypeswrong/cli/package.json')), 'dist/index.js')
  const types = ran([process.execPath, attw, tarball, '--profile', 'esm-only', '--no-color'], scratch, {})
  expect([types.code, types.out + types.err]).toEqual([0, expect.stringContaining('🟢')])
  const { messages } = await publint({ pack: { tarball: new Uint8Array(readFileSync(tarball)).buffer }, strict: true })
  expect(messages).toEqual([])
})
