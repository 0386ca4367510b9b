/**
 * What may start next, purely: no clock, no I/O. Node → node is one counted barrier however many batches it joins;
 * frame → frame links batches that share frames. Nothing here grows with the number of finished tasks.
 */
import type { Raw } from '../../domain/json.ts'
import { frameLinks } from '../../domain/links.ts'
import { isDone, isStopped, type TaskState, type TaskStatus } from '../../domain/status.ts'

export interface PlanNode {
  parents: readonly number[]
  dependency: 'node' | 'frame'
  interpreter: string
  /** higher starts first */
  priority: number
}

export interface PlanTask {
  id: number
  /** index into the plan's nodes; parents have smaller ones */
  node: number
  frames: readonly Raw[] | null
  status: TaskStatus
}

interface NodeState {
  tasks: number[]
  /** tasks that are neither succeeded nor omitted */
  open: number
  /** parents whose every task must be done first, still open */
  waiting: number
  barrierChildren: number[]
  /** the parents that are such barriers, done or not */
  barrierParents: number[]
  /** tasks in frame-linked children that found no common frame and wait for all of this node */
  barrierTasks: number[]
}

interface TaskEntry extends PlanTask {
  position: number
  /** linked tasks (or whole nodes, for a task without common frames) that are still open */
  waiting: number
  /** positions of tasks that wait for this one */
  linked: readonly number[]
  /** per frame-linked parent node, the positions this task is linked to; null: linked to none */
  sources: Map<number, number[]> | null
}

/** Most tasks have no links: they share this one. */
const none: readonly number[] = []

/** A binary heap of task positions, smallest rank first. */
class Heap {
  private readonly items: number[] = []
  private readonly before: (a: number, b: number) => boolean

  constructor(before: (a: number, b: number) => boolean) {
    this.before = before
  }

  get first(): number | undefined {
    return this.items[0]
  }

  push(item: number): void {
    let at = this.items.push(item) - 1
    while (at > 0) {
      const up = (at - 1) >> 1
      if (!this.before(item, this.items[up] as number)) break
      this.items[at] = this.items[up] as number
      at = up
    }
    this.items[at] = item
  }

  pop(): number | undefined {
    const top = this.items[0]
    const last = this.items.pop()
    if (this.items.length === 0 || last === undefined) return top
    let at = 0
    for (;;) {
      const left = 2 * at + 1
      if (left >= this.items.length) break
      const right = left + 1
      const child =
        right < this.items.length && this.before(this.items[right] as number, this.items[left] as number) ? right : left
      if (!this.before(this.items[child] as number, last)) break
      this.items[at] = this.items[child] as number
      at = child
    }
    this.items[at] = last
    return top
  }
}

export class Plan {
  readonly nodes: readonly PlanNode[]
  private readonly entries: TaskEntry[] = []
  private readonly byId = new Map<number, TaskEntry>()
  private readonly states: NodeState[]
  private readonly queues = new Map<string, Heap>()
  private runningCount = 0
  private openCount = 0

  /** `tasks`: those of a node together, parents before children. */
  constructor(nodes: readonly PlanNode[], tasks: Iterable<PlanTask>) {
    this.nodes = nodes
    for (const { id, node, frames, status } of tasks)
      this.entries.push({
        ...{ id, node, frames, status, position: this.entries.length },
        ...{ waiting: 0, linked: none, sources: null }
      })
    this.states = nodes.map(() => ({
      tasks: [],
      open: 0,
      waiting: 0,
      barrierChildren: [],
      barrierParents: [],
      barrierTasks: []
    }))
    for (const entry of this.entries) {
      this.byId.set(entry.id, entry)
      const state = this.states[entry.node] as NodeState
      state.tasks.push(entry.position)
      if (isDone(entry.status)) continue
      state.open++
      this.openCount++
      if (entry.status === 'running') this.runningCount++
    }
    nodes.forEach((_, child) => this.connect(child))
    for (const entry of this.entries) this.offer(entry)
  }

  private entry(position: number): TaskEntry {
    return this.entries[position] as TaskEntry
  }

  private entriesOf(node: number): TaskEntry[] {
    return (this.states[node] as NodeState).tasks.map((position) => this.entry(position))
  }

  private connect(child: number): void {
    const node = this.nodes[child] as PlanNode
    for (const parent of node.parents) {
      const state = this.states[parent] as NodeState
      const links = frameLinks(this.entriesOf(parent), this.entriesOf(child), node.dependency)
      if (!links) {
        state.barrierChildren.push(child)
        ;(this.states[child] as NodeState).barrierParents.push(parent)
        if (state.open > 0) (this.states[child] as NodeState).waiting++
      }
      const [above, below] = [state.tasks, (this.states[child] as NodeState).tasks]
      links?.forEach((link, i) => {
        const upstream = link === 'all' ? link : link.map((place) => above[place] as number)
        this.link(state, this.entry(below[i] as number), upstream)
      })
    }
  }

  private link(parent: NodeState, task: TaskEntry, upstream: number[] | 'all'): void {
    if (upstream === 'all') {
      parent.barrierTasks.push(task.position)
      if (parent.open > 0) task.waiting++
      return
    }
    task.sources ??= new Map()
    task.sources.set(this.entry(upstream[0] as number).node, upstream)
    for (const position of upstream) {
      const above = this.entry(position)
      if (above.linked === none) above.linked = [task.position]
      else (above.linked as number[]).push(task.position)
      if (!isDone(above.status)) task.waiting++
    }
  }

  private queueOf(interpreter: string): Heap {
    let queue = this.queues.get(interpreter)
    if (!queue) {
      queue = new Heap((a, b) => this.ranksBefore(a, b))
      this.queues.set(interpreter, queue)
    }
    return queue
  }

  private ranksBefore(a: number, b: number): boolean {
    const [x, y] = [this.entry(a), this.entry(b)]
    const [p, q] = [(this.nodes[x.node] as PlanNode).priority, (this.nodes[y.node] as PlanNode).priority]
    return p === q ? a < b : p > q
  }

  private isReady(entry: TaskEntry): boolean {
    return entry.status === 'queued' && entry.waiting === 0 && (this.states[entry.node] as NodeState).waiting === 0
  }

  private offer(entry: TaskEntry): void {
    if (this.isReady(entry)) this.queueOf((this.nodes[entry.node] as PlanNode).interpreter).push(entry.position)
  }

  /** How many tasks a node has. */
  tasksOf(node: number): number {
    return (this.states[node] as NodeState).tasks.length
  }

  /** Tasks that run now. */
  get running(): number {
    return this.runningCount
  }

  /** Tasks that are neither succeeded nor omitted. */
  get open(): number {
    return this.openCount
  }

  /** Whether a task could start if slots and limits allowed. */
  get hasReady(): boolean {
    return [...this.queues.values()].some((queue) => queue.first !== undefined)
  }

  /** The task to start next among interpreters that still have room; it is taken out of the queue. */
  next(hasRoom: (interpreter: string) => boolean): PlanTask | undefined {
    let best: Heap | undefined
    for (const [interpreter, queue] of this.queues) {
      if (queue.first === undefined || !hasRoom(interpreter)) continue
      if (best?.first === undefined || this.ranksBefore(queue.first, best.first)) best = queue
    }
    const position = best?.pop()
    return position === undefined ? undefined : this.entry(position)
  }

  /** Tells the plan what happened to a task; what that frees becomes ready. */
  mark(id: number, status: TaskStatus): void {
    const entry = this.byId.get(id)
    if (!entry) throw new Error(`task ${id} is not in this plan`)
    const [was, now] = [entry.status, status]
    if (isDone(was)) throw new Error(`task ${id} was done; going back needs a new plan`)
    if (was === 'running') this.runningCount--
    if (now === 'running') this.runningCount++
    entry.status = now
    if (now === 'queued') this.offer(entry)
    if (isDone(now)) this.release(entry)
  }

  private release(entry: TaskEntry): void {
    this.openCount--
    for (const position of entry.linked) {
      const below = this.entry(position)
      if (--below.waiting === 0) this.offer(below)
    }
    const state = this.states[entry.node] as NodeState
    if (--state.open > 0) return
    for (const position of state.barrierTasks) {
      const below = this.entry(position)
      if (--below.waiting === 0) this.offer(below)
    }
    for (const child of state.barrierChildren) {
      const below = this.states[child] as NodeState
      if (--below.waiting === 0) for (const position of below.tasks) this.offer(this.entry(position))
    }
  }

  /** The state people see, for every task by id: queued ones are waiting, blocked or ready. */
  derive(): Map<number, TaskState> {
    const blockedNodes = this.nodes.map(() => false)
    const blockedTasks = this.entries.map(() => false)
    const found = new Map<number, TaskState>()
    this.states.forEach((state, index) => {
      const byNode = state.barrierParents.some((parent) => blockedNodes[parent])
      for (const position of state.tasks) {
        const entry = this.entry(position)
        const blocked = entry.status === 'queued' && (byNode || blockedTasks[position] === true)
        found.set(
          entry.id,
          entry.status !== 'queued' ? entry.status : blocked ? 'blocked' : this.isReady(entry) ? 'ready' : 'waiting'
        )
        if (!blocked && !isStopped(entry.status)) continue
        blockedNodes[index] = true
        for (const below of entry.linked) blockedTasks[below] = true
      }
      if (blockedNodes[index]) for (const below of state.barrierTasks) blockedTasks[below] = true
    })
    return found
  }

  /** The tasks this one directly waits for, done or not, by id. */
  parentsOf(id: number): number[] {
    const entry = this.byId.get(id)
    if (!entry) return []
    const own = this.states[entry.node] as NodeState
    return (this.nodes[entry.node] as PlanNode).parents.flatMap((parent) => {
      const state = this.states[parent] as NodeState
      const whole = own.barrierParents.includes(parent) || !entry.sources?.has(parent)
      const positions = whole ? state.tasks : (entry.sources?.get(parent) ?? [])
      return positions.map((position) => this.entry(position).id)
    })
  }

  /** The tasks this one still waits for, by id. */
  waitsFor(id: number): number[] {
    if (this.byId.get(id)?.status !== 'queued') return []
    return this.parentsOf(id).filter((above) => !isDone((this.byId.get(above) as TaskEntry).status))
  }

  /** The tasks of a parent node whose outputs this task reads, in batch order: its own upstream batches, or all. */
  sourcesOf(id: number, parent: number): number[] {
    const positions = this.byId.get(id)?.sources?.get(parent) ?? (this.states[parent] as NodeState).tasks
    return positions.map((position) => this.entry(position).id)
  }

  /** Every task that is downstream of these, by id: what a retry with everything downstream runs again. */
  downstreamOf(ids: readonly number[]): number[] {
    const tasks = new Set<number>()
    const nodes = new Set<number>()
    for (const id of ids) this.spread(this.byId.get(id), tasks, nodes)
    this.nodes.forEach((_, index) => {
      const state = this.states[index] as NodeState
      for (const position of state.tasks) {
        if (nodes.has(index)) tasks.add(position)
        if (tasks.has(position)) this.spread(this.entry(position), tasks, nodes)
      }
    })
    return [...tasks].map((position) => this.entry(position).id)
  }

  private spread(entry: TaskEntry | undefined, tasks: Set<number>, nodes: Set<number>): void {
    if (!entry) return
    const state = this.states[entry.node] as NodeState
    for (const child of state.barrierChildren) nodes.add(child)
    for (const position of [...entry.linked, ...state.barrierTasks]) tasks.add(position)
  }
}
