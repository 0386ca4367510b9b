/** The call that holds two runs side by side; of a farm's run also what is the farm's. */
import { join } from 'node:path'
import type { Context } from './context.ts'
import { taskName } from '../core/convert/convert.ts'
import { compareEnvironments, compareJobs, differs, type Comparison } from '../core/job/compare.ts'
import { cameOf, hostsOf, rehearsedBefore, type Came, type FarmHost, type Rehearsed } from '../core/job/farm-compare.ts'
import { rehearsalFor } from '../core/store/rehearsals.ts'
import { findJob, type JobRow } from '../core/store/views.ts'
import type { FarmRun } from '../domain/farm-run.ts'
import { usualPictures } from '../domain/pictures-beside.ts'
import { fail, ok, type Result } from '../domain/result.ts'
import { forecastFromHere } from './forecast.ts'
import type { Input } from '../contract.ts'
import { jobOf } from './find.ts'
import { handler } from './handler.ts'

export interface ForecastBeside {
  workers: number
  /** seconds */
  wall: number
  machine: number
}

export interface ComparedView extends Comparison {
  differs: boolean
  /** places in the rehearsal's findings: those that name this task */
  warned: number[]
}

export interface FarmBeside {
  run: FarmRun
  hosts: FarmHost[]
  /** of the left job, or of its graph; null: there is none */
  rehearsal: Rehearsed | null
  /** null: nothing of it has begun */
  came: Came | null
  /** by what the left job took: for as many workers as machines ran, and as many as tasks ran at once; empty: not measured */
  forecast: ForecastBeside[]
  /** not all of the left job was measured, so that it takes at least as long */
  lowerBound: boolean
}

export const compareCalls = {
  'job.compare': handler<'job.compare'>()((context, { left, right }) => {
    const sides = sidesOf(context, { left, right })
    if (!sides.ok) return sides
    const { db } = context.store
    const [a, b] = sides.value
    const compared = compareJobs(db, a.id, b.id)
    // of a farm's run it is told machine by machine
    const environment = b.farm ? null : compareEnvironments(db, a.id, b.id)
    const farm = b.farm && besideOf(context, a, { ...b, farm: b.farm }, compared)
    const warned = warningsOf(farm?.rehearsal ?? null)
    const tasks = compared.map((one): ComparedView => ({
      ...{ ...one, differs: differs(one) },
      warned: warned.get(taskName(one.node, one.batch)) ?? []
    }))
    return ok({ left: a.id, right: b.id, environment, farm, tasks })
  }),

  'job.pictures': handler<'job.pictures'>()(async (context, { most, ...jobs }) => {
    const sides = sidesOf(context, jobs)
    if (!sides.ok) return sides
    const { db } = context.store
    const [a, b] = sides.value
    const { picturePairs } = await import('../core/job/pictures/pairs.ts')
    const { comparePicturesApart } = await import('../core/job/pictures/apart.ts')
    const pairs = await picturePairs(db, { left: a.id, right: b.id }, compareJobs(db, a.id, b.id))
    const worker = join(context.root, 'out', 'main', 'pictures.cjs')
    const found = await comparePicturesApart(worker, { pairs, most: most ?? usualPictures })
    return found.ok ? ok({ left: a.id, right: b.id, ...found.value }) : found
  })
}

/** Errors (`usage`): one of them is not there, or none is named and none is known. */
function sidesOf(context: Context, { left, right }: Input<'job.compare'>): Result<[JobRow, JobRow]> {
  const named = left === undefined ? null : jobOf(context, left)
  if (named && !named.ok) return named
  const there = jobOf(context, right)
  if (!there.ok) return there
  const here = named ?? originOf(context, there.value)
  return here.ok ? ok([here.value, there.value]) : here
}

/** Errors (`usage`): it is no farm's run, or the job that it came from is not here. */
function originOf(context: Context, { id, farm }: JobRow): Result<JobRow> {
  const name = `name the job to hold beside it: backlot compare JOB ${id}`
  if (!farm) return fail('usage', `job ${id} was run here and not brought back from a farm; ${name}`)
  const { db } = context.store
  const origin = farm.origin === null ? null : findJob(db, farm.origin)
  // one that was submitted at once has run nowhere else; its graph may have been rehearsed
  const rehearsed = origin?.startedAt === null ? rehearsalFor(db, origin.id) : null
  const beside = (rehearsed && findJob(db, rehearsed.job)) ?? origin
  if (beside) return ok(beside)
  const gone = `the job that it was exported from, ${farm.origin}, was deleted`
  const unknown = 'its export does not say which job of this data folder it was'
  return fail('usage', `${farm.origin === null ? unknown : gone}; ${name}`)
}

function besideOf(
  context: Context,
  here: JobRow,
  there: JobRow & { farm: FarmRun },
  compared: readonly Comparison[]
): FarmBeside {
  const { db } = context.store
  const done = compared.flatMap(({ right }) => (right?.status === 'succeeded' ? [right.task] : []))
  const came = cameOf(db, there.id, there.farm, new Set(done))
  const workers = came ? [...new Set([came.hosts, came.atOnce])] : []
  const made = workers.length ? forecastFromHere(context, here, workers) : null
  return {
    run: there.farm,
    hosts: hostsOf(db, here.id, there.id),
    rehearsal: rehearsedBefore(db, here.id, there.farm.submittedAt ?? there.startedAt),
    came,
    forecast: made?.workers.map(({ workers, wall, machine }) => ({ workers, wall, machine })) ?? [],
    lowerBound: made?.lowerBound ?? false
  }
}

/** By the name of a task the places of the findings that name it. */
function warningsOf(rehearsal: Rehearsed | null): Map<string, number[]> {
  const found = new Map<string, number[]>()
  rehearsal?.findings.forEach(({ tasks }, place) => {
    for (const task of new Set(tasks)) found.set(task, [...(found.get(task) ?? []), place])
  })
  return found
}
