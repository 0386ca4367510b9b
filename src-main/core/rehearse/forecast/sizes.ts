/** The best batch size of each node for a number of workers: sizes are tried in the whole job, the least wall time wins. */
import { countText } from '../../../domain/counts.ts'
import { at } from '../../../domain/at.ts'
import { secondsText as text } from '../../../domain/forecast.ts'
import { costOf } from './fit.ts'
import type { Cost, ForecastJob, SizeAdvice } from './shapes.ts'
import { simulate } from './simulate.ts'
import type { Layouts } from './work.ts'

export interface Search {
  job: ForecastJob
  costs: readonly Cost[]
  layouts: Layouts
  workers: number
  /** batch sizes that were asked for in place of the job's, by node */
  given: ReadonlyMap<number, number>
  /** wall time with the batches as they are */
  wall: number
  /** tasks of the job as it is */
  tasks: number
}

/** A node's batch size as it is. */
const sizeOf = ({ job, given }: Search, node: number): number => given.get(node) ?? at(job.nodes, node).batchSize ?? 1

/** A search plays so many tasks in all: less than half a second. What is beyond that is looked at by itself alone. */
const mostPlayed = 450_000
/** Up to so many frames each size is tried. */
const fewFrames = 64
/** How many tasks could be played in the time that a frame takes to be put into batches, and to be linked by. */
const [batchCost, linkCost] = [0.25, 4]

/** Walls that differ by less are equal: sums of the same numbers in another order. */
export const isLess = (a: number, b: number): boolean => a < b - 1e-9 * Math.max(a, b)

/** Wall times that differ by one in a hundred are equal for advice. */
const nearly = 1.01

interface Tried {
  size: number
  tasks: number
  wall: number
}

interface Advised {
  advice: SizeAdvice[]
  /** those that were asked for, and those that are advised */
  sizes: ReadonlyMap<number, number>
  /** wall time with that */
  wall: number
}

/**
 * The node with the most work first; each next one is looked at with what was advised before it, so all of the advice
 * together is never slower than the job as it is.
 */
export function adviseSizes(search: Search): Advised {
  const { job, costs, layouts } = search
  const batched = job.nodes.flatMap((node, i) => (node.batchSize !== null && at(layouts.frames, i) > 0 ? [i] : []))
  const work = (i: number) => costOf(at(costs, i), 1) * at(layouts.frames, i)
  const order = batched.toSorted((a, b) => work(b) - work(a) || a - b)
  const sizes = new Map(search.given)
  let { wall, tasks } = search
  let budget = mostPlayed
  const advice = order.map((node, place) => {
    const share = budget / (order.length - place)
    const found = adviseNode(search, node, { sizes, wall, tasks, share })
    budget -= found.played
    if (found.advice.wall !== null && found.advice.size !== null && found.advice.size !== found.advice.now) {
      sizes.set(node, found.advice.size)
      wall = found.advice.wall
      tasks += found.advice.tasks - found.advice.tasksNow
    }
    return found.advice
  })
  return { advice: advice.sort((a, b) => a.node - b.node), sizes, wall }
}

interface Before {
  /** what was advised for other nodes */
  sizes: ReadonlyMap<number, number>
  /** wall time with that, and tasks of the job */
  wall: number
  tasks: number
  /** so many tasks may be played for this node */
  share: number
}

function adviseNode(search: Search, node: number, before: Before): { advice: SizeAdvice; played: number } {
  const { job, costs, workers, layouts } = search
  const { tasks, name } = at(job.nodes, node)
  const cost = at(costs, node)
  const now = sizeOf(search, node)
  const tasksNow = search.given.has(node) ? layouts.countOf(node, now) : tasks.filter(({ omitted }) => !omitted).length
  const none = (why: string) => ({ node, size: null, now, tasks: tasksNow, tasksNow, wall: null, why })
  if (cost.source === 'none') return { advice: none(`${name} was not measured`), played: 0 }
  if (cost.startup === null) return { advice: none(unknownStartup(cost)), played: 0 }
  const asItIs: Tried = { size: now, tasks: tasksNow, wall: before.wall }
  const tried = [asItIs]
  let played = 0
  for (const size of candidates(search, node)) {
    const tasks = layouts.countOf(node, size)
    const effort = before.tasks - tasksNow + tasks + frameEffort(search, node)
    if (size === now || played + effort > before.share) continue
    played += effort
    const work = layouts.of(new Map(before.sizes).set(node, size))
    tried.push({ size, tasks, wall: simulate(work, workers, job.limits).wall })
  }
  if (played === 0 && at(layouts.frames, node) > 1) return { advice: alone(search, node, { now, tasksNow }), played }
  const best = bestOf(tried, asItIs)
  const why = whyOf({ name, cost, workers, room: roomOf(search, node) }, asItIs, best)
  return { advice: { node, size: best.size, now, tasks: best.tasks, tasksNow, wall: best.wall, why }, played }
}

/** What another size of a node's batches takes beside playing the tasks, in tasks that could be played meanwhile. */
function frameEffort({ job, layouts }: Search, node: number): number {
  const linked =
    at(job.nodes, node).dependency === 'frame' ||
    job.nodes.some(({ parents, dependency }) => dependency === 'frame' && parents.includes(node))
  return at(layouts.frames, node) * (linked ? linkCost : batchCost)
}

/**
 * The fewest tasks among those with the least wall time, which pay less for start-up. A wall time that is nearly as good is
 * as good: no forecast is more exact than that, and many more tasks for a moment's gain is bad advice. Never slower than now.
 */
function bestOf(tried: readonly Tried[], asItIs: Tried): Tried {
  const least = Math.min(...tried.map(({ wall }) => wall))
  const good = tried.filter(({ wall }) => !isLess(least * nearly, wall) && !isLess(asItIs.wall, wall))
  return good.reduce((best, one) => (isBetter(one, best) ? one : best), good[0] ?? asItIs)
}

const isBetter = (a: Tried, b: Tried): boolean => (a.tasks === b.tasks ? isLess(a.wall, b.wall) : a.tasks < b.tasks)

/** How many tasks of a node can run at once. */
const roomOf = ({ job, workers }: Search, node: number): number =>
  Math.min(workers, job.limits.get(at(job.nodes, node).interpreter) ?? Infinity)

/**
 * Sizes worth trying, the most promising first: of many frames those that fill whole rounds of the workers, those of its
 * neighbours and some of every order of magnitude.
 */
function candidates(search: Search, node: number): number[] {
  const { job } = search
  const own = at(job.nodes, node)
  const frames = at(search.layouts.frames, node)
  const room = roomOf(search, node)
  const tries = new Set<number>()
  const add = (size: number) => tries.add(Math.min(frames, Math.max(1, Math.ceil(size))))
  if (frames <= fewFrames) for (let size = 1; size <= frames; size++) add(size)
  else {
    for (let rounds = 1; rounds <= 12; rounds++) add(frames / (room * rounds))
    for (let size = 1; size < frames; size *= 1.6) add(size)
    add(frames)
    for (const parent of own.parents) add(sizeOf(search, parent))
    job.nodes.forEach(({ parents }, child) => parents.includes(node) && add(sizeOf(search, child)))
  }
  const time = new Map([...tries].map((size) => [size, aloneSeconds(at(search.costs, node), frames, size, room)]))
  return [...tries].sort((a, b) => (time.get(a) ?? 0) - (time.get(b) ?? 0) || b - a)
}

/** Seconds that a node's batches take when nothing else runs: rounds of full batches, the last one may be smaller. */
function aloneSeconds(cost: Cost, frames: number, size: number, room: number): number {
  const full = Math.floor(frames / size)
  const rest = frames - full * size
  const batch = costOf(cost, size)
  const rounds = Math.floor(full / room)
  const last = full - rounds * room > 0 ? batch : rest > 0 ? costOf(cost, rest) : 0
  return rounds * batch + last
}

/** For what is too large to be tried in the whole job. */
function alone(search: Search, node: number, { now, tasksNow }: Pick<SizeAdvice, 'now' | 'tasksNow'>): SizeAdvice {
  const { job, costs, workers, layouts } = search
  const [frames, room, cost] = [at(layouts.frames, node), roomOf(search, node), at(costs, node)]
  const tried = (size: number) => ({
    ...{ size, tasks: layouts.countOf(node, size), wall: aloneSeconds(cost, frames, size, room) }
  })
  const asItIs = tried(now)
  const best = bestOf([asItIs, ...candidates(search, node).map(tried)], asItIs)
  const why = whyOf({ name: at(job.nodes, node).name, cost, workers, room }, asItIs, best)
  return {
    node,
    size: best.size,
    now,
    tasks: best.tasks,
    tasksNow,
    wall: null,
    why: `${why} (looked at by itself alone)`
  }
}

function unknownStartup({ sizes }: Cost): string {
  const those = sizes.length === 1 ? `batches of ${sizes[0]}` : 'batches of nearly one size'
  return `start-up is not known: only ${those} were measured; run some of another size`
}

interface Subject {
  name: string
  cost: Cost
  workers: number
  /** how many of its tasks can run at once */
  room: number
}

const times = (n: number): string => (n === 1 ? 'once' : n === 2 ? 'twice' : `${countText(n)} times`)

/** One sentence: what the size that it has costs, or why that is the best. */
function whyOf({ name, cost, workers, room }: Subject, now: Tried, best: Tried): string {
  const startup = cost.startup ?? 0
  const saved = text(now.wall - best.wall)
  const sooner = isLess(best.wall, now.wall) ? `; ${saved} sooner` : '; the wall time is the same'
  if (best.size === now.size) return 'no other size is faster'
  if (best.tasks < now.tasks) {
    if (startup === 0) return `as fast with ${countText(best.tasks)} tasks as with ${countText(now.tasks)}`
    return `start-up of ${text(startup)} is paid ${times(now.tasks)} now, ${times(best.tasks)} then${sooner}`
  }
  if (best.tasks === now.tasks) return `the batches of ${name} come out more even${sooner}`
  const where = room < workers ? `the ${room} that its interpreter’s limit allows` : `${workers} workers`
  if (now.tasks < room)
    return `${now.tasks} ${now.tasks === 1 ? 'task leaves' : 'tasks leave'} some of ${where} idle${sooner}`
  return `smaller batches fill ${where} more evenly${sooner}`
}
