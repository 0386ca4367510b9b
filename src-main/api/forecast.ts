/** The call that says what a job would take on so many workers. */
import type { Context } from './context.ts'
import type { Input } from '../contract.ts'
import { at } from '../domain/at.ts'
import { usualWorkers } from '../domain/forecast.ts'
import { tookOf } from '../domain/durations.ts'
import { itemsOf } from '../domain/json.ts'
import { didYouMean } from '../domain/near.ts'
import { caught, refuse, type Result } from '../domain/result.ts'
import type { StoredJob, StoredNode } from '../core/job/stored-job.ts'
import { forecast } from '../core/rehearse/forecast.ts'
import type { Cost, Forecast, ForecastJob, ForecastNode, Measurement } from '../core/rehearse/forecast/shapes.ts'
import { measuredAttempts, measuredElsewhere, type MeasuredElsewhere } from '../core/store/measurements.ts'
import { rehearsalOf } from '../core/store/rehearsals.ts'
import type { JobRow } from '../core/store/views.ts'
import { jobNow, jobOf } from './find.ts'
import { handler } from './handler.ts'

/** A node's tasks and what one of them costs; times are in seconds. */
export interface NodeForecast extends Cost {
  name: string
  identifier: string
  interpreter: string
  /** tasks that run */
  tasks: number
  /** of the batches that were looked at; null: the node is one task */
  batchSize: number | null
  /** in all its batches; null: the node is one task, or they are not known yet */
  frames: number | null
}

export interface ForecastView extends Omit<Forecast, 'costs' | 'tasks'> {
  job: number
  name: string
  nodes: NodeForecast[]
  /** what the rehearsal's worker profile says of the farm; null: nothing */
  profileWorkers: number | null
}

export const forecastCalls = {
  'job.forecast': handler<'job.forecast'>()((context, input) => forecastView(context, input))
}

/** So many attempts of other jobs are read: more say nothing new. */
const mostElsewhere = 20_000

/** Errors (`usage`): there is no such job or node, or nothing of the job was measured. */
async function forecastView(context: Context, input: Input<'job.forecast'>): Promise<Result<ForecastView>> {
  const row = jobOf(context, input.job)
  if (!row.ok) return row
  const profileWorkers = await workersOf(context, row.value)
  return caught(() => viewOf(context, row.value, { ...input, profileWorkers }))
}

interface Asked extends Input<'job.forecast'> {
  profileWorkers: number | null
}

/** Refuses as above. */
function viewOf(context: Context, row: JobRow, { workers, batch, advise, profileWorkers }: Asked): ForecastView {
  const stored = jobNow(context, row.id)
  const job = forecastJob(context, stored, { ...row, onFarms: true })
  const sizes = sizesFor(stored, job, batch ?? {})
  const asked = workers ?? (profileWorkers === null ? usualWorkers : [profileWorkers])
  const made = forecast(job, { workers: asked, sizes, advise: advise ?? true })
  if (!made) return refuse('usage', `nothing of job ${stored.id} was measured; run or rehearse it first`)
  const { costs, tasks, notes, ...rest } = made
  const nodes = stored.nodes.map(({ name, identifier, interpreter }, i): NodeForecast => {
    const { batchSize, tasks: all } = at(job.nodes, i)
    const frames = all.every((task) => task.frames === null)
      ? null
      : all.reduce((sum, { frames }) => sum + (frames?.length ?? 0), 0)
    const size = sizes.get(i) ?? batchSize
    return { name, identifier, interpreter, tasks: at(tasks, i), batchSize: size, frames, ...at(costs, i) }
  })
  const all = [...notes, ...warmNotes(context, stored)]
  return { job: stored.id, name: stored.name, ...rest, notes: all, nodes, profileWorkers }
}

/** Batch sizes by node; what people call a node is its name where only one has it, or its identifier. */
function sizesFor(stored: StoredJob, job: ForecastJob, batch: Readonly<Record<string, number>>): Map<number, number> {
  const entries = Object.entries(batch).map(([text, size]): [number, number] => {
    const named = stored.nodes.filter(({ name }) => name === text)
    const [node] = stored.nodes.filter(({ identifier }) => identifier === text).concat(named)
    if (!node) {
      const meant = didYouMean(
        text,
        stored.nodes.map(({ name }) => name)
      )
      return refuse('usage', `there is no node ${JSON.stringify(text)}${meant} in job ${stored.id}`)
    }
    if (node.identifier !== text && named.length > 1)
      return refuse('usage', `${named.length} nodes are called ${JSON.stringify(text)}; say which by identifier`)
    const { batchSize, deferred } = at(job.nodes, node.position)
    if (batchSize === null || deferred)
      return refuse('usage', `${node.name} has no frames that could be batched otherwise`)
    return [node.position, size]
  })
  return new Map(entries)
}

type Measured = Pick<JobRow, 'id' | 'name'> & { onFarms: boolean }

/** What a job would take on so many workers by what was measured here alone; null: nothing was. */
export function forecastFromHere(context: Context, row: JobRow, workers: readonly number[]): Forecast | null {
  const job = forecastJob(context, jobNow(context, row.id), { ...row, onFarms: false })
  return forecast(job, { workers, advise: false })
}

/** The job with what was measured of it, and of the same nodes in other jobs of this graph. */
function forecastJob({ store }: Context, stored: StoredJob, { id, name, onFarms }: Measured): ForecastJob {
  const states = stored.plan.derive()
  const here = stored.nodes.map((): Measurement[] => [])
  const last = new Map<number, number>()
  for (const { task, node, ...attempt } of measuredAttempts(store.db, id)) {
    const measured = measurementOf(attempt)
    at(here, node).push(measured)
    last.set(task, measured.seconds)
  }
  const elsewhere = elsewhereOf(stored.nodes, measuredElsewhere(store.db, { id, name, onFarms }, mostElsewhere))
  const tasks = Map.groupBy(stored.tasks.values(), ({ node }) => node.position)
  const nodes = stored.nodes.map((node, i): ForecastNode => {
    const own = tasks.get(i) ?? []
    const { parents } = at(stored.plan.nodes, i)
    const { name, dependency, interpreter, priority, batchSize } = node
    return {
      ...{
        name,
        parents,
        dependency,
        interpreter,
        priority,
        batchSize,
        here: at(here, i),
        elsewhere: at(elsewhere, i)
      },
      deferred: node.deferred && own.every(({ frames }) => frames === null),
      tasks: own.map((task) => ({
        ...{ name: task.name, frames: task.frames, omitted: states.get(task.id) === 'omitted' },
        measured: last.get(task.id) ?? null
      }))
    }
  })
  const limits = [...stored.interpreters].flatMap(([name, { limit }]) =>
    limit === null ? [] : [[name, limit] as const]
  )
  return { nodes, limits: new Map(limits) }
}

type Attempted = Pick<MeasuredElsewhere, 'frames' | 'startedAt' | 'endedAt' | 'took' | 'inside'>

const measurementOf = ({ frames, inside, ...span }: Attempted): Measurement => ({
  frames: frames === null ? null : itemsOf(frames).length,
  seconds: (tookOf(span, span.endedAt) ?? 0) / 1000,
  inside
})

/** A node is the same by identifier, or by a name that only one has (code gives identifiers anew each time). */
function elsewhereOf(nodes: readonly StoredNode[], rows: readonly MeasuredElsewhere[]): Measurement[][] {
  const byIdentifier = Map.groupBy(rows, ({ identifier }) => identifier)
  const byName = Map.groupBy(rows, ({ name }) => name)
  const named = Map.groupBy(nodes, ({ name }) => name)
  return nodes.map(({ identifier, name, interpreter, code }) => {
    const unique = named.get(name)?.length === 1 ? byName.get(name) : undefined
    const same = byIdentifier.get(identifier) ?? unique ?? []
    // other code or another program says nothing of this one
    const fits = same.filter((row) => row.interpreter === interpreter && (!code || !row.code || row.code === code))
    return fits.map(measurementOf)
  })
}

/** A rehearsal starts each task cold, as a farm does; a plain run may keep interpreters warm, which hides their start. */
function warmNotes({ store }: Context, { id, interpreters, nodes }: StoredJob): string[] {
  if (rehearsalOf(store.db, id)) return []
  const used = new Set(nodes.map(({ interpreter }) => interpreter))
  const warm = [...interpreters.values()].filter(({ name, start }) => used.has(name) && start !== 'cold')
  return warm.map(
    ({ name, start }) =>
      `${name} was kept warm where it was measured here (start: ${start}); a farm that starts it for each task pays its start on top`
  )
}

/**
 * Of a rehearsed job, what the worker profile beside its graph says; null: it was not rehearsed, or there is no profile, or
 * none that can be read, which the rehearsal has said. A profile that was named by hand is not known any more.
 */
async function workersOf({ store }: Context, { id, source }: JobRow): Promise<number | null> {
  if (!rehearsalOf(store.db, id)) return null
  // profiles are YAML, whose reader is read when it is needed
  const { findProfile, readProfile } = await import('../core/rehearse/profile.ts')
  const path = findProfile(source)
  const profile = path === null ? null : readProfile(path)
  return profile?.ok ? profile.value.workers : null
}
