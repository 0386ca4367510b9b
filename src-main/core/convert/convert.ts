/** Graph → job, purely: one task per node or per batch over all connected graphs (spec: "VFX Renderfarm Conversion"). */
import { at, of } from '../../domain/at.ts'
import { kindOf, memberOf, type Raw } from '../../domain/json.ts'
import { toJs } from '../../domain/json-js.ts'
import { closureOf, cycleText, orderOf, type Order } from '../graph/order.ts'
import { distinctNames, metadataOf, shown } from '../graph/names.ts'
import { withInputs } from '../graph/record.ts'
import { mergeRules, type Graph, type GraphNode, type MergeRule } from '../graph/model.ts'
import { didYouMean } from '../../domain/near.ts'
import { caught, refuse, take, type Result } from '../../domain/result.ts'
import { wantedMemory } from '../../domain/memory.ts'
import { batchesOf, chosenFrames, readFrames } from '../../domain/frames.ts'
import { batchSizeOf, strictOf, wantedInterpreter } from '../../domain/metadata.ts'

/** What a user may change about a conversion; names are nodes' names, identifiers or `graph/name`. */
export interface ConvertOptions {
  /** wanted interpreter → the one to use instead */
  map?: Readonly<Record<string, string>> | undefined
  /** only these nodes and what they need */
  only?: readonly string[] | undefined
  /** skipped: they run nothing and pass null on */
  omit?: readonly string[] | undefined
  /** raw frames; batched nodes render only those they have among them, also where upstream gives them during the run */
  frames?: readonly Raw[] | undefined
  /** `node.input` → raw value */
  set?: Readonly<Record<string, Raw>> | undefined
  /** batch size per node, in place of its metadata's */
  batch?: Readonly<Record<string, number>> | undefined
}

export type Batching =
  | { kind: 'whole' }
  | { kind: 'batched'; size: number; frames: Raw[] }
  /** The frames come from an upstream node: batched when that node is done (quirk Q14). */
  | { kind: 'deferred'; size: number }

/** A graph's node as the job will run it. */
export interface JobNode {
  /** Index into `Job.nodes`: the order of evaluation. */
  index: number
  /** Index into the graph's nodes. */
  graphNode: number
  /** Called as its tasks are: of nodes that share a name each has one of its own here. */
  node: GraphNode
  /** The node's record with the user's inputs set. */
  record: Raw
  graphName: string
  /** As the node asks for, before mapping. */
  wanted: string
  interpreter: string
  batching: Batching
  /** How this node waits for batched parents. */
  dependency: 'node' | 'frame'
  merge: MergePlan
  priority: number
  /** bytes that a task may have in memory, as its metadata says; null: it says nothing */
  memory: number | null
  omit: boolean
}

/** One rule for all outputs, or one per output; absent: decided by the values. */
export type MergePlan = MergeRule | Readonly<Record<string, MergeRule>> | null

export interface JobTask {
  /** Index into `Job.nodes`. */
  node: number
  /** Null: the whole node. */
  batch: number | null
  /** Shown only: `Node` or `Node-0` (integers: Q10). */
  name: string
  frames: readonly Raw[] | null
}

export interface Job {
  name: string
  graph: Graph
  nodes: JobNode[]
  /** In evaluation order, batches ascending. */
  tasks: JobTask[]
  /** Direct parents of each node, by index, ascending; one edge however many batches it joins. */
  parents: number[][]
  order: Order
}

/**
 * The index of the node a user means: its identifier, its name where only one has it, what its tasks are called, or
 * `graph/name`.
 */
export function findNode(graph: Graph, text: string): Result<number> {
  return caught(() => {
    const hits = nodesCalled(graph, text)
    if (hits.length === 1) return at(hits, 0)
    if (hits.length === 0)
      return refuse(
        'usage',
        `there is no node ${shown(text)}${near(graph, text)} in ${shown(graph.name)}; see them with: backlot graph show`
      )
    const names = distinctNames(graph.nodes)
    const labels = hits.map((i) => `${graph.graphs[at(graph.nodes, i).graph]?.name}/${at(names, i)}`)
    const choices = new Set(labels).size === hits.length ? labels : hits.map((i) => at(graph.nodes, i).identifier)
    return refuse('usage', `${hits.length} nodes are called ${shown(text)}; say which: ${choices.join(' or ')}`)
  })
}

/** All that a text may mean: an identifier means one, a name may be that of several. */
function nodesCalled(graph: Graph, text: string): number[] {
  const byIdentifier = graph.nodes.findIndex((node) => node.identifier === text)
  if (byIdentifier >= 0) return [byIdentifier]
  const names = distinctNames(graph.nodes)
  const isCalled = (node: GraphNode, i: number) =>
    [node.name, names[i]].some((name) => name === text || `${graph.graphs[node.graph]?.name}/${name}` === text)
  return graph.nodes.flatMap((node, i) => (isCalled(node, i) ? [i] : []))
}

const near = (graph: Graph, text: string): string => didYouMean(text, distinctNames(graph.nodes))

/**
 * Converts the graph; every refusal names the node and the remedy, and nothing has been stored.
 * Errors: `cycle` with the circle's path, `input` for frames, batch sizes and metadata, `usage` for options.
 */
export function convert(graph: Graph, options: ConvertOptions = {}): Result<Job> {
  return caught(() => {
    const order = orderOf(graph)
    if (order.cycle) {
      refuse(
        'cycle',
        `${shown(graph.name)} has a cycle: ${cycleText(graph, order.cycle)}; remove one of these connections`,
        {
          cycle: order.cycle.map((i) => graph.nodes[i]?.identifier)
        }
      )
    }
    const chosen = chosenNodes(graph, order, options)
    const sequence = order.rows.flat().filter((i) => chosen.has(i))
    const settings = { ...readOptions(graph, options), names: distinctNames(graph.nodes) }
    const position = new Map(sequence.map((node, i) => [node, i]))
    const nodes = sequence.map((i, index) => jobNode(graph, i, index, settings))
    const parents = sequence.map((i) => (order.parents[i] ?? []).map((p) => of(position, p)).sort((a, b) => a - b))
    const job = { name: graph.name, graph, nodes, tasks: nodes.flatMap(tasksOf), parents, order }
    checkFrameFilter(job, options)
    return job
  })
}

interface Settings {
  /** what each node's tasks are called */
  names: readonly string[]
  map: Readonly<Record<string, string>>
  omit: Set<number>
  frames: readonly Raw[] | null
  set: Map<number, Map<string, Raw>>
  batch: Map<number, number>
}

function readOptions(graph: Graph, options: ConvertOptions): Omit<Settings, 'names'> {
  const set = new Map<number, Map<string, Raw>>()
  for (const [target, value] of Object.entries(options.set ?? {})) {
    const { node, input } = findInput(graph, target)
    set.set(node, (set.get(node) ?? new Map<string, Raw>()).set(input, value))
  }
  return {
    map: options.map ?? {},
    omit: new Set((options.omit ?? []).map((name) => take(findNode(graph, name)))),
    frames: options.frames ?? null,
    set,
    batch: new Map(Object.entries(options.batch ?? {}).map(([name, size]) => [take(findNode(graph, name)), size]))
  }
}

/** `node.input` or `node.input.key`; node names may hold dots themselves, so the longest name that fits is meant. */
function findInput(graph: Graph, target: string): { node: number; input: string } {
  for (let dot = target.lastIndexOf('.'); dot > 0; dot = target.lastIndexOf('.', dot - 1)) {
    const name = target.slice(0, dot)
    if (nodesCalled(graph, name).length === 0) continue
    const found = { value: take(findNode(graph, name)) }
    const [node, input] = [at(graph.nodes, found.value), target.slice(dot + 1)]
    const known = node.inputs.flatMap((p) =>
      p.subPlugs.length ? p.subPlugs.map((s) => `${p.name}.${s.key}`) : [p.name]
    )
    if (known.includes(input)) return { node: found.value, input }
    return refuse(
      'usage',
      `node ${shown(node.name)} has no input ${shown(input)}${didYouMean(input, known)} to set; it has: ${known.join(', ') || 'none'}`
    )
  }
  const known = graph.nodes.flatMap(({ name, inputs }) => inputs.map((input) => `${name}.${input.name}`))
  const meant = didYouMean(target, known)
  return refuse('usage', `${shown(target)} names no input${meant}; write NODE.INPUT=VALUE with a node of this graph`)
}

function chosenNodes(graph: Graph, order: Order, options: ConvertOptions): Set<number> {
  if (!options.only?.length) return new Set(graph.nodes.keys())
  return new Set(
    options.only.flatMap((name) => {
      const node = take(findNode(graph, name))
      return [node, ...closureOf(node, order.parents)]
    })
  )
}

function jobNode(graph: Graph, i: number, index: number, settings: Settings): JobNode {
  const named = at(graph.nodes, i)
  const name = at(settings.names, i)
  const original = named.name === name ? named : { ...named, name }
  const literals = settings.set.get(i)
  const node = literals ? withLiterals(original, literals) : original
  const wanted = ofNode(node, wantedInterpreter(node.metadata))
  ofNode(node, strictOf(node.metadata)) // the run reads it of the record
  return {
    index,
    graphNode: i,
    node,
    record: node.record,
    graphName: graph.graphs[node.graph]?.name ?? graph.name,
    wanted,
    interpreter: own(settings.map, wanted) ?? wanted,
    batching: batchingOf(graph, i, node, settings),
    dependency: dependencyOf(node),
    merge: mergeOf(node),
    priority: priorityOf(node),
    memory: ofNode(node, wantedMemory(memberOf(node.metadata, 'memory'))),
    omit: node.omit || settings.omit.has(i)
  }
}

function withLiterals(node: GraphNode, literals: ReadonlyMap<string, Raw>): GraphNode {
  const inputs = node.inputs.map((plug) => ({
    ...plug,
    value: literals.get(plug.name) ?? plug.value,
    subPlugs: plug.subPlugs.map((sub) => ({ ...sub, value: literals.get(`${plug.name}.${sub.key}`) ?? sub.value }))
  }))
  return { ...node, inputs, record: withInputs(node.record, literals) }
}

/** The value of a metadata's key, or a refusal that names the node. */
function ofNode<T>(node: GraphNode, read: Result<T>): T {
  return read.ok ? read.value : refuse(read.error.kind, `node ${shown(node.name)}: ${read.error.message}`)
}

/** `metadata.batch_size` decides (null or absent: not batched); everything else is refused by name (Q13). */
function batchingOf(graph: Graph, i: number, node: GraphNode, settings: Settings): Batching {
  const own = settings.batch.get(i)
  const size = ofNode(node, batchSizeOf(own === undefined ? memberOf(node.metadata, 'batch_size') : String(own)))
  if (size === null) return { kind: 'whole' }
  const where = `node ${shown(node.name)}`
  const plug = node.inputs.find((input) => input.name === 'frames')
  if (!plug)
    return refuse('input', `${where} has a batch_size but no input called frames; add one or remove the batch_size`)
  const fed = graph.edges.filter((edge) => edge.to.node === i && edge.to.plug === 'frames')
  if (plug.subPlugs.length || fed.some((edge) => edge.to.key !== null)) {
    refuse('input', `${where}: frames is a compound input; batching needs one list or range text`)
  }
  if (fed.length) return { kind: 'deferred', size }
  const frames = ofNode(node, readFrames(plug.value))
  return { kind: 'batched', size, frames: chosenFrames(frames, settings.frames) }
}

function dependencyOf(node: GraphNode): 'node' | 'frame' {
  const value = metadataOf(node, 'dependency')
  if (value === undefined || value === null || value === 'node') return 'node'
  if (value === 'frame') return 'frame'
  return refuse(
    'input',
    `node ${shown(node.name)}: metadata.dependency is ${JSON.stringify(value)}; it should be "frame" or "node"`
  )
}

function priorityOf(node: GraphNode): number {
  const value = metadataOf(node, 'priority')
  if (value === undefined || value === null) return 0
  if (typeof value === 'number' && Number.isSafeInteger(value)) return value
  return refuse(
    'input',
    `node ${shown(node.name)}: metadata.priority is ${memberOf(node.metadata, 'priority')}; it should be a whole number`
  )
}

const isRule = (value: unknown): value is MergeRule => mergeRules.includes(value as MergeRule)

function mergeOf(node: GraphNode): MergePlan {
  const raw = memberOf(node.metadata, 'merge')
  if (raw === undefined || raw === 'null') return null
  const value = toJs(raw)
  if (isRule(value)) return value
  if (kindOf(raw) === 'object' && Object.values(value as object).every(isRule))
    return value as Record<string, MergeRule>
  return refuse(
    'input',
    `node ${shown(node.name)}: metadata.merge is ${raw.slice(0, 60)}; it should be one of ${mergeRules.join(', ')}, or one per output`
  )
}

/** A member of an object; undefined for what every object inherits, such as `constructor`. */
const own = <T>(members: Readonly<Record<string, T>>, name: string): T | undefined =>
  Object.hasOwn(members, name) ? members[name] : undefined

/** The rule a node's metadata gives an output; null leaves it to the values. */
export const mergeRuleOf = (plan: MergePlan, plug: string): MergeRule | null =>
  plan === null || typeof plan === 'string' ? plan : (own(plan, plug) ?? null)

/** A deferred node stands as one task until its frames are known. */
function tasksOf(node: JobNode): JobTask[] {
  if (node.batching.kind !== 'batched') return [{ node: node.index, batch: null, name: node.node.name, frames: null }]
  return batchesOf(node.batching.frames, node.batching.size).map((frames, batch) => ({
    node: node.index,
    batch,
    name: taskName(node.node.name, batch),
    frames
  }))
}

/** What a task is called: its node's name, with the batch's number where it is one (an integer: quirk Q10). */
export const taskName = (node: string, batch: number | null): string => (batch === null ? node : `${node}-${batch}`)

function checkFrameFilter(job: Job, options: ConvertOptions): void {
  if (!options.frames) return
  // those of a deferred node are chosen when upstream has given them
  const batched = job.nodes.filter((node) => node.batching.kind !== 'whole')
  const empty = batched.filter((node) => node.batching.kind === 'batched' && node.batching.frames.length === 0)
  if (batched.length === 0)
    refuse('usage', `no node of ${shown(job.name)} is batched, so there are no frames to choose; leave --frames out`)
  for (const node of empty) {
    refuse('usage', `node ${shown(node.node.name)} renders none of the frames asked for; choose frames that it has`)
  }
}
