/** A graph on its way to a job: what the user chose, and what would run. */
import type { GraphView, Output, PlannedTask } from '../../src-main/api.ts'
import type { Input } from '../../src-main/contract.ts'
import { isError, type Problem } from '../../src-main/domain/problems.ts'
import { ask, tell } from '../api.ts'
import type { AppError } from '../../src-main/domain/result.ts'

/** A batched node and the size its metadata gives. */
export interface BatchChoice {
  identifier: string
  name: string
  size: number
}

const metadataOf = (text: string): Record<string, unknown> => {
  try {
    return JSON.parse(text) as Record<string, unknown>
  } catch {
    return {} // NaN and the like: shown by preflight, not needed here
  }
}

const textsIn = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((one) => typeof one === 'string') : []

export class Conversion {
  readonly path: string
  graph = $state.raw<GraphView | null>(null)
  error = $state<string | null>(null)
  /** graphs and functions of the file one of which is meant, where the file leaves it open */
  choices = $state.raw<readonly string[]>([])
  /** which of them the user chose; null: the file says it */
  chosen = $state<string | null>(null)
  tasks = $state.raw<PlannedTask[]>([])
  problems = $state.raw<Problem[]>([])
  busy = $state(false)
  guide = $state.raw<Output<'graph.guide'> | null>(null)
  imports = $state.raw<string[]>([])
  trusted = $state(true)
  /** the file is code that nobody has allowed to run: nothing of it is run before the user says so */
  asks = $state(false)
  interpreters = $state.raw<string[]>([])

  map = $state<Record<string, string>>({})
  batch = $state<Record<string, number>>({})
  frames = $state('')
  slots = $state<number | null>(null)
  retries = $state(0)
  timeout = $state<number | null>(null)
  silence = $state<number | null>(null)
  failFast = $state(false)

  wanted = $derived([...new Set((this.graph?.nodes ?? []).map((n) => wantedBy(n.metadata)))].sort())
  batched = $derived<BatchChoice[]>(
    (this.graph?.nodes ?? []).flatMap(({ identifier, name, metadata }) => {
      const size = metadataOf(metadata).batch_size
      return typeof size === 'number' ? [{ identifier, name, size }] : []
    })
  )
  errors = $derived(this.problems.filter(isError).length)
  private turn = 0
  /** somebody looks at what the guide's converter would make */
  private comparing = false

  constructor(path: string) {
    this.path = path
  }

  async open(): Promise<void> {
    this.chosen = null
    const trust = await tell('graph.trust', { source: this.source })
    if ('error' in trust) return this.fail(trust.error)
    const { code, trusted, imports } = trust.value
    this.imports = imports
    this.trusted = trusted
    this.asks = code && !trusted
    if (!this.asks) await this.load()
  }

  /** Which graph of the file is meant. */
  async choose(graph: string): Promise<void> {
    this.chosen = graph
    await this.load()
  }

  get source(): Input<'graph.plan'>['source'] & { path: string } {
    return { path: this.path, ...(this.chosen === null ? {} : { graph: this.chosen }) }
  }

  private fail({ message, details }: AppError): void {
    this.error = message
    this.choices = textsIn(details?.choices)
  }

  /** The user lets the file's code run. */
  async allow(): Promise<void> {
    if (!(await ask('graph.trust', { source: this.source, allow: true }))) return
    this.trusted = true
    this.asks = false
    await this.load()
  }

  private async load(): Promise<void> {
    const view = await tell('graph.view', { source: this.source })
    if ('error' in view) return this.fail(view.error)
    this.error = null
    this.choices = []
    this.graph = view.value
    await this.again()
  }

  /** Looks once more at the interpreters that are set, and at what the job would be with them. */
  async again(): Promise<void> {
    const list = await ask('interpreter.list', {})
    this.interpreters = list?.map((entry) => entry.name) ?? []
    await this.plan()
  }

  /** What the job would be with the choices of now. An answer that came too late is dropped. */
  async plan(): Promise<void> {
    const turn = ++this.turn
    this.busy = true
    // beside the rest: it starts no interpreter
    void this.compare(this.comparing)
    const answer = await tell('graph.plan', this.input())
    if (turn !== this.turn) return
    this.busy = false
    this.error = 'error' in answer ? answer.error.message : null
    this.tasks = 'error' in answer ? [] : answer.value.tasks
    this.problems = 'error' in answer ? [] : answer.value.problems
  }

  /** Asks for the comparison with the guide's converter where it is looked at. */
  async compare(looking: boolean): Promise<void> {
    this.comparing = looking
    if (!looking) return
    const { turn } = this
    const answer = await tell('graph.guide', this.input())
    if (turn === this.turn) this.guide = 'error' in answer ? null : answer.value
  }

  input(): Input<'graph.plan'> {
    const map = Object.fromEntries(Object.entries(this.map).filter(([from, to]) => to && from !== to))
    const batch = Object.fromEntries(Object.entries(this.batch).filter(([, size]) => Number.isInteger(size)))
    const frames = this.frames.trim() === '' ? {} : { frames: this.frames.trim() }
    return { source: this.source, options: { map, batch, ...frames } }
  }

  /** Makes the job; the core refuses what preflight calls an error. Returns its number. */
  async create(): Promise<number | null> {
    const { retries, timeout, silence, failFast } = this
    const created = await ask('job.create', { ...this.input(), settings: { retries, timeout, silence, failFast } })
    return created?.job ?? null
  }
}

/** The interpreter that a node's metadata asks for. */
export function wantedBy(metadata: string): string {
  const name = metadataOf(metadata).interpreter
  return typeof name === 'string' && name !== '' ? name : 'python'
}
