/** The table's columns and what they are ordered by. */
import type { TaskView } from '../../src-main/api.ts'
import { stateOrder } from '../parts/states.ts'

export const columns = [
  { key: 'state', title: 'State', number: false, hint: null },
  { key: 'name', title: 'Task', number: false, hint: null },
  { key: 'frames', title: 'Frames', number: true, hint: null },
  { key: 'interpreter', title: 'Interpreter', number: false, hint: null },
  { key: 'tries', title: 'Tries', number: true, hint: 'How many attempts there were' },
  { key: 'time', title: 'Time', number: true, hint: 'How long the last attempt took' },
  { key: 'memory', title: 'Memory', number: true, hint: 'The most memory the last attempt had' },
  { key: 'progress', title: 'Progress', number: false, hint: null },
  { key: 'still', title: 'Log still', number: true, hint: 'How long ago the log of a running task last grew' },
  { key: 'message', title: 'Last line', number: false, hint: 'The last line of its log, or why it is as it is' }
] as const

export type ColumnKey = (typeof columns)[number]['key']

/** Null: evaluation order, as the core lists tasks. */
export type Sort = { column: ColumnKey; down: boolean } | null

/** A click on a header: upwards, downwards, back to evaluation order. */
export function nextSort(sort: Sort, column: ColumnKey): Sort {
  if (sort?.column !== column) return { column, down: false }
  return sort.down ? null : { column, down: true }
}

/** How long the last attempt took, ms; null for a task that waits, whatever it did before it was queued again. */
export function timeOf(task: TaskView, now: number): number | null {
  if (task.startedAt === null) return null
  if (task.state === 'running') return Math.max(0, now - task.startedAt)
  const ended = task.state === 'succeeded' || task.state === 'failed' || task.state === 'canceled'
  return ended && task.endedAt !== null && task.endedAt >= task.startedAt ? task.endedAt - task.startedAt : null
}

/** How long a running task's log has not grown, ms; null for others. */
export function stillOf(task: TaskView, now: number): number | null {
  return task.state === 'running' && typeof task.logGrewAt === 'number' ? Math.max(0, now - task.logGrewAt) : null
}

/** What it says while it runs; otherwise why it is as it is. */
export function textOf(task: TaskView): string {
  const said = task.state === 'running' ? [task.message, task.lastLine, task.reason] : [task.reason, task.message]
  return said.find((text) => text) ?? ''
}

const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'base' })

/** Texts as numbers in the same order: few texts are compared, not every pair of 20,000 tasks. An empty one has none. */
function ranksOf(texts: readonly string[]): (text: string) => number {
  const distinct = [...new Set(texts)].filter((text) => text !== '').sort(collator.compare)
  const ranks = new Map(distinct.map((text, rank) => [text, rank]))
  return (text) => ranks.get(text) ?? NaN
}

const batchRoom = 2 ** 24

function keyOf(column: ColumnKey, tasks: readonly TaskView[], now: number): (task: TaskView) => number {
  switch (column) {
    case 'state':
      return (task) => stateOrder.indexOf(task.state)
    case 'name': {
      const rank = ranksOf(tasks.map((task) => task.node))
      return (task) => rank(task.node) * batchRoom + (task.batch ?? -1) + 1
    }
    case 'frames':
      return (task) => (task.frames === null ? NaN : Number.parseInt(task.frames, 10))
    case 'interpreter': {
      const rank = ranksOf(tasks.map((task) => task.interpreter))
      return (task) => rank(task.interpreter)
    }
    case 'tries':
      return (task) => task.attempts
    case 'time':
      return (task) => timeOf(task, now) ?? NaN
    case 'memory':
      return (task) => task.peakMemory ?? NaN
    case 'still':
      return (task) => stillOf(task, now) ?? NaN
    case 'progress':
      return (task) => (task.state === 'running' ? (task.progress ?? NaN) : NaN)
    case 'message': {
      const rank = ranksOf(tasks.map(textOf))
      return (task) => rank(textOf(task))
    }
  }
}

/** A sorted copy. What a column has no value for comes last whichever way; equals stay in evaluation order. */
export function sorted(tasks: readonly TaskView[], sort: Sort, now: number): readonly TaskView[] {
  if (!sort) return tasks
  const key = keyOf(sort.column, tasks, now)
  const keyed = tasks.map((task) => ({ task, key: key(task) }))
  const way = sort.down ? -1 : 1
  keyed.sort((a, b) => {
    const [noA, noB] = [Number.isNaN(a.key), Number.isNaN(b.key)]
    return noA || noB ? Number(noA) - Number(noB) : way * (a.key - b.key)
  })
  return keyed.map(({ task }) => task)
}
