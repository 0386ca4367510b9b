/** A farm's run beside a run here: what its machines had around them, what the rehearsal had said, how long it took. */
import { differencesOf, isOfTheLogin, type Difference } from '../../domain/environment.ts'
import { tookOf } from '../../domain/durations.ts'
import type { FarmRun } from '../../domain/farm-run.ts'
import type { Finding } from '../../domain/rehearsal.ts'
import type { Db } from '../store/db.ts'
import { environmentsOfHosts, firstEnvironment, type HostEnvironment } from '../store/environments.ts'
import { rehearsalFor } from '../store/rehearsals.ts'
import { jobAttempts, jobRow } from '../store/views.ts'

type JobAttempt = ReturnType<typeof jobAttempts>[number]

/** One of the farm's machines. */
export interface FarmHost {
  host: string
  /** whose last attempt ran there */
  tasks: number
  /** variables that the run here had and this machine had otherwise or not; null: of one of them it was not kept */
  environment: Difference[] | null
}

export type Warning = Pick<Finding, 'kind' | 'severity' | 'message' | 'remedy' | 'tasks'>

export interface Rehearsed {
  /** the job that was rehearsed */
  job: number
  /** it had ended when the farm began */
  before: boolean
  findings: Warning[]
}

/** What came; times in seconds. */
export interface Came {
  /** from the first task's start to the last one's end */
  wall: number
  /** of all attempts together */
  machine: number
  /** of that, in attempts that did not count: they failed, or ran again */
  lost: number
  /** from submitting to the first start; null: not known */
  queued: number | null
  hosts: number
  /** the most that ran at the same time */
  atOnce: number
  /** attempts still run, or tasks have not begun */
  open: boolean
}

/** What the rehearsal of a job, or the newest one of its graph, had found; null: there is none. `began`: the farm, ms since 1970. */
export function rehearsedBefore(db: Db['db'], job: number, began: number | null): Rehearsed | null {
  const found = rehearsalFor(db, job)
  if (!found?.report || found.endedAt === null) return null
  const findings = found.report.findings.map(({ kind, severity, message, remedy, tasks }): Warning => ({
    kind,
    severity,
    message,
    remedy,
    tasks
  }))
  return { job: found.job, before: began === null || found.endedAt <= began, findings }
}

/** The farm's machines, the busiest first, each beside the run here. */
export function hostsOf(db: Db['db'], here: number, farm: number): FarmHost[] {
  const own = firstEnvironment(db, here)
  const carried = new Map(jobRow(db, farm).interpreters.map(({ name, env }) => [name, new Set(Object.keys(env))]))
  const isOwn = (name: string) =>
    !isOfTheLogin(name) && own !== null && (name in own.variables || own.hidden.includes(name))
  // what only the farm has says nothing: of a shell here only what it adds to a login is kept
  const missed = ({ interpreter, ...there }: HostEnvironment): Difference[] =>
    own === null
      ? []
      : differencesOf(own, there).filter(({ name }) => isOwn(name) && !carried.get(interpreter)?.has(name))
  const byHost = [...Map.groupBy(environmentsOfHosts(db, farm), ({ host }) => host)]
  return byHost
    .map(([host, rows]): FarmHost => {
      const kept = rows.filter(({ isKept }) => isKept)
      const all = new Map(kept.flatMap(missed).map((one) => [JSON.stringify([one.name, one.right]), one]))
      const environment = own === null || kept.length === 0 ? null : [...all.values()]
      return { host, tasks: rows.reduce((sum, { tasks }) => sum + tasks, 0), environment }
    })
    .sort((a, b) => b.tasks - a.tasks || (a.host < b.host ? -1 : 1))
}

/** Null: nothing of it has begun. `succeeded`: the tasks that have; `isOpen`: something of it runs there, or may still start. */
export function cameOf(db: Db['db'], job: number, farm: FarmRun, succeeded: ReadonlySet<number>): Came | null {
  const all = jobAttempts(db, job).filter(({ host }) => host !== null)
  const [first] = all
  if (!first) return null
  const last = new Map(all.map(({ task, number }) => [task, number]))
  const seconds = (one: JobAttempt) => (one.endedAt === null ? 0 : (tookOf(one, one.endedAt) ?? 0) / 1000)
  const counts = ({ task, number }: JobAttempt) => last.get(task) === number && succeeded.has(task)
  const sum = (some: readonly JobAttempt[]) => some.reduce((total, one) => total + seconds(one), 0)
  const end = all.reduce((latest, { startedAt, endedAt }) => Math.max(latest, endedAt ?? startedAt), first.startedAt)
  return {
    wall: (end - first.startedAt) / 1000,
    machine: sum(all),
    lost: sum(all.filter((one) => one.endedAt !== null && !counts(one))),
    queued: farm.submittedAt === null ? null : Math.max(0, first.startedAt - farm.submittedAt) / 1000,
    hosts: new Set(all.map(({ host }) => host)).size,
    atOnce: mostAtOnce(all),
    open: farm.open || all.some(({ endedAt }) => endedAt === null)
  }
}

function mostAtOnce(all: readonly JobAttempt[]): number {
  // one that ends as another starts has made room for it
  const moments = all
    .flatMap(({ startedAt, endedAt }) => [[startedAt, 1] as const, [endedAt ?? Infinity, -1] as const])
    .sort(([a, x], [b, y]) => (a === b ? x - y : a < b ? -1 : 1))
  let [now, most] = [0, 0]
  for (const [, step] of moments) most = Math.max(most, (now += step))
  return most
}
