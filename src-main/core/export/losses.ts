/** The loss report: how a farm lists its entries, and the entries that farms share, worded once. */
import { shown } from '../graph/names.ts'
import { isNotable, type Problem, type Severity } from '../../domain/problems.ts'
import type { Finding } from '../../domain/rehearsal.ts'
import { warmText, type Warm } from '../../domain/warm.ts'
import { at } from '../../domain/at.ts'
import type { Interpreter } from '../../domain/interpreter.ts'
import {
  interpretersOf,
  memoryOf,
  oncePer,
  problem,
  uniqueNames,
  wholeSeconds,
  type FarmJob,
  type FarmLink,
  type FarmNode
} from './farm.ts'
import { margins } from './measured.ts'

/** Severity, code, message, remedy; false where it is not so for this job. */
export type Loss = false | [Severity, string, string, string]

export const report = (node: FarmNode | null, losses: readonly Loss[]): Problem[] =>
  losses
    .filter((loss) => loss !== false)
    .map(([severity, code, message, remedy]) => problem(node, { severity, code, message, remedy }))

/** Frame links that make a difference: one that joins every batch with every one loses nothing as a barrier. */
export const isPartial = ({ parent, tasks }: FarmLink): boolean =>
  tasks?.some((own) => own.length < parent.tasks.length) ?? false

/** Links whose frames the farm does not keep; `remedy` says when it would. */
export const frameLosses = (node: FarmNode, keeps: (link: FarmLink) => boolean, remedy: string): Loss[] =>
  node.parents
    .filter((link) => isPartial(link) && !keeps(link))
    .map(({ parent }) => [
      'warning',
      'frame-dependency',
      `its batches wait for all of ${shown(parent.name)}, not only for the batches that share their frames`,
      remedy
    ])

/** `why`: what the farm needs. */
export const emptyLoss = (job: FarmJob, why = ''): Loss =>
  job.nodes.length === 0 && ['error', 'empty', `it has no task${why}`, 'export a job with a node']

export const batchNumberLoss = (remedy: string): Loss => [
  'info',
  'batch-number',
  'its batches go by number, so the farm does not show their frames',
  remedy
]

export const silenceLoss = ({ settings: { silence } }: FarmJob, remedy: string): Loss =>
  silence !== null && ['warning', 'silence', `the limit of time without output of ${silence} s is lost`, remedy]

export const timeoutLoss = (timeout: number | null, farm: string): Loss =>
  timeout !== null &&
  wholeSeconds(timeout) !== timeout && [
    'warning',
    'timeout',
    `the limit of time of ${timeout} s becomes ${wholeSeconds(timeout)} s`,
    `${farm} counts whole seconds`
  ]

export const nodePriorityLoss = (
  node: FarmNode,
  farm: string,
  remedy = `in ${farm} only whole jobs have a priority`
): Loss => node.priority !== 0 && ['warning', 'node-priority', `its priority ${node.priority} is lost`, remedy]

export const failFastLoss = (job: FarmJob, farm: string): Loss =>
  job.settings.failFast && [
    'warning',
    'fail-fast',
    'stopping at the first failure is lost: what does not wait for a failed task goes on',
    `watch the job in ${farm} and stop it there`
  ]

/** What of the measured limits a farm has a place for. */
export interface Carries {
  memory: boolean
  time: boolean
}

/** What stands in the export because it was measured here, with its margin, and what the farm has no place for. */
export function measuredLosses(job: FarmJob, carries: Carries, farm: string): Loss[] {
  const memories = job.nodes.filter(({ memory }) => memory === null).flatMap((node) => memoryOf(node) ?? [])
  const times = job.settings.timeout === null ? job.nodes.flatMap(({ measured }) => measured.seconds ?? []) : []
  const kinds = [
    { name: 'memory', carried: carries.memory, most: memories.length > 0 && `${largest(memories)} MB` },
    { name: 'time', carried: carries.time, most: times.length > 0 && `${largest(times)} s` }
  ].filter(({ most }) => most !== false)
  const carried = kinds.filter((kind) => kind.carried).map(({ name }) => `${name} is ${marginTexts[name]}`)
  return [
    carried.length > 0 && [
      'info',
      'measured',
      `what a task may take is what was measured here with a margin: ${carried.join('; ')}`,
      'look whether the farm’s machines need more; limits of your own count instead: --timeout, --memory, metadata.memory'
    ],
    ...kinds
      .filter((kind) => !kind.carried)
      .map(({ name, most }): Loss => [
        'info',
        'measured',
        `the limit of ${name} that was measured here, ${most} at most with its margin, is lost`,
        `${farm} has no place for it in a job`
      ])
  ]
}

/**
 * Limits of memory that the user set. `how`: what the farm makes of one, where it is not what Backlot does, which ends a
 * task that has more; null: the farm has no place for it.
 */
export function memoryLosses(job: FarmJob, farm: string, how: string | null | true): Loss[] {
  const limited = job.nodes.filter(({ memory }) => memory !== null)
  if (limited.length === 0 || how === true) return []
  const nodes = namesText(limited.map(({ name }) => shown(name)))
  if (how !== null)
    return [['info', 'memory-limit', `the memory limit of ${nodes} is for the choice of a machine: ${how}`, farm]]
  const most = largest(limited.map((node) => memoryOf(node) ?? 0))
  const lost = `the memory limit of ${nodes}, ${most} MB at most, is lost`
  return [['warning', 'memory-limit', lost, `${farm} has no place for it in a job`]]
}

/** More numbers than a call takes as arguments. */
const largest = (numbers: readonly number[]): number => numbers.reduce((most, one) => Math.max(most, one), 0)

const marginTexts: Readonly<Record<string, string>> = {
  memory: `${margins.memory} times the peak, rounded up to ${margins.memoryStep / 2 ** 20} MB`,
  time: `${margins.time} times the longest run, and at least ${margins.leastSeconds} s`
}

/** Tasks that shared a process here may have found what another one left there; a farm's machines start each cold. */
export function warmLosses(job: FarmJob, warm: Warm): Problem[] {
  const text = warmText(warm)
  if (text === null) return []
  const message = `${warm.tasks} of its tasks ${text}`
  return report(null, [
    [
      'info',
      'ran-warm',
      message,
      `see whether it works cold, as on the farm: backlot rehearse ${job.id}, or backlot rerun ${job.id} --cold`
    ]
  ])
}

/** What a rehearsal found, as far as it is open; none of it stops an export. Null: the job was not rehearsed to its end. */
export function rehearsalLosses(job: FarmJob, findings: readonly Finding[] | null): Problem[] {
  if (findings === null)
    return report(null, [
      [
        'info',
        'not-rehearsed',
        'it was not rehearsed, so nobody looked what of it works on this machine alone',
        `rehearse it before you submit it: backlot rehearse ${job.id}`
      ]
    ])
  const nodeOf = new Map(job.nodes.flatMap((node) => node.tasks.map((task) => [task.name, node] as const)))
  return findings.filter(isNotable).map(({ kind, tasks, message, remedy }) => ({
    ...{ severity: 'warning', code: kind, node: nodeOf.get(tasks[0] ?? '')?.identifier ?? null },
    ...{ name: tasks.length > 0 ? namesText(tasks) : null, message, remedy }
  }))
}

const namesText = (names: readonly string[]): string =>
  names.length > mostNamed
    ? `${names.slice(0, mostNamed).join(', ')} and ${names.length - mostNamed} more`
    : names.join(', ')

/** At most so many are named. */
const mostNamed = 3

/** A job or a node that is called otherwise there; each has a line of its own, so that every name can be found again. */
export const renamedLoss = (what: string, { own, there }: Renamed, remedy: string): Loss =>
  own !== there && ['info', 'name', `${what} is called ${shown(there)} there`, remedy]

export interface Renamed {
  own: string
  there: string
}

/** Interpreters that are called otherwise there, such as services and limits; no two of them are called alike. */
export const renamedInterpreters = (job: FarmJob, what: string, nameOf: (one: Interpreter) => string): Loss[] =>
  interpretersOf(job)
    .filter((one) => nameOf(one) !== one.name)
    .map((one) => [
      'info',
      'name',
      `the interpreter ${shown(one.name)} is the ${what} ${nameOf(one)} there`,
      'letters of A to Z, digits, _, . and - stay as they are'
    ])

/** Names for interpreters that hold letters, digits, `_`, `.` and `-`, each of them once. */
export const interpreterKeys = oncePer((job: FarmJob): ReadonlyMap<Interpreter, string> => {
  const all = interpretersOf(job)
  const names = uniqueNames(
    all.map(({ name }) => name.replace(/[^\w.-]/g, '_')),
    (name, n) => `${name}_${n}`
  )
  return new Map(all.map((one, i) => [one, at(names, i)]))
})

/** What the machines of any farm need to run the commands; `remedy` is for farms that carry the folder themselves. */
export function needsOf(
  job: FarmJob,
  remedy = "put the folder where every one of the farm's machines sees it under the same path"
): Loss {
  const programs = interpretersOf(job).map(({ wrapper, argv }) =>
    ([...wrapper, ...argv][0] ?? '').replace('{node}', 'node (22.15 or newer)')
  )
  return [
    'info',
    'needs',
    `its commands need the export's folder, a POSIX sh and ${[...new Set(programs)].join(', ')}, and what the nodes import and read; they run in that folder`,
    remedy
  ]
}
