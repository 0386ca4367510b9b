/** What a forecast is made from, and what it says. All times are in seconds. */
import type { CostSource, LimitedBy } from '../../../domain/forecast.ts'
import type { Raw } from '../../../domain/json.ts'

/** An attempt that succeeded. */
export interface Measurement {
  /** how many frames it had; null: the whole node */
  frames: number | null
  /** wall time of the attempt */
  seconds: number
  /** of that, seconds inside the node's own code as the evaluator measured them; null: not measured */
  inside: number | null
}

export interface ForecastTask {
  name: string
  frames: readonly Raw[] | null
  /** it runs nothing and is done from the start */
  omitted: boolean
  /** how long it took when it ran; null: it has not succeeded yet */
  measured: number | null
}

export interface ForecastNode {
  name: string
  /** indices of nodes, all smaller than its own */
  parents: readonly number[]
  dependency: 'node' | 'frame'
  interpreter: string
  /** higher starts first */
  priority: number
  /** null: the node is one task */
  batchSize: number | null
  /** its frames come from upstream and are not known yet */
  deferred: boolean
  tasks: readonly ForecastTask[]
  /** of this job */
  here: readonly Measurement[]
  /** of the same node in other jobs */
  elsewhere: readonly Measurement[]
}

export interface ForecastJob {
  /** in evaluation order */
  nodes: readonly ForecastNode[]
  /** interpreter → how many of its tasks may run at once; those without a limit are not in it */
  limits: ReadonlyMap<string, number>
}

/** What a task of a node costs. */
export interface Cost {
  source: CostSource
  /** paid by each task; null: not known */
  startup: number | null
  /** null: not known */
  perFrame: number | null
  /** mean of all tasks that count */
  mean: number
  /** sizes of the batches that were measured, ascending */
  sizes: number[]
  /** how many measurements it rests on */
  count: number
  /** how many were so far from the rest that they were set aside */
  setAside: number
}

/** A batch size for a node, and what comes of it. */
export interface SizeAdvice {
  node: number
  /** null: nothing can be said */
  size: number | null
  /** the size that it has now */
  now: number
  /** tasks of the node with that size, and now */
  tasks: number
  tasksNow: number
  /** wall time of the whole job with this size and those advised before it; null: looked at by itself alone */
  wall: number | null
  why: string
}

export interface WorkersForecast {
  workers: number
  wall: number
  /** sum over all tasks */
  machine: number
  /** how much of the workers' time is used, 0 to 1 */
  utilisation: number
  limitedBy: LimitedBy
  /** of each batched node; empty if not asked for */
  advice: SizeAdvice[]
  /** wall time and machine time with all of the advice taken; null if not asked for */
  advised: { wall: number; machine: number } | null
}

export interface PathStep {
  task: string
  seconds: number
}

export interface Forecast {
  /** by node */
  costs: Cost[]
  /** tasks of each node that run */
  tasks: number[]
  workers: WorkersForecast[]
  /** the longest chain of tasks that wait for each other: no number of workers is faster */
  path: PathStep[]
  pathSeconds: number
  /** more workers than this change nothing */
  mostWorkers: number
  /** something is not known, so it takes at least as long */
  lowerBound: boolean
  /** what is not known or was set aside, a sentence each */
  notes: string[]
}
