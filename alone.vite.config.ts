import { createHash } from 'node:crypto'
import { resolve } from 'node:path'
import { builtinModules } from 'node:module'
import { promisify } from 'node:util'
import { defineConfig, type Plugin } from 'vite'
import { noteLicenses } from './licenses.vite.ts'
import { readPattern } from './src-main/domain/pattern.ts'
import { shippedPatterns } from './src-main/domain/renderers.ts'

const sources: Readonly<Record<string, string>> = {
  cli: 'src-main/main-cli.ts',
  evaluate: 'src-main/evaluate.ts',
  author: 'src-main/core/graph/author.ts',
  pictures: 'src-main/core/job/pictures/worker.ts',
  logs: 'src-main/core/attempt/log-thread.ts'
}

/** Modules of Node that take milliseconds to load, crypto as long as Node itself: a command that needs none loads none. */
const heavy = [
  ...['child_process', 'crypto', 'dns/promises', 'fs/promises', 'net', 'readline', 'stream/promises'],
  ...['timers/promises', 'vm', 'worker_threads', 'zlib']
]
const nameOf = (id: string): string => id.replace(/^node:/, '')

/** Classes that are used; members that are no functions are left out, so that a build in need of one fails. */
const classes = ['Script', 'Worker']

/** A function that loads its module when it is called, or when it is made one that gives a promise. */
function standInFor(member: string, value: object): string {
  const called = `export const ${member} = (...given) => load().${member}(...given)`
  if (!(promisify.custom in value)) return called
  const asked = `{ get: () => load().${member}[promised] }`
  return `${called}\nObject.defineProperty(${member}, promised, ${asked})`
}

/** The text of a module that stands for one of Node's. */
function standIn(name: string): string {
  const members: [string, unknown][] = Object.entries(process.getBuiltinModule(name) ?? {})
  const exported = members.flatMap(([member, value]) => {
    if (classes.includes(member)) return [`export const ${member} = /* @__PURE__ */ (() => load().${member})()`]
    return typeof value === 'function' && /^[a-z]/.test(member) ? [standInFor(member, value)] : []
  })
  const load = `const promised = Symbol.for('nodejs.util.promisify.custom')\nlet loaded\nconst load = () => (loaded ??= process.getBuiltinModule('node:${name}'))`
  return [load, 'export default new Proxy({}, { get: (_, member) => load()[member] })', ...exported].join('\n')
}

function whenNeeded(): Plugin {
  const mark = '\0when-needed:'
  return {
    name: 'when-needed',
    enforce: 'pre',
    resolveId: (id) => (heavy.includes(nameOf(id)) ? mark + nameOf(id) : null),
    load: (id) => (id.startsWith(mark) ? { moduleSideEffects: false, code: standIn(id.slice(mark.length)) } : null)
  }
}

/** Looking at the shipped rules' patterns takes as long as the rest of a small job. */
const shippedMarks: Plugin = {
  name: 'shipped-marks',
  transform(_, id) {
    if (!id.endsWith('src-main/domain/known-marks.ts')) return null
    const marks = shippedPatterns().flatMap((pattern) => {
      const facts = readPattern(pattern)
      return facts.ok ? [[pattern, facts.value.marks]] : []
    })
    return `export const knownMarks = ${JSON.stringify(marks)}`
  }
}

/**
 * better-sqlite3's own JavaScript, thirteen files that Node takes as long to find as SQLite to open: they are bundled, and
 * only the compiled library is looked for where npm put it.
 */
const sqliteInside: Plugin = {
  name: 'sqlite-inside',
  transform(code, id) {
    if (!id.endsWith('better-sqlite3/lib/binding.js')) return null
    const own = "path.dirname(require.resolve('better-sqlite3'))"
    return code
      .replace("'use strict';", `'use strict';\nconst place = () => ${own};`)
      .replaceAll('__dirname', 'place()')
  }
}

/**
 * V8 holds a text of ASCII alone in half the memory, and reads it in less time. It compiles at once what stands in
 * parentheses, which is each module that loads late; here one is compiled when a command needs it.
 */
const forV8: Plugin = {
  name: 'for-v8',
  generateBundle(_, bundle) {
    for (const file of Object.values(bundle))
      if (file.type === 'chunk')
        file.code = file.code
          .replaceAll('__esmMin((() =>', '__esmMin((0, () =>')
          .replace(/[^\0-\x7f]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)
  }
}

/**
 * The chunks of the command line as functions of one file: one is read sooner than a hundred, and of a function that is not
 * called V8 keeps its name alone, where it would keep a note of every function of a flat bundle (10 ms per MB to read).
 */
const oneFile: Plugin = {
  name: 'one-file',
  generateBundle(_, bundle) {
    const chunks = Object.values(bundle).flatMap((file) => (file.type === 'chunk' ? [file] : []))
    const functions = chunks.map(
      ({ fileName, code }) => `${JSON.stringify(`./${fileName}`)}(exports, require) {\n${code}}`
    )
    const [entry] = chunks.filter(({ isEntry }) => isEntry)
    if (!entry) throw new Error('the command line has no entry')
    for (const { fileName } of chunks) if (fileName !== entry.fileName) Reflect.deleteProperty(bundle, fileName)
    const code = [
      `const chunks = {\n${functions.join(',\n')}\n}`,
      'const loaded = new Map()',
      'chunk.resolve = require.resolve',
      'function chunk(id) {',
      '  if (!Object.hasOwn(chunks, id)) return require(id)',
      '  if (!loaded.has(id)) {',
      '    loaded.set(id, {})',
      '    chunks[id](loaded.get(id), chunk)',
      '  }',
      '  return loaded.get(id)',
      '}',
      `chunk(${JSON.stringify(`./${entry.fileName}`)})\n`
    ].join('\n')
    // bin/code.cjs knows by it whether what V8 compiled is of this text
    entry.code = `// build ${createHash('sha256').update(code).digest('hex')}\n${code}`
  }
}

const ofNode = builtinModules.flatMap((name) => [name, `node:${name}`])

const isThread = (mode: string): boolean => mode === 'pictures' || mode === 'logs'
const isCommonJs = (mode: string): boolean => mode === 'cli' || isThread(mode)

/**
 * `--mode cli`, `pictures`, `logs`, `evaluate` and `author`: files that need nothing beside them; `pictures` and `logs` are
 * threads'. Bundles carry the node evaluator to machines without Backlot, and users' graphs import the authoring API from
 * wherever the package lies.
 */
export default defineConfig(({ mode }) => ({
  plugins: [...(mode === 'cli' ? [whenNeeded(), shippedMarks, sqliteInside, forV8, oneFile] : []), noteLicenses()],
  build: {
    ssr: true,
    target: 'node22',
    outDir: 'out/main',
    emptyOutDir: false,
    // of the decoders nobody reads a stack trace
    minify: mode === 'pictures',
    rolldownOptions: {
      input: { [mode]: resolve(import.meta.dirname, sources[mode] ?? '') },
      external: mode === 'cli' ? ofNode.filter((id) => !heavy.includes(nameOf(id))) : ofNode,
      output: {
        entryFileNames: isCommonJs(mode) ? '[name].cjs' : '[name].js',
        chunkFileNames: '[name].cjs',
        format: isCommonJs(mode) ? 'cjs' : 'es',
        codeSplitting: !isThread(mode),
        comments: { legal: true, jsdoc: mode !== 'cli', annotation: true }
      }
    }
  },
  ssr: { noExternal: true }
}))
