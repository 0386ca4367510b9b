/** What the tasks of a node amount to. */
import type { TaskView } from '../../src-main/api.ts'
import { tookOf } from '../../src-main/domain/durations.ts'
import { byRank, isDone, statusOf, taskStates, type TaskState } from '../../src-main/domain/status.ts'

export interface NodeWork {
  state: TaskState
  tasks: TaskView[]
  counts: Partial<Record<TaskState, number>>
}

/** The state shown for a node whose tasks differ: what needs a person first; where all are done, the last in rank. */
function loudestOf(counts: NodeWork['counts']): TaskState | undefined {
  const states = taskStates.filter((state) => counts[state])
  return states.find((state) => !isDone(statusOf(state))) ?? states.at(-1)
}

/** By the node's identifier; one pass over the tasks. */
export function workOf(tasks: readonly TaskView[]): ReadonlyMap<string, NodeWork> {
  const works = new Map<string, NodeWork>()
  for (const task of tasks) {
    let work = works.get(task.identifier)
    if (!work) works.set(task.identifier, (work = { state: task.state, tasks: [], counts: {} }))
    work.tasks.push(task)
    work.counts[task.state] = (work.counts[task.state] ?? 0) + 1
  }
  for (const work of works.values()) work.state = loudestOf(work.counts) ?? work.state
  return works
}

/** Its tasks, those that need a person first; equal ones in batch order. */
export const tasksByRank = ({ tasks }: NodeWork): TaskView[] => tasks.toSorted((a, b) => byRank(a.state, b.state))

/** `12 of 30 done, 1 failed`, for a node with batches. */
export function progressText({ counts, tasks }: NodeWork): string {
  const done = tasks.filter(({ state }) => isDone(statusOf(state))).length
  const failed = counts.failed ? `, ${counts.failed} failed` : ''
  return `${done} of ${tasks.length} done${failed}`
}

const maxSegments = 60
const bar = { height: 8, inset: 2 } as const

export interface BarPart {
  state: TaskState
  /** the `d` of an SVG path */
  path: string
}

/**
 * One segment per batch in batch order; where there are too many, one per state, done ones at the left. A failure stands
 * taller than the rest.
 */
export function barOf({ tasks, counts }: NodeWork, width: number): BarPart[] {
  const paths = new Map<TaskState, string>()
  const put = (state: TaskState, from: number, to: number) => {
    const inset = state === 'failed' ? 0 : bar.inset
    const rect = `M${round(from)} ${inset}H${round(to)}V${bar.height - inset}H${round(from)}Z`
    paths.set(state, (paths.get(state) ?? '') + rect)
  }
  if (tasks.length <= maxSegments) {
    const step = width / tasks.length
    tasks.forEach((task, i) => put(task.state, i * step, (i + 1) * step - Math.min(1.5, step / 4)))
  } else {
    let from = 0
    for (const state of taskStates.toReversed()) {
      const share = ((counts[state] ?? 0) / tasks.length) * width
      if (share === 0) continue
      put(state, from, from + Math.max(share - 1, 1.5))
      from += share
    }
  }
  return [...paths].map(([state, path]) => ({ state, path }))
}

const round = (x: number) => Math.round(x * 100) / 100

/** How long a node's tasks took. */
export interface Times {
  /** ms on average, by identifier; only of those that ended */
  mean: ReadonlyMap<string, number>
  /** the longest mean of all */
  most: number
}

const mean = (list: readonly number[]): number => list.reduce((sum, n) => sum + n, 0) / list.length

/** ms that its ended tasks took on average; null: none has ended. */
export function meanOf({ tasks }: NodeWork): number | null {
  const took = tasks.flatMap((task) => (task.endedAt === null ? [] : (tookOf(task, task.endedAt) ?? [])))
  return took.length ? mean(took) : null
}

export function timesOf(works: ReadonlyMap<string, NodeWork>): Times {
  const means = new Map<string, number>()
  for (const [identifier, work] of works) {
    const took = meanOf(work)
    if (took !== null) means.set(identifier, took)
  }
  return { mean: means, most: Math.max(0, ...means.values()) }
}
