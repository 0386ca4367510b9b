/** Which of a file's graphs is meant: what it exports, what a name leads to, what a function gives. */
import { isGraph, type Graph } from '../core/graph/author.ts'
import { connected } from '../core/graph/author/edge.ts'
import type { MadeGraph } from '../core/graph/author/made.ts'
import { shown } from '../core/graph/names.ts'
import { didYouMean } from '../domain/near.ts'
import { Failure } from './failure.ts'

/** What the caller says of it; null: the file has to leave no doubt. */
export interface Choice {
  graph: string | null
  args: readonly string[]
}

/** A thing to know of the graph that was found; the shape is that of preflight's problems. */
export interface Note {
  severity: 'warning'
  code: string
  message: string
  remedy: string
  node: null
}

/** A file as it was loaded. */
export interface LoadedFile {
  path: string
  /** its name alone, as people write it */
  base: string
  exported: Readonly<Record<string, unknown>>
  /** by all files that were loaded meanwhile, and by its functions later */
  made: readonly MadeGraph[]
}

type Named = readonly [name: string, graph: Graph]

/** Errors (`Failure`): no graph, or more than one that are not connected; each says how to choose. */
export async function chooseGraph(file: LoadedFile, choice: Choice): Promise<{ graph: Graph; notes: Note[] }> {
  if (choice.graph !== null) return chosen(file, choice.graph, choice.args)
  const asked = ['graph', 'default'].find((name) => typeof file.exported[name] === 'function')
  if (choice.args.length > 0 && asked !== undefined) return chosen(file, asked, choice.args)
  if (choice.args.length > 0)
    throw new Failure(
      `${shown(choice.args[0] ?? '')} is no file and no option, but an argument of a function that gives the graph; name the function: ${file.base}:FUNCTION -- ARGUMENTS`
    )
  for (const offered of [file.exported.default, file.exported.graph]) {
    const graph: unknown = typeof offered === 'function' ? await (offered as () => unknown)() : offered
    if (isGraph(graph)) return { graph, notes: leftOut(file, graph, [...ownOf(file), ...madeIn(file)]) }
  }
  const own = apart(ownOf(file))
  const [only] = own
  if (only && own.length === 1) return { graph: only[1], notes: leftOut(file, only[1], madeIn(file)) }
  throw own.length ? doubt(file, own) : nothing(file)
}

function doubt({ path, base }: LoadedFile, graphs: readonly Named[]): Failure {
  const choices = graphs.map(([name]) => name)
  const text = `${path} exports ${graphs.length} graphs (${choices.join(', ')}) that are not connected: choose one with ${choices.map((name) => `${base}:${name}`).join(' or ')}, or export the one to use as \`graph\` or as default`
  return new Failure(text, { choices })
}

function nothing(file: LoadedFile): Failure {
  const { path, base } = file
  const [inside, lost] = [insideOf(file), madeIn(file)].map((graphs) => graphs.map(([name]) => name))
  const [names = [], way] = inside?.length
    ? [inside, (name: string) => `${name} is one: choose it`]
    : lost?.length
      ? [lost, (name: string) => `${shown(name)} is made but not exported: choose it`]
      : [functionsOf(file), (name: string) => `${name}() is exported: if it gives one, choose it`]
  const choices = names.slice(0, 3)
  const ways = choices.map((name) => `${way(name)} with ${base}:${name}`)
  const last = 'export the one to use as `graph`, or as default, or a function that returns it'
  return new Failure(`${path} exports no graph: ${[...ways, last].join('; ')}`, { choices })
}

/** What the file exports; of CommonJS, what it puts into its one export. */
function namesOf({ exported }: LoadedFile): [string, unknown][] {
  const all = Object.entries(exported).filter(([name]) => name !== 'module.exports')
  const inDefault = isPlain(exported.default) ? Object.entries(exported.default) : []
  return [...all, ...inDefault.filter(([name]) => !(name in exported))]
}

const isPlain = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !isGraph(value)

const functionsOf = (file: LoadedFile): string[] =>
  namesOf(file).flatMap(([name, value]) => (typeof value === 'function' ? [name] : []))

/** Graphs among the exports, each by the first of its names. */
function ownOf(file: LoadedFile): Named[] {
  const found = namesOf(file).filter((entry): entry is [string, Graph] => isGraph(entry[1]))
  return distinct(found)
}

/** Graphs that exported objects hold. */
function insideOf(file: LoadedFile): Named[] {
  const own = new Set(ownOf(file).map(([, graph]) => graph))
  const found = namesOf(file).flatMap(([name, value]) =>
    isPlain(value) ? Object.entries(value).map(([key, part]): [string, unknown] => [`${name}.${key}`, part]) : []
  )
  return distinct(found.filter((entry): entry is [string, Graph] => isGraph(entry[1]) && !own.has(entry[1])))
}

/** Graphs with nodes that the file's own code made, by their own names. */
const madeIn = ({ path, made }: LoadedFile, from = 0): Named[] =>
  made
    .slice(from)
    .filter(({ graph, site }) => site?.file === path && graph.nodes.length > 0)
    .map(({ graph }) => [graph.name, graph] as const)

const distinct = (graphs: readonly Named[]): Named[] =>
  graphs.filter(([, graph], i) => graphs.findIndex(([, other]) => other === graph) === i)

/** Of graphs those that are not connected with one before them; empty ones only where all are empty. */
function apart(graphs: readonly Named[]): Named[] {
  const full = graphs.filter(([, graph]) => graph.nodes.length > 0)
  const known = new Set<Graph>()
  return (full.length > 0 ? full : graphs).filter(([, graph]) => {
    if (known.has(graph)) return false
    for (const other of connected(graph)) known.add(other)
    return true
  })
}

function leftOut({ base }: LoadedFile, graph: Graph, others: readonly Named[]): Note[] {
  const known = new Set<Graph>(connected(graph))
  return apart(others.filter(([, other]) => other.nodes.length > 0 && !known.has(other))).map(([name, other]) => ({
    severity: 'warning',
    code: 'graph-left-out',
    message: `the graph ${name === other.name ? '' : `${name} `}${shown(other.name)} is left out: nothing connects it with ${shown(graph.name)}`,
    remedy: `choose it with ${base}:${name}, or connect the two`,
    node: null
  }))
}

async function chosen(
  file: LoadedFile,
  name: string,
  args: readonly string[]
): Promise<{ graph: Graph; notes: Note[] }> {
  const before = file.made.length
  const found = resolved(file, name)
  if (typeof found !== 'function') {
    if (args.length > 0) throw new Failure(`${file.path}: ${name} is no function, so it takes no arguments`)
    return { graph: within(file, found, name, []), notes: [] }
  }
  const given: unknown = await called(found, argumentsOf(args))
  const made = madeIn(file, before)
  const graph = within(file, given, `${name}()`, made)
  return { graph, notes: leftOut(file, graph, made) }
}

/** A class gives an object of it. */
function called(what: unknown, args: unknown[]): unknown {
  const callee = what as ((...values: unknown[]) => unknown) & (new (...values: unknown[]) => unknown)
  return /^class\b/.test(Function.prototype.toString.call(callee)) ? new callee(...args) : callee(...args)
}

/** What a dotted name leads to; else the graph of that name. */
function resolved(file: LoadedFile, name: string): unknown {
  const [first = '', ...rest] = name.split('.')
  const start = namesOf(file).find(([known]) => known === first)?.[1]
  const value = rest.reduce<unknown>(memberOf, start)
  if (value !== undefined) return value
  const graphs = apart([...ownOf(file), ...insideOf(file), ...madeIn(file)].filter(([, graph]) => graph.name === name))
  const [only] = graphs
  if (only && graphs.length === 1) return only[1]
  if (only)
    throw new Failure(`${file.path} has ${graphs.length} graphs called ${shown(name)}; give them names of their own`)
  const known = [...[...ownOf(file), ...insideOf(file), ...madeIn(file)].map(([one]) => one), ...functionsOf(file)]
  throw new Failure(
    `${file.path} has no ${shown(name)}${didYouMean(name, known)}; it has ${known.join(', ') || 'no graph and no function'}`,
    { choices: known }
  )
}

/** A member of an object, a function with its object. */
function memberOf(value: unknown, key: string): unknown {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null || !(key in value)) return undefined
  const member = (value as Record<string, unknown>)[key]
  return typeof member === 'function' ? (member.bind(value) as unknown) : member
}

/** The graph in what a choice came to. */
function within(file: LoadedFile, value: unknown, name: string, made: readonly Named[]): Graph {
  if (isGraph(value)) return value
  const parts = isPlain(value)
    ? Object.entries(value).filter((entry): entry is [string, Graph] => isGraph(entry[1]))
    : []
  const found = apart(parts.length > 0 ? parts : made)
  const [only] = found
  if (only && found.length === 1) return only[1]
  if (only)
    throw new Failure(
      `${file.path}: ${name} gives ${found.length} graphs that are not connected (${found.map(([one]) => one).join(', ')}); choose one`
    )
  throw new Failure(`${file.path}: ${name} gives no graph`)
}

/** Texts as values, JSON where they are JSON; those of the form `name=value` become one object, the last argument. */
function argumentsOf(args: readonly string[]): unknown[] {
  const pairs = args.flatMap((text): [string, unknown][] => {
    const [, name, rest] = /^([A-Za-z_$][\w$]*)=(.*)$/s.exec(text) ?? []
    return name === undefined || rest === undefined ? [] : [[name, valueOf(rest)]]
  })
  const others = args.filter((text) => !/^[A-Za-z_$][\w$]*=/.test(text)).map(valueOf)
  return pairs.length > 0 ? [...others, Object.fromEntries(pairs)] : others
}

function valueOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
