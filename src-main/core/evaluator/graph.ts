/** Brings a graph in from a file, once per content. Reading JSON never executes anything (quirk Q40). */
import { writeFileSync } from 'node:fs'
import { join, parse, resolve } from 'node:path'
import { once } from '../../domain/once.ts'
import { z } from 'zod'
import { choiceIn, type GraphChoice } from '../../domain/choice.ts'
import type { Interpreter } from '../../domain/interpreter.ts'
import { severities, type Problem } from '../../domain/problems.ts'
import { cutMessage } from '../../domain/reason.ts'
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
  /** what to know of it as the file was read */
  notes: readonly Problem[]
}

/** A graph's file and which of its graphs; without a word the one that the file means. */
export interface GraphSource {
  path: string
  graph?: string | undefined
  args?: readonly string[] | undefined
}

export interface GraphContext {
  /** as they are set now */
  interpreters: readonly Interpreter[]
  evaluators: Evaluators
  /** Whether the user has allowed a file's code to run, by the file's hash. */
  isTrusted(hash: string): boolean
}

/** Characters of a graph's text that may stay in memory between two calls. */
const mostKept = 1 << 26

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
  /** of files that are read, not run, the last one */
  private read: LoadedGraph | null = null
  private readonly loading = new Map<string, Promise<Kept>>()

  /**
   * Errors (`input`): the file or its content; `untrusted`: it is code that nobody has allowed to run, so nothing of it
   * was run; `run`: the interpreter.
   */
  async load(from: GraphSource, context: GraphContext): Promise<Result<LoadedGraph>> {
    const source = resolve(from.path)
    const choice = choiceIn(from)
    const file = readSource(source)
    if (!file.ok) return file
    const language = languageOf(source)
    if (language === null && choice !== null) {
      const what =
        choice.graph === null
          ? `takes no arguments; leave ${choice.args.join(' ')} out`
          : 'holds one graph; leave out which one'
      return fail('usage', `${source} is read, not run, and ${what}`)
    }
    if (language === null) return this.readOnce(source, file.value)
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
    const key = JSON.stringify([source, choice, trustHash, interpreter, process.cwd()])
    const known = this.kept.get(placeOf(source, choice))
    if (known?.key === key && known.imported.every(([path, state]) => stateText(path) === state)) return known.loaded
    return (await this.loadOnce(key, { source, choice, text: file.value, interpreter }, context.evaluators)).loaded
  }

  /** A command asks for its graph several times: trust, plan, preflight. */
  private readOnce(source: string, text: string): Result<LoadedGraph> {
    const { read } = this
    if (read?.source === source && read.hash === hashOf(text)) return ok(read)
    const loaded = loadedFrom({ source, own: text, notes: [] }, text)
    this.read = loaded.ok && text.length <= mostKept ? loaded.value : null
    return loaded
  }

  /** Callers that come while a file is being loaded get the same load. */
  private loadOnce(key: string, file: CodeFile, evaluators: Evaluators): Promise<Kept> {
    const running = this.loading.get(key)
    if (running) return running
    const load = build(file, evaluators)
      .then(({ imported, loaded }) => {
        const kept = { key, imported, loaded }
        // a file that gave no graph is asked again: it may have failed for a reason outside of it
        if (loaded.ok) this.kept.set(placeOf(file.source, file.choice), kept)
        return kept
      })
      .finally(() => this.loading.delete(key))
    this.loading.set(key, load)
    return load
  }
}

const untrusted = (path: string): Result<never> =>
  fail('untrusted', `${path} is code that has to run to give its graph; allow it with --trust`)

const placeOf = (source: string, choice: GraphChoice | null): string => JSON.stringify([source, choice])

interface CodeFile {
  source: string
  choice: GraphChoice | null
  text: string
  interpreter: Interpreter
}

/** Runs the file once for its graph. */
function build(file: CodeFile, evaluators: Evaluators): Promise<Omit<Kept, 'key'>> {
  const { source, choice, text, interpreter } = file
  return inScratch(async (folder) => {
    const [out, asked] = [join(folder, 'graph.json'), join(folder, 'choice.json')]
    const { name, encoder } = interpreter
    const wanted = choice ?? { graph: null, args: [] }
    writeFileSync(asked, JSON.stringify({ ...wanted, encoder, interpreter: name }))
    const called = await callEvaluator(interpreter, evaluators, ['--graph', source, out, asked], folder)
    if (!called.ok) return { imported: [], loaded: noGraph(source, out, called.error.message) }
    const json = readText(out)
    const notes = notesIn(`${out}.notes`)
    return {
      imported: importedBy(`${out}.files`),
      loaded: json.ok ? loadedFrom({ source, own: text, notes }, json.value) : json
    }
  })
}

const storyShape = once(() =>
  z.object({
    message: z.string(),
    traceback: z.string(),
    // an older evaluator tells none
    choices: z.array(z.string()).default([])
  })
)

/** Why there is none: as the evaluator tells it, else the last that the program said. */
function noGraph(source: string, out: string, said: string): Result<never> {
  const text = readText(`${out}.error`)
  const story = text.ok ? storyShape().safeParse(JSON.parse(text.value)) : null
  if (!story?.success) return fail('input', `${source} gave no graph: ${said.replace(/^backlot: /, '')}`)
  const { message, traceback, choices } = story.data
  const details = { ...(traceback === '' ? {} : { traceback }), ...(choices.length === 0 ? {} : { choices }) }
  return fail('input', cutMessage(message), Object.keys(details).length === 0 ? undefined : details)
}

const noteShape = once(() =>
  z.object({
    severity: z.enum(severities),
    code: z.string(),
    message: z.string(),
    remedy: z.string(),
    node: z.object({ identifier: z.string(), name: z.string() }).nullable()
  })
)

/** What the evaluator says of the graph; an older one says nothing. */
function notesIn(path: string): Problem[] {
  const text = readText(path)
  const notes = z.array(noteShape()).safeParse(text.ok ? JSON.parse(text.value) : [])
  return (notes.data ?? []).map(({ node, ...note }) => ({
    ...note,
    node: node?.identifier ?? null,
    name: node?.name ?? null
  }))
}

/** The evaluator says which files it read beside the graph's own; what it does not say is not watched. */
function importedBy(path: string): Kept['imported'] {
  const text = readText(path)
  const files: unknown = text.ok ? JSON.parse(text.value) : []
  const names = Array.isArray(files) ? files.filter((file) => typeof file === 'string') : []
  return names.map((file) => [file, stateText(file)] as const)
}

const stateText = (path: string): string => JSON.stringify(stateOf(path))

/** `own`: the text that the user sees and allows. */
function loadedFrom(
  { source, own, notes }: { source: string; own: string; notes: readonly Problem[] },
  json: string
): Result<LoadedGraph> {
  const graph = readGraph(json, parse(source).name)
  if (!graph.ok) return fail(graph.error.kind, `${source}: ${graph.error.message}`, graph.error.details)
  const notices = [...folderNotices(source, graph.value), ...(graph.value.notices ?? [])]
  const told = notices.length ? { ...graph.value, notices } : graph.value
  const hash = hashOf(json)
  return ok({ graph: told, hash, trustHash: own === json ? hash : hashOf(own), source, notes })
}
