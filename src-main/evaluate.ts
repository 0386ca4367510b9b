/**
 * Evaluates one node written in TypeScript; the protocol is core/run/PROTOCOL.md, the twin is python/backlot_evaluate.py.
 *
 *     node evaluate.js TASK.json             evaluates a node, writes result.json beside the task
 *     node evaluate.js --graph FILE OUT      writes the graph that a file builds as flowpipe's JSON
 *     node evaluate.js --check REQUEST OUT   says what this interpreter can load, loading nothing
 *
 * It is also what `import … from 'backlot'` means in the files it loads, so it exports the authoring API. Exit codes:
 * 0 done, 1 failed, 2 wrong usage.
 */
import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeSync
} from 'node:fs'
import { registerHooks } from 'node:module'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { inspect } from 'node:util'
import { isGraph, type Graph } from './core/graph/author.ts'
import { readNodeRecord, shown } from './core/graph/flowpipe.ts'
import { compute, definedIn, findDefinition, wholeValue, type Definition } from './core/graph/signature.ts'
import { checkJson, itemsOf, kindOf, memberOf, rawArray, rawObject, rawText, textOf, type Raw } from './core/json.ts'
import { mergeRules, type GraphNode, type Plug } from './core/model.ts'
import { Refusal, take } from './core/result.ts'
import { mergeOutput, readResult } from './core/run/outputs.ts'

export * from './core/graph/author.ts'

const usage = 'usage: evaluate.js TASK.json, or --graph FILE OUT, or --check REQUEST OUT'

/** A sentence for the user, and the error behind it. */
class Failure extends Error {
  override readonly name = 'Failure'
}

/** The node ended the process, or left nothing that could finish it. */
class Exit extends Error {
  override readonly name = 'Exit'
}

/** Writes to the log, whatever the node did to it. */
function say(text: string): void {
  try {
    process.stderr.write(`${text.trimEnd()}\n`)
  } catch {
    // there is no log to write to
  }
}

const ours: [string, Raw][] = [
  ['language', rawText('node')],
  ['version', rawText(process.versions.node)],
  ['flowpipe', 'null']
]

/** Type, message and traceback on any terms: what is thrown may be anything, and reading it may throw again. */
function describe(thrown: unknown): { type: string; message: string; traceback: string } {
  try {
    const error = thrown instanceof Failure && thrown.cause !== undefined ? thrown.cause : thrown
    const message = thrown instanceof Error ? String(thrown.message) : inspect(thrown)
    return { type: typeOf(error), message, traceback: withoutOurs(inspect(error)) }
  } catch {
    const message = 'the node threw a value that cannot be shown'
    return { type: typeof thrown, message, traceback: message }
  }
}

const ourFrames = [import.meta.url, new URL('core/', import.meta.url).href]

/** The traceback without the frames of the evaluator and of Node.js itself. */
const withoutOurs = (traceback: string) =>
  traceback
    .split('\n')
    .filter(
      (line) => !/^\s+at /.test(line) || !(/[( ]node:/.test(line) || ourFrames.some((frame) => line.includes(frame)))
    )
    .join('\n')

function typeOf(error: unknown): string {
  if (error instanceof Failure || error instanceof Refusal) return 'Error'
  return error instanceof Error ? String(error.name) : error === null ? 'null' : typeof error
}

function errorBody(thrown: unknown): Raw {
  const error = describe(thrown)
  say(error.traceback.includes(error.message) ? error.traceback : `${error.traceback}\nbacklot: ${error.message}`)
  return rawObject([
    ['protocol', '1'],
    ['error', rawObject(Object.entries(error).map(([key, text]) => [key, rawText(text)] as const))],
    ['evaluator', rawObject(ours)]
  ])
}

/** Writes the whole file or nothing: a temporary file of the same folder takes its place. */
function writeFile(path: string, text: string): void {
  const temporary = `${path}.${process.pid}.tmp`
  try {
    const file = openSync(temporary, 'w')
    const bytes = Buffer.from(text)
    for (let at = 0; at < bytes.length;) at += writeSync(file, bytes, at)
    fsyncSync(file)
    closeSync(file)
    renameSync(temporary, path)
  } finally {
    rmSync(temporary, { force: true })
  }
}

const readText = (path: string) => readFileSync(path, 'utf8').replace(/^\ufeff/, '')

interface Task {
  node: GraphNode
  frames: Raw | null
  links: Raw[]
}

function taskOf(raw: Raw, folder: string): Task {
  const protocol = memberOf(raw, 'protocol')
  if (protocol !== '1') throw new Failure(`the task is of protocol ${protocol}, this evaluator knows 1`)
  const shared = memberOf(raw, 'record')
  const node =
    shared === undefined ? memberOf(raw, 'node') : memberOf(readNodeFile(join(folder, textOf(shared))), 'record')
  if (node === undefined) throw new Failure('the task has no node')
  const frames = memberOf(raw, 'frames') ?? 'null'
  const links = memberOf(raw, 'links') ?? '[]'
  return { node: readNodeRecord(node, 0, false), frames: frames === 'null' ? null : frames, links: itemsOf(links) }
}

function inputOf(node: GraphNode, name: string, why: string): Plug {
  const plug = node.inputs.find((input) => input.name === name)
  if (!plug) throw new Failure(`the node ${shown(node.name)} has no input ${shown(name)}, ${why}`)
  return plug
}

/** Puts the values of other tasks' results into the record; only bundles have links. */
function resolveLinks({ node, links }: Task, folder: string): void {
  for (const link of links) {
    const text = (key: string) => textOf(memberOf(link, key) ?? '""')
    const key = memberOf(link, 'key') ?? 'null'
    const plug = inputOf(node, text('plug'), 'but a link leads to it')
    const value = linkedValue(link, folder)
    if (key === 'null') plug.value = value
    else setSubPlug(plug, textOf(key), value)
  }
}

/** In its place: the order of sub-plugs is the record's (Q39). */
function setSubPlug(plug: Plug, key: string, value: Raw): void {
  const known = plug.subPlugs.some((sub) => sub.key === key)
  const subs = plug.subPlugs.map((sub) => (sub.key === key ? { key, value } : sub))
  plug.subPlugs = known ? subs : [...subs, { key, value }]
}

/** A bundle's file about a node: its record, and where the results of its tasks are. */
function readNodeFile(path: string): Raw {
  try {
    return take(checkJson(readText(path)))
  } catch (error) {
    throw new Failure(`the node file ${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`)
  }
}

function linkedValue(link: Raw, taskFolder: string): Raw {
  const shared = memberOf(link, 'from') ?? 'null'
  const file = shared === 'null' ? null : join(taskFolder, textOf(shared))
  const folder = file === null ? taskFolder : dirname(file)
  const source = file === null ? link : readNodeFile(file)
  const texts = (key: string) => itemsOf(memberOf(source, key) ?? '[]').map(textOf)
  const optional = (key: string) => {
    const raw = memberOf(link, key) ?? 'null'
    return raw === 'null' ? null : textOf(raw)
  }
  const tasks = texts('tasks')
  const results = texts('results').map((path, i) => {
    const result = readResult(join(folder, path))
    if (result.ok) return result.value.outputs
    throw new Failure(`the task ${shown(tasks[i] ?? path)} has to run first: ${result.error.message}`)
  })
  const rule = optional('merge')
  const known = mergeRules.find((name) => name === rule) ?? null
  if (known !== rule) throw new Failure(`${shown(rule ?? '')} is no merge rule; there are ${mergeRules.join(', ')}`)
  return take(mergeOutput(results, optional('output') ?? '', optional('outputKey'), known)).value
}

/** The frames are the VALUE of the plug (Q04). */
function setFrames({ node, frames }: Task): void {
  if (frames === null) return
  const plug = inputOf(node, 'frames', 'so it cannot be run in batches')
  if (plug.subPlugs.length) {
    throw new Failure(
      `the node ${shown(node.name)} has sub-plugs in its input "frames", so it cannot be run in batches`
    )
  }
  plug.value = frames
}

/** Loads the node's file and finds its definition there, exported or not. */
async function loadDefinition({ name, kind, className, fileLocation: file }: GraphNode): Promise<Definition> {
  const cannot = `the node ${shown(name)} cannot be loaded:`
  if (kind === 'class' || file === null || !/\.[cm]?[jt]s$/.test(file)) {
    throw new Failure(`${cannot} it is no node of a TypeScript or JavaScript file; run it with its own interpreter`)
  }
  if (!existsSync(file)) throw new Failure(`${cannot} there is no file ${file} on this machine`)
  const real = realpathSync(file)
  try {
    await import(pathToFileURL(real).href)
  } catch (error) {
    throw new Failure(`${cannot} ${describe(error).message}`, { cause: error })
  }
  const definition = findDefinition(real, className) ?? findDefinition(file, className)
  if (definition) return definition
  throw new Failure(
    `${cannot} ${file} defines no node ${className}; it defines ${definedIn(real).join(', ') || 'none'}`
  )
}

/** A record may be older than its code (Q41). */
function checkPlugs(node: GraphNode, definition: Definition): void {
  for (const side of ['inputs', 'outputs'] as const) {
    const lost = node[side].find((plug) => !definition[side].some(({ name }) => name === plug.name))
    if (!lost) continue
    const plug = `${side.slice(0, -1)} ${shown(lost.name)}`
    throw new Failure(`the node ${shown(node.name)} cannot be loaded: its code has no ${plug} any more`)
  }
}

/** The text of a task's result. */
async function runTask(raw: Raw, folder: string): Promise<Raw> {
  const task = taskOf(raw, folder)
  resolveLinks(task, folder)
  setFrames(task)
  const { node } = task
  const definition = await loadDefinition(node)
  checkPlugs(node, definition)
  const inputs = rawObject(node.inputs.map((plug) => [plug.name, wholeValue(plug)] as const))
  const begin = performance.now()
  const outputs = await compute(definition, inputs, declaredOutputs(node, definition), shown(node.name))
  const seconds = (performance.now() - begin) / 1000
  return rawObject([
    ['protocol', '1'],
    ['outputs', rawObject(outputs.map((plug) => [plug.name, outputText(plug)] as const))],
    ['seconds', seconds.toFixed(6)],
    ['evaluator', rawObject(ours)]
  ])
}

/** The record's outputs in its order, then those that its code has learned since. */
function declaredOutputs(node: GraphNode, definition: Definition): Plug[] {
  const later = definition.outputs.filter(({ name }) => !node.outputs.some((plug) => plug.name === name))
  const plugs = later.map(({ name, keys }) => ({
    name,
    value: 'null',
    subPlugs: keys.map((key) => ({ key, value: 'null' }))
  }))
  return [...node.outputs, ...plugs]
}

const outputText = ({ value, subPlugs }: Plug): Raw =>
  rawObject([
    ['value', value],
    ['sub_plugs', rawObject(subPlugs.map((sub) => [sub.key, sub.value] as const))]
  ])

/** What the node's code can do to the process besides returning: crash in a callback, exit, wait for nothing. */
class Guard {
  private done = false
  private called: Exit | null = null
  private readonly leaveNow = process.exit.bind(process)
  /** Rejects with what was thrown where nobody caught it. */
  readonly crashed = new Promise<never>((_, reject) => process.on('uncaughtException', reject))

  constructor(onExit: (error: Exit) => void) {
    this.crashed.catch(() => undefined)
    process.stdout.on('error', () => undefined)
    process.stderr.on('error', () => undefined)
    process.exit = (code) => {
      this.called ??= new Exit(`the node called exit(${code ?? ''})`)
      return this.leaveNow(code)
    }
    process.on('exit', () => {
      if (this.done) return
      this.done = true
      process.exitCode = 1
      onExit(this.called ?? new Exit('the node waits for something that nothing is left to bring'))
    })
  }

  /** What happens from here on is ours. */
  finish(): void {
    this.done = true
  }

  /** Ends the process once the log is out, also where the node left timers or sockets behind. */
  end(code: number): void {
    let open = 2
    const flushed = () => (--open === 0 ? this.leaveNow(code) : undefined)
    for (const stream of [process.stdout, process.stderr]) stream.write('', flushed)
    setTimeout(() => this.leaveNow(code), 2000)
  }
}

/** `TASK.json`: writes result.json beside it, whatever the node does. */
async function evaluateFile(path: string): Promise<void> {
  const result = join(dirname(path), 'result.json')
  const guard = new Guard((error) => writeFile(result, errorBody(error)))
  let raw: Raw
  try {
    raw = take(checkJson(readText(path)))
    if (kindOf(raw) !== 'object') throw new Failure('it is no object')
    rmSync(result, { force: true }) // an earlier run's: if this one crashes there is none
  } catch (error) {
    say(`backlot: the task file ${path} cannot be used: ${describe(error).message}`)
    guard.finish()
    return guard.end(2)
  }
  const { body, code } = await settle(Promise.race([runTask(raw, dirname(path)), guard.crashed]))
  guard.finish()
  try {
    writeFile(result, body)
    guard.end(code)
  } catch (error) {
    say(`backlot: the result cannot be written: ${describe(error).message}`)
    guard.end(1)
  }
}

async function settle(running: Promise<Raw>): Promise<{ body: Raw; code: number }> {
  try {
    return { body: await running, code: 0 }
  } catch (error) {
    return { body: errorBody(error), code: 1 }
  }
}

/** The text of the graph that a file builds: its default export, its `graph`, or its only exported Graph. */
async function graphText(file: string): Promise<string> {
  const exported = (await import(pathToFileURL(realpathSync(file)).href)) as Record<string, unknown>
  for (const chosen of [exported.default, exported.graph]) {
    const value: unknown = typeof chosen === 'function' ? await (chosen as () => unknown)() : chosen
    if (isGraph(value)) return value.toText()
  }
  const graphs = [...new Map(Object.entries(exported).map(([name, graph]) => [graph, name]))].filter(([graph]) =>
    isGraph(graph)
  )
  const [only] = graphs
  if (graphs.length === 1 && only) return (only[0] as Graph).toText()
  const what = graphs.length
    ? `exports ${graphs.length} graphs (${graphs.map(([, name]) => name).join(', ')})`
    : 'exports no graph'
  throw new Failure(`${file} ${what}: export the one to use as \`graph\`, or as default, or a function that returns it`)
}

/** The answer to a --check request: which files are there; nothing is loaded to find out. */
function checkText(request: string): string {
  const raw = take(checkJson(readText(request)))
  const modules = itemsOf(memberOf(raw, 'modules') ?? '[]').map((one) => {
    const file = memberOf(one, 'file') ?? 'null'
    const exists = String(file !== 'null' && existsSync(textOf(file)))
    return rawObject([
      ['module', memberOf(one, 'module') ?? 'null'],
      ['importable', exists],
      ['file_exists', exists]
    ])
  })
  return rawObject([
    ...ours,
    ['executable', rawText(process.execPath)],
    ['typing_extensions', 'false'],
    ['modules', rawArray(modules)]
  ])
}

/** `--graph FILE OUT` and `--check REQUEST OUT`: all of OUT, or none and one sentence. */
async function writeAnswer(
  textFor: (path: string) => string | Promise<string>,
  path: string,
  out: string
): Promise<void> {
  const guard = new Guard((error) => say(`backlot: ${path}: ${error.message.replace('the node', 'the file')}`))
  try {
    writeFile(out, await Promise.race([textFor(path), guard.crashed]))
    guard.finish()
    guard.end(0)
  } catch (error) {
    guard.finish()
    say(`backlot: ${placed(error, path)}`)
    guard.end(1)
  }
}

/** The sentence, with the place in the file, or in another one, where the error came from. */
function placed(error: unknown, path: string): string {
  const { type, message, traceback } = describe(error)
  if (error instanceof Failure || error instanceof Refusal) return message
  const places = Array.from(
    traceback.slice(0, 10_000).matchAll(/((?:file:\/\/)?(?:\/|[A-Z]:\\)[^\s()]*?):(\d+)/g),
    ([, file = '', line]) => ({
      file: file.startsWith('file:') ? fileURLToPath(file) : file,
      line
    })
  )
  const { file, line } = places.find((place) => place.file === path) ?? places[0] ?? { file: path, line: undefined }
  return `${file}${line ? `, line ${line}` : ''}: ${type}: ${message.replace(/\s+/g, ' ')}`
}

/** A file that asks for `backlot` gets this very module, so its nodes and ours are registered in one place. */
function offerBacklot(): void {
  registerHooks({
    resolve: (specifier, context, next) =>
      specifier === 'backlot' ? { url: import.meta.url, shortCircuit: true } : next(specifier, context)
  })
}

/** The arguments are those behind `--` where there is one, else all; with none, BACKLOT_TASK names the task. */
async function main(argv: readonly string[]): Promise<void> {
  const given = argv.slice(argv.indexOf('--') + 1)
  const own = given.length ? given : (JSON.parse(process.env.BACKLOT_ARGS || '[]') as string[])
  const [first = '', ...rest] = own.length ? own : [process.env.BACKLOT_TASK ?? '']
  const textFor = first === '--graph' ? graphText : first === '--check' ? checkText : null
  const files = textFor ? rest : [first, ...rest]
  const [path, out] = files
  if (!path || files.length !== (textFor ? 2 : 1) || files.some((file) => file.startsWith('--'))) {
    say(usage)
    process.exitCode = 2
    return
  }
  offerBacklot()
  if (textFor && out) await writeAnswer(textFor, resolve(path), resolve(out))
  else await evaluateFile(resolve(path))
}

function isMain(): boolean {
  const [, script] = process.argv
  return script !== undefined && existsSync(script) && pathToFileURL(realpathSync(script)).href === import.meta.url
}

// not awaited: the files it loads import this module, which has to be ready by then
if (isMain()) void main(process.argv.slice(2))
