/** The loss report: how a farm lists its entries, and the entries that farms share, worded once. */
import { shown } from '../graph/flowpipe.ts'
import type { Problem, Severity } from '../job/preflight.ts'
import { interpretersOf, problem, type FarmJob, type FarmLink, type FarmNode } from './farm.ts'

/** Severity, code, message, remedy; false where it is not so for this job. */
export type Loss = false | [Severity, string, string, string]

export const report = (node: FarmNode | null, losses: readonly Loss[]): Problem[] =>
  losses.filter((loss) => loss !== false).map(([severity, code, ...texts]) => problem(severity, code, node, ...texts))

/** Frame links that make a difference: one that joins every batch with every one loses nothing as a barrier. */
export const isPartial = ({ parent, tasks }: FarmLink): boolean =>
  tasks?.some((own) => own.length < parent.tasks.length) ?? false

export const nodePriorityLoss = (node: FarmNode, farm: string): Loss =>
  node.priority !== 0 && [
    'warning',
    'node-priority',
    `its priority ${node.priority} is lost`,
    `in ${farm} only whole jobs have a priority`
  ]

export const failFastLoss = (job: FarmJob, farm: string): Loss =>
  job.settings.failFast && [
    'warning',
    'fail-fast',
    'stopping at the first failure is lost: what does not wait for a failed task goes on',
    `watch the job in ${farm} and stop it there`
  ]

/** At most so many are named. */
const mostNamed = 3

/** Names that the farm does not take as they are. */
export function nameLoss(names: readonly { own: string; there: string }[], remedy: string): Loss {
  const changed = names.filter(({ own, there }) => own !== there)
  const some = changed.slice(0, mostNamed).map(({ own, there }) => `${shown(own)} is ${shown(there)}`)
  const rest = changed.length - some.length
  const list = `${some.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`
  return changed.length > 0 && ['info', 'name', `names are others there: ${list}`, remedy]
}

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
