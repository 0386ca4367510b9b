/** Two runs side by side: per task which outputs differ, how long it took, how it ended. */
import { differencesOf, type Difference } from '../../domain/environment.ts'
import { tookOf } from '../../domain/durations.ts'
import { formatJson, type Raw } from '../../domain/json.ts'
import { plugText } from '../graph/model.ts'
import type { TaskStatus } from '../../domain/status.ts'
import type { Db } from '../store/db.ts'
import { firstEnvironment } from '../store/environments.ts'
import { listTasks, outputRows, type TaskRow } from '../store/views.ts'

/** One side of a compared task. */
export interface ComparedTask {
  task: number
  status: TaskStatus
  attempts: number
  exitCode: number | null
  /** of its last attempt, ms; null if it has not ended */
  duration: number | null
  /** bytes; null: not measured */
  peakMemory: number | null
  /** the farm's machine; null: it ran here */
  host: string | null
}

export interface Comparison {
  node: string
  identifier: string
  batch: number | null
  /** null: that run has no such task */
  left: ComparedTask | null
  right: ComparedTask | null
  /** outputs whose values differ; null: not there */
  outputs: { output: string; left: Raw | null; right: Raw | null }[]
}

/** Whether a task ended differently or wrote other outputs; durations always differ and do not count. */
export const differs = ({ left, right, outputs }: Comparison): boolean =>
  outputs.length > 0 || left?.status !== right?.status || left?.exitCode !== right?.exitCode

/**
 * Every task of both jobs, in the left one's order. Nodes are the same by identifier; where the graph was built anew (a
 * .py or .ts file gives new identifiers) by name.
 */
export function compareJobs(db: Db['db'], left: number, right: number): Comparison[] {
  const [a, b] = [listTasks(db, left), listTasks(db, right)]
  const keyOf = sharedKey(a, b)
  const rights = new Map(b.map((row) => [keyOf(row), row]))
  const [outA, outB] = [outputsOf(db, left), outputsOf(db, right)]
  const compared = a.map((row) => {
    const key = keyOf(row)
    const other = rights.get(key) ?? null
    rights.delete(key)
    return comparisonOf(row, other, outA, outB)
  })
  return [...compared, ...[...rights.values()].map((row) => comparisonOf(null, row, outA, outB))]
}

function sharedKey(a: readonly TaskRow[], b: readonly TaskRow[]): (row: TaskRow) => string {
  const known = new Set(a.map((row) => row.identifier))
  const same = b.some((row) => known.has(row.identifier))
  return (row) => JSON.stringify([same ? row.identifier : row.node, row.batch])
}

/** What the first attempts of two jobs had around them that was not the same; null: of one of them it was not kept. */
export function compareEnvironments(db: Db['db'], left: number, right: number): Difference[] | null {
  const [a, b] = [firstEnvironment(db, left), firstEnvironment(db, right)]
  return a && b && differencesOf(a, b)
}

type Outputs = ReadonlyMap<number, ReadonlyMap<string, Raw>>

/** By the task's number its outputs by name, in order. */
export function outputsOf(db: Db['db'], job: number): Outputs {
  const found = new Map<number, Map<string, Raw>>()
  for (const { task, value, ...plug } of outputRows(db, job))
    found.set(task, (found.get(task) ?? new Map<string, Raw>()).set(plugText(plug), value))
  return found
}

function comparisonOf(left: TaskRow | null, right: TaskRow | null, outA: Outputs, outB: Outputs): Comparison {
  const { node, identifier, batch } = (left ?? right) as TaskRow
  const a = (left && outA.get(left.id)) ?? new Map<string, Raw>()
  const b = (right && outB.get(right.id)) ?? new Map<string, Raw>()
  const outputs = [...new Set([...a.keys(), ...b.keys()])]
    .map((output) => ({ output, left: a.get(output) ?? null, right: b.get(output) ?? null }))
    // white space is no difference: evaluators lay JSON out differently
    .filter((one) => (one.left && formatJson(one.left)) !== (one.right && formatJson(one.right)))
  return { node, identifier, batch, left: left && sideOf(left), right: right && sideOf(right), outputs }
}

const sideOf = ({ id, status, attempts, exitCode, peakMemory, host, ...row }: TaskRow): ComparedTask => ({
  task: id,
  status,
  attempts,
  exitCode,
  peakMemory,
  host,
  duration: row.endedAt === null ? null : tookOf(row, row.endedAt)
})
