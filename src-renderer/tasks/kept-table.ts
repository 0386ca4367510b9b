/** What is kept of a job's table: its filter and its order, by the folder of its files, since numbers are one per data folder. */
import { columns, type ColumnKey } from '../../src-main/domain/columns.ts'
import { taskStates, type TaskState } from '../../src-main/domain/status.ts'
import { isSort, type Sort } from '../columns/order.ts'

export interface KeptTable {
  text: string
  states: readonly TaskState[]
  sort: Sort<ColumnKey>
  grouped: boolean
}

/** so many jobs are remembered */
const mostJobs = 200

const isKept = (value: unknown): value is KeptTable =>
  typeof value === 'object' &&
  value !== null &&
  'text' in value &&
  typeof value.text === 'string' &&
  'states' in value &&
  Array.isArray(value.states) &&
  value.states.every((state) => taskStates.some((one) => one === state)) &&
  'sort' in value &&
  isSort(columns, value.sort) &&
  'grouped' in value &&
  typeof value.grouped === 'boolean'

/** Those that can be read, the last used last. */
export function readTables(text: string): Map<string, KeptTable> | null {
  const value: unknown = JSON.parse(text)
  if (!Array.isArray(value)) return null
  const entries = value.flatMap((entry: unknown): [string, KeptTable][] => {
    if (!Array.isArray(entry)) return []
    const [key, kept] = entry as unknown[]
    return typeof key === 'string' && isKept(kept) ? [[key, kept]] : []
  })
  return new Map(entries)
}

/** With one more, which is the last used now. */
export function withTable(
  tables: ReadonlyMap<string, KeptTable>,
  key: string,
  kept: KeptTable
): Map<string, KeptTable> {
  const rest = [...tables].filter(([one]) => one !== key)
  return new Map([...rest.slice(1 - mostJobs), [key, kept]])
}

export const writeTables = (tables: ReadonlyMap<string, KeptTable>): string => JSON.stringify([...tables])
