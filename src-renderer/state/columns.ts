/** Tasks as they come from the core: rows as columns, states as runs. */
import type { Output, TaskView } from '../../src-main/api.ts'

type Page = Output<'task.rows'>['rows']
type Runs = Output<'task.states'>['runs']
type Row = Omit<TaskView, 'state'> & { status: string }

/** The rows that columns stand for; a column that holds one value throughout has it once. */
export function rowsOf(columns: Page): Row[] {
  const entries = Object.entries(columns)
  const spread = entries.find(([, column]) => 'each' in column)?.[1]
  const count = spread && 'each' in spread ? spread.each.length : entries.length ? 1 : 0
  const rows = Array.from({ length: count }, (): Record<string, unknown> => ({}))
  for (const [key, column] of entries) {
    if ('each' in column) column.each.forEach((value, i) => ((rows[i] as Record<string, unknown>)[key] = value))
    else for (const row of rows) row[key] = column.all
  }
  return rows as unknown as Row[]
}

/** A task with its state: as stored, until the plan was asked. */
export function taskOf({ status, ...row }: Row, derived: TaskView['state'] = 'waiting'): TaskView {
  return { ...row, state: status === 'queued' ? derived : (status as TaskView['state']) }
}

/** The state at every place. */
export const statesOf = (runs: Runs): TaskView['state'][] =>
  runs.flatMap(([state, count]) => new Array<TaskView['state']>(count).fill(state))
