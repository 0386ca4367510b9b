/** The table as a tree: tasks below their node, where a node has several. Pure. */
import type { TaskView } from '../../src-main/api.ts'
import { timeOf } from '../../src-main/domain/columns.ts'
import { byRank, isDone, isRetryable, statusOf, type TaskState } from '../../src-main/domain/status.ts'

export interface Group {
  kind: 'group'
  /** the node's */
  identifier: string
  name: string
  tasks: readonly TaskView[]
  open: boolean
}

export interface TaskRow {
  kind: 'task'
  task: TaskView
  /** below a node */
  inside: boolean
}

export type Row = Group | TaskRow

/** A job of more tasks begins with its nodes closed. */
export const closedAbove = 200

/** Rows of tasks that keep their order: a node stands where its first task is. `isOpen`: by a node's identifier. */
export function rowsOf(tasks: readonly TaskView[], isOpen: (identifier: string) => boolean): Row[] {
  const nodes = Map.groupBy(tasks, (task) => task.identifier)
  return [...nodes].flatMap(([identifier, own]): Row[] => {
    const [first] = own
    if (!first || own.length === 1) return own.map((task): Row => ({ kind: 'task', task, inside: false }))
    const open = isOpen(identifier)
    const group: Row = { kind: 'group', identifier, name: first.node, tasks: own, open }
    return open ? [group, ...own.map((task): Row => ({ kind: 'task', task, inside: true }))] : [group]
  })
}

export const flatRows = (tasks: readonly TaskView[]): Row[] =>
  tasks.map((task): Row => ({ kind: 'task', task, inside: false }))

export interface Summary {
  /** the worst: what needs a person first */
  state: TaskState
  done: number
  failed: number
  /** of those that ended, ms; null: none has */
  meanMs: number | null
}

export function summaryOf(tasks: readonly TaskView[], now: number): Summary {
  const states = new Set(tasks.map(({ state }) => state))
  const ended = tasks.filter(({ state }) => isRetryable(statusOf(state)) && state !== 'omitted')
  const times = ended.flatMap((task) => timeOf(task, now) ?? [])
  return {
    state: [...states].sort(byRank)[0] ?? 'waiting',
    done: tasks.filter(({ state }) => isDone(statusOf(state))).length,
    failed: tasks.filter(({ state }) => state === 'failed').length,
    meanMs: times.length === 0 ? null : times.reduce((sum, ms) => sum + ms, 0) / times.length
  }
}

/** Where a row begins, px: rows of groups are higher than those of tasks. */
export function topOf(rows: readonly Row[], index: number, heights: { row: number; group: number }): number {
  let groups = 0
  for (let i = 0; i < index; i++) if (rows[i]?.kind === 'group') groups++
  return index * heights.row + groups * (heights.group - heights.row)
}
