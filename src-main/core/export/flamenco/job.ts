/**
 * The job as it is sent to the Manager (POST /api/v3/jobs). Its folder stands in one setting of its own, where the Manager
 * recognises two-way variables; submit.sh puts the folder of the day there.
 * Source: SubmittedJob and JobSettings in Flamenco's pkg/api/flamenco-openapi.yaml.
 */
import { at } from '../../../domain/at.ts'
import { mapped, slashed } from '../../../domain/paths.ts'
import type { WorkerSystem } from '../../../domain/worker.ts'
import {
  batchLabel,
  folderOf,
  isOneToOne,
  oncePer,
  scriptKind,
  scriptOf,
  type FarmJob,
  type FarmLink,
  type FarmNode,
  type FarmTask
} from '../farm.ts'
import { oneLine, shortRange } from '../titles.ts'
import { jobType } from './job-type.ts'

export const jobFile = 'flamenco/job.json'

/** A job's and a task's where nobody says another; any whole number is one, the highest first. */
export const usualPriority = 50

/** Systems as the Manager calls them: Go's GOOS. */
export const platforms: Readonly<Record<WorkerSystem, string>> = { linux: 'linux', macos: 'darwin', windows: 'windows' }

/** The Manager's own system, whatever that is; submit.sh says the one that it runs on. */
export const managersPlatform = 'manager'

/** In the setting `tasks`: places count within a node, `node` of a wait counts within the list. */
export interface NodeEntry {
  name: string
  /** its number in the export's folder */
  node: number
  script: string
  priority: number
  /** of its tasks; absent: 0, 1, 2 … */
  labels?: string[]
  /** what its tasks are called; absent: name-label range */
  titles?: string[]
  ranges?: string[]
  /** a task that waits for all of its tasks is made, for others to wait for */
  gate?: true
  waits: { node: number; tasks: Waited }[]
}

/** Null: all of them, for each task of the node or for one. */
export type Waited = null | 'each' | (number[] | null)[]

/** A folder that workers see elsewhere is said as they see it, and so is their system. */
export function jobText(job: FarmJob, root: string): string {
  const folder = mapped(root, job.workers.paths)
  const sent = {
    name: jobName(job),
    type: jobType,
    priority: usualPriority + job.priority,
    submitter_platform: folder === root ? managersPlatform : platforms[job.workers.os],
    settings: { folder: slashed(folder), program: scriptKind(job).program, tasks: JSON.stringify(entriesOf(job)) },
    metadata: { 'backlot.job': String(job.id), 'backlot.name': job.name.toWellFormed() }
  }
  return `${JSON.stringify(sent, null, 2)}\n`
}

export const jobName = (job: FarmJob): string => oneLine(job.name, `job ${job.id}`)

export const nodeName = (node: FarmNode): string => oneLine(node.name, `node ${node.position}`)

const labelled = { label: (_: FarmNode, task: FarmTask) => batchLabel(task) }

function entriesOf(job: FarmJob): NodeEntry[] {
  const places = new Map(job.nodes.map((node, i) => [node, i]))
  const gated = gatesOf(job)
  return job.nodes.map((node) => {
    const labels = node.tasks.map(batchLabel)
    return {
      ...{ name: nodeName(node), node: node.position, script: scriptOf(job, node, scriptKind(job).ending) },
      priority: usualPriority + node.priority,
      ...(labels.some((label, i) => label !== String(i)) ? { labels } : {}),
      ...titlesOf(node),
      ...(gated.has(node) ? { gate: true } : {}),
      waits: node.parents.map((link) => ({ node: places.get(link.parent) ?? -1, tasks: waitedOf(link) }))
    }
  })
}

/** Names are said once where all of them are made of the node's. */
function titlesOf(node: FarmNode): { titles: string[] } | { ranges: string[] } {
  const ranges = node.tasks.map(shortRange)
  const titles = node.tasks.map((task, i) =>
    oneLine(`${task.name} ${at(ranges, i)}`, `task ${folderOf(labelled, node, task)}`)
  )
  const made = node.tasks.map((task, i) => `${nodeName(node)}-${batchLabel(task)} ${at(ranges, i)}`.trim())
  return made.every((title, i) => title === titles[i]) ? { ranges } : { titles }
}

function waitedOf(link: FarmLink): Waited {
  if (link.tasks === null || link.tasks.every((own) => isAll(own, link))) return null
  if (isOneToOne(link)) return 'each'
  const first = at(link.parent.tasks, 0).index
  return link.tasks.map((own) => (isAll(own, link) ? null : own.map(({ index }) => index - first)))
}

const isAll = (own: readonly FarmTask[], { parent }: FarmLink): boolean => own.length === parent.tasks.length

/** The Manager stores a row for each task that a task waits for; a node gets a gate where more than so many would be its own. */
const maxRows = 2000

/** Nodes that others wait for as wholes, by more rows than a task between would need. */
export const gatesOf = oncePer((job: FarmJob): ReadonlySet<FarmNode> => {
  const waiting = new Map<FarmNode, number>()
  for (const { tasks, parents } of job.nodes)
    for (const link of parents) {
      const whole = link.tasks === null ? tasks.length : link.tasks.filter((own) => isAll(own, link)).length
      waiting.set(link.parent, (waiting.get(link.parent) ?? 0) + whole)
    }
  return new Set(
    [...waiting].flatMap(([node, count]) => {
      const rows = node.tasks.length * count
      return rows > maxRows && rows > node.tasks.length + count ? [node] : []
    })
  )
})
