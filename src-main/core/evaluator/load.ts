/** Brings a graph in from a file, and asks interpreters what they are. Importing JSON never executes anything (Q40). */
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { extname, join, resolve } from 'node:path'
import { readGraph } from '../graph/flowpipe.ts'
import type { Job } from '../convert/convert.ts'
import { callOf, evaluatorOf } from '../../domain/command.ts'
import type { EvaluatorKind, Interpreter } from '../../domain/interpreter.ts'
import { moduleKey, type CheckOutcome, type InterpreterCheck } from '../convert/preflight.ts'
import type { Graph } from '../graph/model.ts'
import { bytesText } from '../../domain/durations.ts'
import { fail, ok, type Result } from '../../domain/result.ts'
import { lastLines } from '../attempt/read.ts'
import { endGroup } from '../process/group.ts'
import { start } from '../process/runner.ts'
import { environmentOf } from '../attempt/environment.ts'

export type Evaluators = Readonly<Record<EvaluatorKind, string>>

export interface LoadedGraph {
  graph: Graph
  /** SHA-256 of its text: what it is stored by */
  hash: string
  /** SHA-256 of what the user sees and allows: the JSON, or the file that builds the graph (identifiers differ each time) */
  trustHash: string
  /** absolute path */
  source: string
}

export const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex')

/** V8 holds no longer text. */
const maxGraphBytes = 500e6

/** Errors (`input`): there is no such file, it is no text, or too large. */
export function readText(path: string): Result<string> {
  try {
    const { size } = statSync(path)
    if (size > maxGraphBytes)
      return fail(
        'input',
        `${path} has ${bytesText(size)}; a graph of more than ${bytesText(maxGraphBytes)} cannot be read`
      )
    const bytes = readFileSync(path)
    return ok(new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(bytes))
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return fail('input', `there is no file ${path}`)
    if (code === 'EISDIR') return fail('input', `${path} is a folder; name a graph file`)
    if (error instanceof TypeError) return fail('input', `${path} is not UTF-8 text, so it is no graph JSON`)
    return fail('input', `${path} cannot be read: ${message}`)
  }
}

/**
 * Reads a graph from `.json` text, or asks a `.py` or `.ts` file for it through its interpreter. Errors (`input`): the file
 * or its content; `run`: the interpreter.
 */
export async function loadGraph(
  path: string,
  interpreters: readonly Interpreter[],
  evaluators: Evaluators
): Promise<Result<LoadedGraph>> {
  const source = resolve(path)
  const language = { '.py': 'python', '.ts': 'node', '.mts': 'node', '.js': 'node', '.mjs': 'node' }[
    extname(source).toLowerCase()
  ]
  const file = readText(source)
  if (!file.ok) return file
  const text = language === undefined ? file : await askForGraph(source, language, interpreters, evaluators)
  if (!text.ok) return text
  const graph = readGraph(text.value)
  if (!graph.ok) return fail(graph.error.kind, `${path}: ${graph.error.message}`, graph.error.details)
  return ok({ graph: graph.value, hash: hashOf(text.value), trustHash: hashOf(file.value), source })
}

async function askForGraph(
  source: string,
  language: string,
  interpreters: readonly Interpreter[],
  evaluators: Evaluators
): Promise<Result<string>> {
  const interpreter = interpreters.find((entry) => entry.name === language)
  if (!interpreter)
    return fail(
      'input',
      `${source} needs the interpreter ${language}, which is not set; add it with: backlot interpreter set ${language} …`
    )
  return inScratch(async (folder) => {
    const out = join(folder, 'graph.json')
    const called = await callEvaluator(interpreter, evaluators, ['--graph', source, out], folder)
    return called.ok ? readText(out) : fail('input', `${source} gave no graph: ${called.error.message}`)
  })
}

async function inScratch<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'backlot-'))
  try {
    return await work(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** An interpreter that says nothing for so long hangs. */
const callTimeoutMs = 120_000

async function callEvaluator(
  interpreter: Interpreter,
  evaluators: Evaluators,
  args: string[],
  folder: string
): Promise<Result<null>> {
  const places = { evaluator: evaluatorOf(interpreter, evaluators), node: process.execPath }
  const { argv, env } = callOf(interpreter, places, args)
  const log = join(folder, 'log.txt')
  writeFileSync(log, '')
  const running = start({
    argv,
    cwd: process.cwd(),
    env: environmentOf(interpreter.evaluator, env),
    log,
    pid: null
  })
  let late = false
  const timer = setTimeout(() => {
    late = true
    void endGroup(running.pid, 2000)
  }, callTimeoutMs)
  const end = await running.ended
  clearTimeout(timer)
  await endGroup(running.pid, 2000)
  if (late) return fail('run', `${argv[0]} did not answer within ${callTimeoutMs / 1000} s`)
  if (end.kind === 'spawn-error') return fail('run', end.message)
  if (end.kind === 'exit' && end.code === 0) return ok(null)
  const said = lastLines(log, 1)[0]
  return fail(
    'run',
    said ??
      `${argv[0]} ended with ${end.kind === 'exit' ? `exit code ${end.code}` : end.kind === 'signal' ? end.signal : 'nothing'}`
  )
}

interface CheckAnswer {
  language: string
  version: string
  executable: string
  flowpipe: string | null
  typing_extensions: boolean
  modules: { importable: boolean; file_exists: boolean; code: string[] }[]
}

/** Starts the interpreter and asks for its version, flowpipe, and which modules it would find. Nothing is imported. */
export async function checkInterpreter(
  interpreter: Interpreter,
  evaluators: Evaluators,
  modules: readonly { key: string; module: string; file: string | null }[]
): Promise<CheckOutcome> {
  return inScratch(async (folder) => {
    const [request, out] = [join(folder, 'request.json'), join(folder, 'answer.json')]
    writeFileSync(request, JSON.stringify({ modules: modules.map(({ module, file }) => ({ module, file })) }))
    const called = await callEvaluator(interpreter, evaluators, ['--check', request, out], folder)
    if (!called.ok) return { ok: false, reason: called.error.message }
    const text = readText(out)
    if (!text.ok)
      return {
        ok: false,
        reason: `it started but gave no answer: ${lastLines(join(folder, 'log.txt'), 1)[0] ?? 'nothing was printed'}`
      }
    return { ok: true, check: readAnswer(JSON.parse(text.value) as CheckAnswer, modules) }
  })
}

function readAnswer(answer: CheckAnswer, modules: readonly { key: string }[]): InterpreterCheck {
  const states = modules.map(({ key }, i) => {
    const { importable = false, file_exists: fileExists = false, code = [] } = answer.modules[i] ?? {}
    return [key, { importable, fileExists, code }] as const
  })
  const { language, version, executable, flowpipe } = answer
  return {
    language,
    version,
    executable,
    flowpipe,
    typingExtensions: answer.typing_extensions,
    modules: new Map(states)
  }
}

/** Checks every interpreter that a job uses, each once. */
export async function checkJob(
  job: Job,
  interpreters: ReadonlyMap<string, Interpreter>,
  evaluators: Evaluators
): Promise<Map<string, CheckOutcome>> {
  const wanted = new Map<string, Map<string, { key: string; module: string; file: string | null }>>()
  for (const node of job.nodes) {
    const interpreter = interpreters.get(node.interpreter)
    // a plain command evaluates nothing: there is nobody to ask for modules
    if (node.omit || !interpreter || interpreter.evaluator === 'none') continue
    const modules =
      wanted.get(node.interpreter) ?? new Map<string, { key: string; module: string; file: string | null }>()
    const key = moduleKey(node)
    wanted.set(node.interpreter, modules.set(key, { key, module: node.node.module, file: node.node.fileLocation }))
  }
  const outcomes = await Promise.all(
    [...wanted].map(async ([name, modules]) => {
      const interpreter = interpreters.get(name) as Interpreter
      return [name, await checkInterpreter(interpreter, evaluators, [...modules.values()])] as const
    })
  )
  return new Map(outcomes)
}
