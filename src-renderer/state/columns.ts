/** Tasks as they come from the core: rows as columns, states as runs. */
import type { Output, TaskView } from '../../src-main/api.ts'
import { at } from '../../src-main/domain/at.ts'
import type { TaskState, TaskStatus } from '../../src-main/domain/status.ts'

type Page = Output<'task.rows'>['rows']
type Runs = Output<'task.states'>['runs']
type Row = Omit<TaskView, 'state'> & { status: TaskStatus }

/** The rows that columns stand for; a column that holds one value throughout has it once. */
export function rowsOf(columns: Page): Row[] {
  const entries = Object.entries(columns)
  const spread = entries.find(([, column]) => 'each' in column)?.[1]
  const count = spread && 'each' in spread ? spread.each.length : entries.length ? 1 : 0
  const rows = Array.from({ length: count }, (): Record<string, unknown> => ({}))
  for (const [key, column] of entries) {
    if ('each' in column) column.each.forEach((value, i) => (at(rows, i)[key] = value))
    else for (const row of rows) row[key] = column.all
  }
  return rows as unknown as Row[]
}

/** A task with its state: as stored, until the plan has been asked. */
export function taskOf({ status, ...row }: Row, derived: TaskState = 'waiting'): TaskView {
  const isDerived = status === 'queued' || (status === 'running' && derived === 'interrupted')
  return { ...row, state: isDerived ? derived : status }
}

/** The state at every place. */
export const statesOf = (runs: Runs): TaskState[] =>
  runs.flatMap(([state, count]) => new Array<TaskState>(count).fill(state))
