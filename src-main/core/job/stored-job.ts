/** A job in work: its plan, its frozen commands, and what each of its tasks reads from upstream. */
import { at, of } from '../../domain/at.ts'
import { dirname } from 'node:path'
import { recordTemplate } from '../graph/record.ts'
import { mergeRuleOf, taskName, type ConvertOptions, type MergePlan } from '../convert/convert.ts'
import { batchesOf, framesGiven } from '../../domain/frames.ts'
import type { Interpreter } from '../../domain/interpreter.ts'
import { itemsOf, memberOf, rawArray, rawObject, rawText, textOf, type Raw } from '../../domain/json.ts'
import { memoryLimitOf, wantedMemory, type MemoryLimit } from '../../domain/memory.ts'
import { strictOf } from '../../domain/metadata.ts'
import { plugText, type Edge } from '../graph/model.ts'
import { caught, fail, ok, refuse, take, type Result } from '../../domain/result.ts'
import type { Fingerprint } from '../store/shapes.ts'
import type { Store } from '../store/store.ts'
import type { JobSettings } from '../../domain/settings.ts'
import { planTaskRows } from '../store/plan-rows.ts'
import { dependencyRows, jobNodeRows, jobRow } from '../store/views.ts'
import { essence, fingerprintOf, interpreterText } from './fingerprint.ts'
import { mergeOutput } from './outputs.ts'
import { Plan, type PlanTask } from './plan.ts'
import { youngSpaceFor } from './young-space.ts'

export interface StoredNode {
  id: number
  /** index in evaluation order */
  position: number
  name: string
  identifier: string
  /** index into the graph's nodes */
  graphNode: number
  interpreter: string
  batchSize: number | null
  deferred: boolean
  dependency: 'node' | 'frame'
  priority: number
  merge: MergePlan
  fill: (values: ReadonlyMap<string, Raw>) => Raw
  /** the same, of what a result depends on */
  fillEssence: (values: ReadonlyMap<string, Raw>) => Raw
  /** a hash over its code; null if it is not known */
  code: string | null
  incoming: Edge[]
  /** bytes that its metadata lets a task have; null: it says nothing */
  memory: () => number | null
  /** the folder of the file it comes from; null if its record names none */
  folder: () => string | null
  /** a warning in its log fails a task of it */
  strict: () => boolean
}

export class StoredTask {
  readonly id: number
  readonly node: StoredNode
  readonly batch: number | null
  readonly frames: readonly Raw[] | null

  constructor(id: number, node: StoredNode, batch: number | null, frames: readonly Raw[] | null) {
    this.id = id
    this.node = node
    this.batch = batch
    this.frames = frames
  }

  /** Made when asked for: hundreds of thousands of names are not kept. */
  get name(): string {
    return taskName(this.node.name, this.batch)
  }
}

/** All that a task starts with. */
export interface ReadyTask {
  interpreter: Interpreter
  file: TaskFile
}

export interface TaskFile {
  /** as docs/protocol.md has it */
  text: Raw
  /** names of connected inputs that came out null */
  nulls: string[]
  print: Fingerprint | null
}

/** Reads a job from the store; the caller has made sure that it exists. */
export class StoredJob {
  readonly id: number
  readonly name: string
  readonly settings: JobSettings
  readonly interpreters: ReadonlyMap<string, Interpreter>
  readonly priority: number
  readonly nodes: StoredNode[]
  /** node → node by position, one each however many batches it joins */
  readonly links: readonly { parent: number; child: number }[]
  readonly tasks = new Map<number, StoredTask>()
  readonly plan: Plan
  private readonly store: Store
  private readonly nodeOfGraph = new Map<number, number>()
  private readonly merged = new Map<string, Raw>()
  /** what of them a result depends on, by name */
  private readonly interpreterTexts: ReadonlyMap<string, string>

  constructor(store: Store, id: number) {
    this.store = store
    this.id = id
    const job = jobRow(store.db, id)
    this.name = job.name
    this.priority = job.priority
    this.settings = job.settings
    const start = this.settings.cold ? ({ start: 'cold' } as const) : {}
    this.interpreters = new Map(job.interpreters.map((entry) => [entry.name, { ...entry, ...start }]))
    this.interpreterTexts = new Map(job.interpreters.map((entry) => [entry.name, interpreterText(entry)]))
    this.nodes = this.readNodes(store.edges(job.graphId))
    this.links = dependencyRows(store.db, id).sort((a, b) => a.child - b.child || a.parent - b.parent)
    this.plan = this.readPlan()
  }

  private readNodes(edges: readonly Edge[]): StoredNode[] {
    const incoming = Map.groupBy(edges, (edge) => edge.to.node)
    return jobNodeRows(this.store.db, this.id).map(({ node, graphNode, name, identifier, original }) => {
      this.nodeOfGraph.set(graphNode, node.position)
      return {
        ...{ id: node.id, position: node.position, name, identifier, graphNode, interpreter: node.interpreter },
        ...{ batchSize: node.batchSize, deferred: node.deferred, dependency: node.dependency },
        ...{ priority: node.priority, merge: node.merge },
        fill: lazily(() => recordTemplate(node.record ?? original)),
        fillEssence: lazily(() => recordTemplate(essence(node.record ?? original))),
        code: node.code,
        incoming: incoming.get(graphNode) ?? [],
        memory: once(() => memoryIn(node.record ?? original)),
        folder: once(() => folderOf(node.record ?? original)),
        strict: once(() => isStrict(node.record ?? original))
      }
    })
  }

  private readPlan(): Plan {
    const parents = this.nodes.map((): number[] => [])
    for (const link of this.links) parents[link.child]?.push(link.parent)
    const planNodes = this.nodes.map((node, i) => ({
      parents: parents[i] ?? [],
      dependency: node.dependency,
      priority: node.priority,
      interpreter: node.interpreter
    }))
    return new Plan(planNodes, this.readTasks())
  }

  private *readTasks(): Generator<PlanTask> {
    for (const { id, node, batch, frames: text, status } of planTaskRows(this.store.db, this.id)) {
      const frames = text === null ? null : itemsOf(text)
      this.tasks.set(id, new StoredTask(id, at(this.nodes, node), batch, frames))
      youngSpaceFor(this.tasks.size)
      yield { id, node, frames, status }
    }
  }

  task(id: number): StoredTask {
    const task = this.tasks.get(id)
    if (!task) throw new Error(`task ${id} is not of job ${this.id}`)
    return task
  }

  /** The node an edge comes from; every source of a job's node is in the job. */
  parentOf(edge: Edge): StoredNode {
    return at(this.nodes, of(this.nodeOfGraph, edge.from.node))
  }

  /** The value an edge brings to a task. What an omitted node would bring is null. */
  private valueOver(edge: Edge, task: StoredTask): Raw {
    const parent = this.parentOf(edge)
    const sources = this.plan.sourcesOf(task.id, parent.position)
    // what a whole node gave is read by many tasks and merged once; linked batches read their own sources alone
    const whole = sources.length === this.plan.tasksOf(parent.position)
    const key = JSON.stringify([parent.position, edge.from.plug, edge.from.key])
    const known = whole ? this.merged.get(key) : undefined
    if (known !== undefined) return known
    const values = sources.map((id) => this.store.outputsOf(id))
    const merged = mergeOutput(values, edge.from.plug, edge.from.key, mergeRuleOf(parent.merge, edge.from.plug))
    if (!merged.ok) return refuse('run', `input ${plugText(edge.to)} from ${parent.name}: ${merged.error.message}`)
    if (whole) this.merged.set(key, merged.value.value)
    return merged.value.value
  }

  /**
   * The values of a task's connected inputs by `plug` or `plug.key`. Where a plug has sub-plugs, a connection to the
   * plug itself brings nothing, as in flowpipe (quirk Q45). Errors (`run`): batches that do not merge.
   */
  inputsOf(task: StoredTask): Result<Map<string, Raw>> {
    return caught(() => new Map(task.node.incoming.map((edge) => [plugText(edge.to), this.valueOver(edge, task)])))
  }

  /** The frames that the user chose (`--frames`); null: all. */
  get framesAsked(): readonly Raw[] | null {
    return (this.settings.options as ConvertOptions | null)?.frames ?? null
  }

  /** The output that an edge comes from, such as `plan.frames`. */
  sourceOf = (edge: Edge): string => `${this.parentOf(edge).name}.${plugText(edge.from)}`

  /** Deferred batching: the batches that upstream's frames make now. Errors (`run`): no frames, or no list of frames. */
  deferredBatches(task: StoredTask): Result<Raw[][]> {
    return caught(() => {
      const edge = task.node.incoming.find((e) => e.to.plug === 'frames' && e.to.key === null)
      if (!edge) throw new Error(`node ${task.node.identifier} is deferred but nothing feeds its frames`)
      const read = framesGiven(this.valueOver(edge, task), this.framesAsked)
      if (!read.ok)
        return refuse('run', `${task.node.name} cannot be batched by ${this.sourceOf(edge)}: ${read.error.message}`)
      return batchesOf(read.value, task.node.batchSize ?? 1)
    })
  }

  /** The batches that the store holds for a deferred node now. */
  batchesNow(node: StoredNode): (readonly Raw[] | null)[] {
    return [...this.tasks.values()].filter((t) => t.node === node).map((t) => t.frames)
  }

  interpreterOf(task: StoredTask): Result<Interpreter> {
    const found = this.interpreters.get(task.node.interpreter)
    return found
      ? ok(found)
      : fail(
          'run',
          `there is no interpreter ${task.node.interpreter}; add it with: backlot interpreter set ${task.node.interpreter} …`
        )
  }

  /** What a task may have in memory; null: not limited. */
  memoryLimitOf({ node }: Pick<StoredTask, 'node'>): MemoryLimit | null {
    const interpreter = this.interpreters.get(node.interpreter)
    return memoryLimitOf({ node: node.memory(), run: this.settings.memory, interpreter })
  }

  /** All that a task starts with. Errors (`run`): its interpreter is not set, or an input's batches do not merge. */
  ready(task: StoredTask): Result<ReadyTask> {
    return caught(() => {
      const interpreter = take(this.interpreterOf(task))
      return { interpreter, file: take(this.taskFile(task, interpreter)) }
    })
  }

  /** Errors (`run`): an input's batches do not merge. */
  private taskFile(task: StoredTask, interpreter: Interpreter): Result<TaskFile> {
    return caught(() => {
      const inputs = take(this.inputsOf(task))
      const nulls = [...inputs].filter(([, value]) => value === 'null').map(([name]) => name)
      if (task.frames) inputs.set('frames', rawArray(task.frames))
      const text = rawObject([
        ['protocol', '1'],
        ['task', rawText(task.name)],
        ['interpreter', rawText(interpreter.name)],
        ...codeMembers(interpreter),
        ['node', task.node.fill(inputs)],
        ['frames', task.frames ? rawArray(task.frames) : 'null'],
        ['links', '[]']
      ])
      return { text, nulls, print: this.fingerprint(task, inputs) }
    })
  }

  private fingerprint({ node, frames }: StoredTask, inputs: Map<string, Raw>): Fingerprint | null {
    const interpreter = this.interpreterTexts.get(node.interpreter)
    if (node.code === null || interpreter === undefined) return null
    return fingerprintOf([node.code, interpreter], node.fillEssence(inputs), { frames, cwd: this.settings.cwd })
  }
}

/** What an interpreter's evaluator is told to run beside the node; an encoder only where there is one. */
export const codeMembers = ({ setup, encoder }: Pick<Interpreter, 'setup' | 'encoder'>): [string, Raw][] => [
  ['setup', rawText(setup)],
  ...(encoder === '' ? [] : [['encoder', rawText(encoder)] satisfies [string, Raw]])
]

function once<T>(make: () => T): () => T {
  let made: { it: T } | undefined
  return () => (made ??= { it: make() }).it
}

function lazily(make: () => StoredNode['fill']): StoredNode['fill'] {
  const made = once(make)
  return (values) => made()(values)
}

/** Bytes; null where its metadata says nothing: the conversion has refused what is no size. */
function memoryIn(record: Raw): number | null {
  const wanted = wantedMemory(memberOf(memberOf(record, 'metadata') ?? '{}', 'memory'))
  return wanted.ok ? wanted.value : null
}

function isStrict(record: Raw): boolean {
  const strict = strictOf(memberOf(record, 'metadata') ?? '{}')
  return strict.ok && strict.value
}

/** The folder of the file that a node comes from; null if its record names none. */
export function folderOf(record: Raw): string | null {
  const file = memberOf(record, 'file_location')
  return file && file !== 'null' ? dirname(textOf(file)) : null
}
