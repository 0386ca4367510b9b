/** A job's tasks as the simulation counts them: how long each takes, and what waits for what by the plan's own rules. */
import { at } from '../../../domain/at.ts'
import { batchesOf } from '../../../domain/frames.ts'
import type { Raw } from '../../../domain/json.ts'
import { frameLinks, type Link } from '../../../domain/links.ts'
import { costOf } from './fit.ts'
import type { Cost, ForecastJob, ForecastNode, ForecastTask } from './shapes.ts'

export interface WorkNode {
  /** its tasks stand together: the place of the first, and how many there are */
  first: number
  count: number
  interpreter: string
  /** which is picked before which: by priority, then in evaluation order */
  rank: number
  /** nodes that wait for all of it */
  barrierChildren: number[]
  /** nodes that all of it waits for, which have tasks */
  barrierParents: number[]
  /** tasks of frame-linked nodes that wait for all of it */
  barrierTasks: number[]
  /** whether some of its tasks wait on their own */
  linked: boolean
}

/** Tasks that run: what is omitted is done from the start and is not in it. Positions are indices. */
export interface Work {
  nodes: WorkNode[]
  seconds: number[]
  nodeOf: number[]
  /** links and barriers that a task waits for by itself */
  waiting: number[]
  /** by task, the tasks that are linked to it; null: none */
  links: (number[] | null)[]
  nameOf: (position: number) => string
}

interface Batch {
  frames: readonly Raw[] | null
  seconds: number
  omitted: boolean
  name: string | null
}

/** Above so many times what is expected, a measurement says that something stood still, not how long the task takes. */
const stalled = 10

/** By how much a task that was measured took longer than its node's tasks do, in seconds; 0 for others. */
function extraOf(task: ForecastTask, cost: Cost): number {
  const expected = costOf(cost, task.frames?.length ?? null)
  return task.measured !== null && task.measured <= expected * stalled ? task.measured - expected : 0
}

/**
 * Lays jobs out, also with other batch sizes; what one node is made of and how two are linked is kept, since a search asks
 * for it again and again.
 */
export class Layouts {
  private readonly job: ForecastJob
  private readonly costs: readonly Cost[]
  private readonly batches = new Map<string, Batch[]>()
  private readonly linked = new Map<string, Link[] | null>()
  private readonly flats = new Map<number, Flat>()
  /** by node, its frames that are not omitted */
  readonly frames: readonly number[]

  constructor(job: ForecastJob, costs: readonly Cost[]) {
    this.job = job
    this.costs = costs
    this.frames = job.nodes.map(framesIn)
  }

  /** `sizes`: batch size by node; a node that is not in it has the batches of the job, those that were measured as they were. */
  of(sizes: ReadonlyMap<number, number>): Work {
    const { nodes } = this.job
    const work: Work = { nodes: [], seconds: [], nodeOf: [], waiting: [], links: [], nameOf: () => '' }
    const ranks = ranksOf(nodes)
    const places = nodes.map((node, index) => {
      const batches = this.batchesOf(index, sizes.get(index) ?? null)
      const first = work.seconds.length
      const place = batches.map((batch) => {
        if (batch.omitted) return -1
        work.nodeOf.push(index)
        work.waiting.push(0)
        work.links.push(null)
        return work.seconds.push(batch.seconds) - 1
      })
      const lists = { barrierChildren: [], barrierParents: [], barrierTasks: [], linked: false }
      const { interpreter } = node
      work.nodes.push({ first, count: work.seconds.length - first, interpreter, rank: at(ranks, index), ...lists })
      return place
    })
    nodes.forEach((_, child) => this.connect(work, places, sizes, child))
    work.nameOf = (position) => {
      const node = at(work.nodeOf, position)
      const batch = at(places, node).indexOf(position)
      return this.batchesOf(node, sizes.get(node) ?? null)[batch]?.name ?? `${at(nodes, node).name}-${batch}`
    }
    return work
  }

  /** How many tasks a node has with a batch size; those that are omitted do not count. */
  countOf(node: number, size: number): number {
    return Math.ceil(at(this.frames, node) / size)
  }

  private batchesOf(index: number, size: number | null): Batch[] {
    const key = `${index} ${size}`
    const known = this.batches.get(key)
    if (known) return known
    const [node, cost] = [at(this.job.nodes, index), at(this.costs, index)]
    const made = size === null ? asTheyAre(node, cost) : inSize(cost, size, this.flatOf(index))
    this.batches.set(key, made)
    return made
  }

  private flatOf(index: number): Flat {
    const known = this.flats.get(index) ?? flatten(at(this.job.nodes, index), at(this.costs, index))
    this.flats.set(index, known)
    return known
  }

  private connect(work: Work, places: readonly number[][], sizes: ReadonlyMap<number, number>, child: number): void {
    for (const parent of at(this.job.nodes, child).parents) {
      const [above, below] = [at(work.nodes, parent), at(work.nodes, child)]
      const links = this.linksOf(parent, child, sizes)
      if (!links) {
        if (above.count === 0) continue
        above.barrierChildren.push(child)
        below.barrierParents.push(parent)
        continue
      }
      const [own, upstream] = [at(places, child), at(places, parent)]
      links.forEach((link, i) => {
        const task = at(own, i)
        if (task < 0) return
        if (link === 'all') waitForAll(work, task, parent)
        else for (const place of link) waitForOne(work, task, at(upstream, place))
      })
    }
  }

  private linksOf(parent: number, child: number, sizes: ReadonlyMap<number, number>): Link[] | null {
    const { dependency } = at(this.job.nodes, child)
    if (dependency === 'node') return null
    const [above, below] = [sizes.get(parent) ?? null, sizes.get(child) ?? null]
    const key = `${parent} ${above} ${child} ${below}`
    const known = this.linked.get(key)
    if (known !== undefined) return known
    const made = frameLinks(this.batchesOf(parent, above), this.batchesOf(child, below), dependency)
    this.linked.set(key, made)
    return made
  }
}

function waitForAll(work: Work, task: number, parent: number): void {
  const above = at(work.nodes, parent)
  if (above.count === 0) return
  above.barrierTasks.push(task)
  waitsMore(work, task)
}

/** An upstream task that is omitted (-1) is done: it is waited for no longer. */
function waitForOne(work: Work, task: number, above: number): void {
  if (above < 0) return
  const list = at(work.links, above)
  if (list) list.push(task)
  else work.links[above] = [task]
  waitsMore(work, task)
}

function waitsMore(work: Work, task: number): void {
  work.waiting[task] = at(work.waiting, task) + 1
  at(work.nodes, at(work.nodeOf, task)).linked = true
}

/** The plan starts what has the highest priority, then what comes first in evaluation order. */
function ranksOf(nodes: readonly ForecastNode[]): number[] {
  const order = nodes.map((_, i) => i).sort((a, b) => at(nodes, b).priority - at(nodes, a).priority || a - b)
  const ranks = nodes.map(() => 0)
  order.forEach((node, rank) => (ranks[node] = rank))
  return ranks
}

const asTheyAre = (node: ForecastNode, cost: Cost): Batch[] =>
  node.tasks.map((task) => ({
    ...task,
    seconds: task.omitted ? 0 : costOf(cost, task.frames?.length ?? null) + extraOf(task, cost)
  }))

/** Frames of a batched node that are not omitted. */
const framesIn = (node: ForecastNode): number =>
  node.tasks.reduce((sum, { omitted, frames }) => sum + (omitted ? 0 : (frames?.length ?? 0)), 0)

/** A batched node's frames one behind the other; those that are omitted are left out. */
interface Flat {
  frames: Raw[]
  /** by how much each takes longer than the others, in seconds; null: none was measured */
  extras: number[] | null
}

function flatten({ tasks }: ForecastNode, cost: Cost): Flat {
  const [frames, extras]: [Raw[], number[]] = [[], []]
  for (const task of tasks) {
    if (task.omitted || !task.frames) continue
    // without a start-up that is known, what a frame took is not known either
    const each = cost.startup === null ? 0 : extraOf(task, cost) / task.frames.length
    for (const frame of task.frames) {
      frames.push(frame)
      extras.push(each)
    }
  }
  return { frames, extras: extras.some((extra) => extra !== 0) ? extras : null }
}

/** Frames that were measured as heavier or lighter than the others stay so in whatever batch they come. */
function inSize(cost: Cost, size: number, { frames, extras }: Flat): Batch[] {
  return batchesOf(frames, size).map((batch, i) => {
    let seconds = costOf(cost, batch.length)
    if (extras) for (let at = i * size; at < i * size + batch.length; at++) seconds += extras[at] ?? 0
    return { frames: batch, seconds: Math.max(0, seconds), omitted: false, name: null }
  })
}
