/**
 * What may start next, purely: no clock, no I/O. Node → node is one counted barrier however many batches it joins;
 * frame → frame links batches that share frames. Nothing here grows with the number of finished tasks.
 */
import { at, of } from '../../domain/at.ts'
import type { Raw } from '../../domain/json.ts'
import { Heap } from './heap.ts'
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
  linked: number[]
  /** per frame-linked parent node, the positions this task is linked to; null: linked to none */
  sources: Map<number, number[]> | null
}

/** Most tasks have no links: they share this one. */
const none: number[] = []

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
        id,
        node,
        frames,
        status,
        position: this.entries.length,
        waiting: 0,
        linked: none,
        sources: null
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
      const state = at(this.states, entry.node)
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
    return at(this.entries, position)
  }

  private entriesOf(node: number): TaskEntry[] {
    return at(this.states, node).tasks.map((position) => this.entry(position))
  }

  private connect(child: number): void {
    const node = at(this.nodes, child)
    for (const parent of node.parents) {
      const state = at(this.states, parent)
      const links = frameLinks(this.entriesOf(parent), this.entriesOf(child), node.dependency)
      if (!links) {
        state.barrierChildren.push(child)
        at(this.states, child).barrierParents.push(parent)
        if (state.open > 0) at(this.states, child).waiting++
      }
      const [above, below] = [state.tasks, at(this.states, child).tasks]
      links?.forEach((link, i) => {
        const upstream = link === 'all' ? link : link.map((place) => at(above, place))
        this.link(state, this.entry(at(below, i)), upstream)
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
    task.sources.set(this.entry(at(upstream, 0)).node, upstream)
    for (const position of upstream) {
      const above = this.entry(position)
      if (above.linked === none) above.linked = [task.position]
      else above.linked.push(task.position)
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
    const [p, q] = [at(this.nodes, x.node).priority, at(this.nodes, y.node).priority]
    return p === q ? a < b : p > q
  }

  private isReady(entry: TaskEntry): boolean {
    return entry.status === 'queued' && entry.waiting === 0 && at(this.states, entry.node).waiting === 0
  }

  private offer(entry: TaskEntry): void {
    if (this.isReady(entry)) this.queueOf(at(this.nodes, entry.node).interpreter).push(entry.position)
  }

  /** How many tasks a node has. */
  tasksOf(node: number): number {
    return at(this.states, node).tasks.length
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
    const state = at(this.states, entry.node)
    if (--state.open > 0) return
    for (const position of state.barrierTasks) {
      const below = this.entry(position)
      if (--below.waiting === 0) this.offer(below)
    }
    for (const child of state.barrierChildren) {
      const below = at(this.states, child)
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
    const own = at(this.states, entry.node)
    return at(this.nodes, entry.node).parents.flatMap((parent) => {
      const state = at(this.states, parent)
      const whole = own.barrierParents.includes(parent) || !entry.sources?.has(parent)
      const positions = whole ? state.tasks : (entry.sources?.get(parent) ?? [])
      return positions.map((position) => this.entry(position).id)
    })
  }

  /** The tasks this one still waits for, by id. */
  waitsFor(id: number): number[] {
    if (this.byId.get(id)?.status !== 'queued') return []
    return this.parentsOf(id).filter((above) => !isDone(of(this.byId, above).status))
  }

  /** The tasks of a parent node whose outputs this task reads, in batch order: its own upstream batches, or all. */
  sourcesOf(id: number, parent: number): number[] {
    const positions = this.byId.get(id)?.sources?.get(parent) ?? at(this.states, parent).tasks
    return positions.map((position) => this.entry(position).id)
  }

  /** Every task that is downstream of these, by id: what a retry with everything downstream runs again. */
  downstreamOf(ids: readonly number[]): number[] {
    const tasks = new Set<number>()
    const nodes = new Set<number>()
    for (const id of ids) this.spread(this.byId.get(id), tasks, nodes)
    this.nodes.forEach((_, index) => {
      const state = at(this.states, index)
      for (const position of state.tasks) {
        if (nodes.has(index)) tasks.add(position)
        if (tasks.has(position)) this.spread(this.entry(position), tasks, nodes)
      }
    })
    return [...tasks].map((position) => this.entry(position).id)
  }

  private spread(entry: TaskEntry | undefined, tasks: Set<number>, nodes: Set<number>): void {
    if (!entry) return
    const state = at(this.states, entry.node)
    for (const child of state.barrierChildren) nodes.add(child)
    for (const position of [...entry.linked, ...state.barrierTasks]) tasks.add(position)
  }
}
