/** Brings a graph in from a file, once per content. Reading JSON never executes anything (quirk Q40). */
import { join, parse, resolve } from 'node:path'
import type { Interpreter } from '../../domain/interpreter.ts'
import { fail, ok, type Result } from '../../domain/result.ts'
import { readGraph } from '../graph/read.ts'
import type { Graph } from '../graph/model.ts'
import { stateOf } from '../job/code.ts'
import { callEvaluator, inScratch, type Evaluators } from './call.ts'
import { hashOf, languageOf, readText } from './files.ts'
import { folderNotices, readSource } from './source.ts'

export interface LoadedGraph {
  graph: Graph
  /** SHA-256 of its text: what it is stored by */
  hash: string
  /** SHA-256 of what the user sees and allows: the JSON, or the file that builds the graph (identifiers differ each time) */
  trustHash: string
  /** absolute path */
  source: string
}

export interface GraphContext {
  /** as they are set now */
  interpreters: readonly Interpreter[]
  evaluators: Evaluators
  /** Whether the user has allowed a file's code to run, by the file's hash. */
  isTrusted(hash: string): boolean
}

interface Kept {
  /** all that the load depended on: the file's bytes, its path, the interpreter, the folder */
  key: string
  /** the files that it imported, with their states then */
  imported: readonly (readonly [path: string, state: string])[]
  loaded: Result<LoadedGraph>
}

/** Loads graphs for one Backlot: a file that builds its graph is run once, until it or a file that it imports changes. */
export class GraphLoader {
  private readonly kept = new Map<string, Kept>()
  private readonly loading = new Map<string, Promise<Kept>>()

  /**
   * Errors (`input`): the file or its content; `untrusted`: it is code that nobody has allowed to run, so nothing of it
   * was run; `run`: the interpreter.
   */
  async load(path: string, context: GraphContext): Promise<Result<LoadedGraph>> {
    const source = resolve(path)
    const file = readSource(source)
    if (!file.ok) return file
    const language = languageOf(source)
    if (language === null) return loadedFrom(source, file.value, file.value)
    const trustHash = hashOf(file.value)
    if (!context.isTrusted(trustHash)) return untrusted(source)
    const interpreter = context.interpreters.find((entry) => entry.name === language)
    if (!interpreter)
      return fail(
        'input',
        `${source} needs the interpreter ${language}; add it with: backlot interpreter set ${language} …`
      )
    if (interpreter.evaluator === 'none')
      return fail(
        'input',
        `${source} needs the interpreter ${language}, which is a plain command here and evaluates nothing`
      )
    const key = JSON.stringify([source, trustHash, interpreter, process.cwd()])
    const known = this.kept.get(source)
    if (known?.key === key && known.imported.every(([path, state]) => stateText(path) === state)) return known.loaded
    return (await this.loadOnce(key, { source, text: file.value, interpreter }, context.evaluators)).loaded
  }

  /** Callers that come while a file is being loaded get the same load. */
  private loadOnce(key: string, file: CodeFile, evaluators: Evaluators): Promise<Kept> {
    const running = this.loading.get(key)
    if (running) return running
    const load = build(file, evaluators)
      .then(({ imported, loaded }) => {
        const kept = { key, imported, loaded }
        // a file that gave no graph is asked again: it may have failed for a reason outside of it
        if (loaded.ok) this.kept.set(file.source, kept)
        return kept
      })
      .finally(() => this.loading.delete(key))
    this.loading.set(key, load)
    return load
  }
}

const untrusted = (path: string): Result<never> =>
  fail('untrusted', `${path} is code that has to run to give its graph; allow it with --trust`)

interface CodeFile {
  source: string
  text: string
  interpreter: Interpreter
}

/** Runs the file once for its graph. */
function build({ source, text, interpreter }: CodeFile, evaluators: Evaluators): Promise<Omit<Kept, 'key'>> {
  return inScratch(async (folder) => {
    const out = join(folder, 'graph.json')
    const called = await callEvaluator(interpreter, evaluators, ['--graph', source, out], folder)
    if (!called.ok) return { imported: [], loaded: fail('input', `${source} gave no graph: ${called.error.message}`) }
    const json = readText(out)
    return { imported: importedBy(`${out}.files`), loaded: json.ok ? loadedFrom(source, json.value, text) : json }
  })
}

/** The evaluator says which files it read beside the graph's own; what it does not say is not watched. */
function importedBy(path: string): Kept['imported'] {
  const text = readText(path)
  const files: unknown = text.ok ? JSON.parse(text.value) : []
  const names = Array.isArray(files) ? files.filter((file) => typeof file === 'string') : []
  return names.map((file) => [file, stateText(file)] as const)
}

const stateText = (path: string): string => JSON.stringify(stateOf(path))

function loadedFrom(source: string, json: string, own: string): Result<LoadedGraph> {
  const graph = readGraph(json, parse(source).name)
  if (!graph.ok) return fail(graph.error.kind, `${source}: ${graph.error.message}`, graph.error.details)
  const notices = [...folderNotices(source, graph.value), ...(graph.value.notices ?? [])]
  const told = notices.length ? { ...graph.value, notices } : graph.value
  return ok({ graph: told, hash: hashOf(json), trustHash: hashOf(own), source })
}
