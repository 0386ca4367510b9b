/**
 * A job on so many workers, played through without a clock: whenever a worker is free, the task that the plan would start
 * next starts. Tasks of one node that start and end together are one event, so 100,000 tasks take milliseconds.
 */
import { at, of } from '../../../domain/at.ts'
import { Heap } from '../../job/heap.ts'
import type { Work } from './work.ts'

export interface Played {
  /** seconds until the last task has ended */
  wall: number
  /** the most tasks that ran at once */
  most: number
}

/** Tasks of a node from a position on that run until a moment. */
interface Bunch {
  end: number
  node: number
  first: number
  count: number
}

/** What shares a limit: the tasks of an interpreter that has one, or all others together. */
interface Group {
  /** ranks of nodes that have tasks ready */
  ready: Heap
  room: number
}

const ascending = (a: number, b: number): boolean => a < b

/** `workers` may be Infinity. `limits`: interpreter → the most of its tasks at once. */
export function simulate(work: Work, workers: number, limits: ReadonlyMap<string, number>): Played {
  return new Simulation(work, workers, limits).play()
}

class Simulation {
  private readonly work: Work
  private free: number
  private readonly groups = new Map<string, Group>()
  private readonly groupOf: Group[]
  private readonly byRank: number[] = []
  private readonly waiting: number[]
  /** by node: parents whose every task must be done first, and own tasks that are not done */
  private readonly barriers: number[]
  private readonly open: number[]
  /** by node: its next task, where all became ready together; linked tasks that are ready */
  private readonly cursor: number[]
  private readonly heaps: (Heap | null)[]
  private readonly bunches: Bunch[] = []
  private readonly ends = new Heap((a, b) => at(this.bunches, a).end < at(this.bunches, b).end)
  private now = 0
  private running = 0
  private most = 0

  constructor(work: Work, workers: number, limits: ReadonlyMap<string, number>) {
    this.work = work
    this.free = workers
    this.groups.set('', { ready: new Heap(ascending), room: Infinity })
    for (const [name, limit] of limits) this.groups.set(`of ${name}`, { ready: new Heap(ascending), room: limit })
    this.groupOf = work.nodes.map((node) => this.groups.get(`of ${node.interpreter}`) ?? of(this.groups, ''))
    work.nodes.forEach((node, i) => (this.byRank[node.rank] = i))
    this.waiting = [...work.waiting]
    this.barriers = work.nodes.map((node) => node.barrierParents.length)
    this.open = work.nodes.map((node) => node.count)
    this.cursor = work.nodes.map((node) => node.first)
    this.heaps = work.nodes.map((node) => (node.linked ? new Heap(ascending) : null))
  }

  play(): Played {
    this.work.nodes.forEach((_, node) => this.offerNode(node))
    this.start()
    while (this.ends.first !== undefined) {
      this.now = at(this.bunches, this.ends.first).end
      while (this.ends.first !== undefined && at(this.bunches, this.ends.first).end === this.now)
        this.end(at(this.bunches, this.ends.pop() ?? 0))
      this.start()
    }
    return { wall: this.now, most: this.most }
  }

  /** All of a node's tasks that wait for nothing of their own, once its barriers are open. */
  private offerNode(node: number): void {
    const { first, count } = at(this.work.nodes, node)
    if (at(this.barriers, node) > 0 || count === 0) return
    const heap = at(this.heaps, node)
    if (!heap) this.announce(node)
    else for (let i = first; i < first + count; i++) if (at(this.waiting, i) === 0) this.offerLinked(node, heap, i)
  }

  private offerLinked(node: number, heap: Heap, position: number): void {
    if (heap.first === undefined) this.announce(node)
    heap.push(position)
  }

  private announce(node: number): void {
    at(this.groupOf, node).ready.push(at(this.work.nodes, node).rank)
  }

  /** A task waits for one thing less. */
  private release(position: number): void {
    const left = at(this.waiting, position) - 1
    this.waiting[position] = left
    const node = at(this.work.nodeOf, position)
    const heap = at(this.heaps, node)
    if (heap && left === 0 && at(this.barriers, node) === 0) this.offerLinked(node, heap, position)
  }

  private start(): void {
    while (this.free > 0) {
      let best: Group | null = null
      for (const group of this.groups.values()) {
        const { first } = group.ready
        if (first === undefined || group.room === 0) continue
        if (best === null || first < (best.ready.first ?? Infinity)) best = group
      }
      if (best === null) return
      this.startSome(best, at(this.byRank, best.ready.first ?? 0))
    }
  }

  private startSome(group: Group, node: number): void {
    const { first, count } = this.take(group, node)
    this.free -= count
    group.room -= count
    this.running += count
    this.most = Math.max(this.most, this.running)
    const end = this.now + at(this.work.seconds, first)
    this.ends.push(this.bunches.push({ end, node, first, count }) - 1)
  }

  /** Of a node's ready tasks the next, with those behind it that take as long, as far as there is room. */
  private take(group: Group, node: number): Pick<Bunch, 'first' | 'count'> {
    const heap = at(this.heaps, node)
    if (heap) {
      const first = heap.pop() ?? 0
      if (heap.first === undefined) group.ready.pop()
      return { first, count: 1 }
    }
    const { seconds, nodes } = this.work
    const first = at(this.cursor, node)
    const last = Math.min(at(nodes, node).first + at(nodes, node).count, first + Math.min(this.free, group.room))
    let next = first + 1
    while (next < last && seconds[next] === seconds[first]) next++
    this.cursor[node] = next
    if (next === at(nodes, node).first + at(nodes, node).count) group.ready.pop()
    return { first, count: next - first }
  }

  private end({ node, first, count }: Bunch): void {
    this.free += count
    at(this.groupOf, node).room += count
    this.running -= count
    for (let i = first; i < first + count; i++) {
      const links = at(this.work.links, i)
      if (links) for (const position of links) this.release(position)
    }
    const open = at(this.open, node) - count
    this.open[node] = open
    if (open > 0) return
    const { barrierTasks, barrierChildren } = at(this.work.nodes, node)
    for (const position of barrierTasks) this.release(position)
    for (const child of barrierChildren) {
      const left = at(this.barriers, child) - 1
      this.barriers[child] = left
      if (left === 0) this.offerNode(child)
    }
  }
}
