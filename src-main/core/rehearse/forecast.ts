/**
 * What a job would take on so many workers, from what was measured of it: purely, without a clock. Tasks cost start-up plus
 * so much per frame (fit), wait for each other as in the plan (work), and are played through (simulate).
 */
import { at } from '../../domain/at.ts'
import type { LimitedBy } from '../../domain/forecast.ts'
import { fitCost } from './forecast/fit.ts'
import { criticalPath } from './forecast/path.ts'
import { adviseSizes, isLess } from './forecast/sizes.ts'
import { simulate } from './forecast/simulate.ts'
import { Layouts, type Work } from './forecast/work.ts'
import type { Cost, Forecast, ForecastJob, ForecastNode, WorkersForecast } from './forecast/shapes.ts'

export interface ForecastOptions {
  workers: readonly number[]
  /** batch size by node, in place of the job's batches */
  sizes?: ReadonlyMap<number, number>
  /** also the best batch sizes */
  advise?: boolean
}

/** Null: nothing of the job was measured. */
export function forecast(
  job: ForecastJob,
  { workers, sizes = new Map(), advise = true }: ForecastOptions
): Forecast | null {
  const costs = job.nodes.map(({ here, elsewhere }) => fitCost(here, elsewhere))
  if (costs.every(({ source }) => source === 'none')) return null
  const layouts = new Layouts(job, costs)
  const work = layouts.of(sizes)
  const endless = simulate(work, Infinity, job.limits)
  const seen: Seen = { job, costs, layouts, work, sizes, endless: endless.wall }
  const path = criticalPath(work)
  const unknown = unknownNotes(job, costs)
  return {
    ...{ costs, tasks: work.nodes.map(({ count }) => count), path },
    workers: workers.map((count) => onWorkers(seen, count, advise)),
    pathSeconds: path.reduce((sum, { seconds }) => sum + seconds, 0),
    ...{ mostWorkers: endless.most, lowerBound: unknown.length > 0 },
    notes: [...unknown, ...apartNotes(job, costs)]
  }
}

interface Seen {
  job: ForecastJob
  costs: readonly Cost[]
  layouts: Layouts
  work: Work
  sizes: ReadonlyMap<number, number>
  /** wall time with as many workers as there are tasks */
  endless: number
}

const machineOf = ({ seconds }: Work): number => seconds.reduce((sum, one) => sum + one, 0)

function onWorkers(seen: Seen, workers: number, advise: boolean): WorkersForecast {
  const { job, costs, layouts, work } = seen
  const { wall } = simulate(work, workers, job.limits)
  const machine = machineOf(work)
  const all = { workers, wall, machine, utilisation: wall > 0 ? machine / (workers * wall) : 0 }
  const limitedBy = limitOf(seen, workers, wall)
  if (!advise) return { ...all, limitedBy, advice: [], advised: null }
  const search = { job, costs, layouts, workers, given: seen.sizes, wall, tasks: work.seconds.length }
  const { advice, ...then } = adviseSizes(search)
  const changed = advice.some(({ size, now, wall }) => wall !== null && size !== now)
  const advised = { wall: then.wall, machine: changed ? machineOf(layouts.of(then.sizes)) : machine }
  return { ...all, limitedBy, advice, advised }
}

/** What would make it faster if there were more of it: asked by playing the job with more of it. */
function limitOf({ job, work, endless }: Seen, workers: number, wall: number): LimitedBy {
  const unlimited = job.limits.size > 0 ? simulate(work, workers, new Map()).wall : wall
  if (!isLess(Math.min(endless, unlimited), wall)) return { kind: 'path' }
  return isLess(unlimited, endless) ? busiestLimit(job, work) : { kind: 'workers' }
}

/** The interpreter whose tasks need the most time for what its limit lets run at once. */
function busiestLimit({ nodes, limits }: ForecastJob, work: Work): LimitedBy {
  const busy = new Map<string, number>()
  work.seconds.forEach((seconds, task) => {
    const { interpreter } = at(nodes, at(work.nodeOf, task))
    const limit = limits.get(interpreter)
    if (limit !== undefined) busy.set(interpreter, (busy.get(interpreter) ?? 0) + seconds / limit)
  })
  const [name] = [...busy].reduce((a, b) => (b[1] > a[1] ? b : a), ['', -1] as const)
  return { kind: 'interpreter', name, limit: limits.get(name) ?? 0 }
}

/** What makes the forecast a lower bound. */
function unknownNotes({ nodes }: ForecastJob, costs: readonly Cost[]): string[] {
  const runs = ({ tasks }: ForecastNode) => tasks.some(({ omitted }) => !omitted)
  const unmeasured = nodes.filter((node, i) => runs(node) && at(costs, i).source === 'none').map(({ name }) => name)
  const open = nodes.filter((node) => node.deferred && runs(node)).map(({ name }) => name)
  return [
    ...(unmeasured.length ? [`not measured, so it counts as no time: ${unmeasured.join(', ')}`] : []),
    ...open.map((name) => `the frames of ${name} come from upstream and are not known yet: it counts as one task`)
  ]
}

function apartNotes({ nodes }: ForecastJob, costs: readonly Cost[]): string[] {
  return nodes.flatMap(({ name, batchSize }, i) => {
    const cost = at(costs, i)
    const { source, setAside, count } = cost
    const apart = `${name}: ${setAside} of ${count + setAside} measurements are far from the rest and were set aside`
    const mean = `${name}: start-up is not known, since all measured batches have about the same size; each counts as the mean`
    const inside = `${name}: start-up is what was measured around the node's own code; what it loads itself is not told apart`
    return [
      ...(setAside ? [apart] : []),
      ...(source === 'mean' && batchSize !== null ? [mean] : []),
      ...(source === 'inside' && batchSize !== null ? [inside] : [])
    ]
  })
}
