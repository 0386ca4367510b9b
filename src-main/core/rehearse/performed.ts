/** A task of a rehearsed job, as its author's run went. */
import type { Raw } from '../../domain/json.ts'
import type { Interpreter } from '../../domain/interpreter.ts'
import type { TaskResult } from '../attempt/result.ts'
import type { StoredTask } from '../job/stored-job.ts'
import type { Layer } from './layers.ts'
import type { Stayed } from './stay.ts'

export interface Performed {
  task: StoredTask
  name: string
  /** its place among the tasks that were performed: the order of one machine with one slot */
  index: number
  interpreter: Interpreter
  /** its task file */
  file: Raw
  /** values of its inputs, connected ones included */
  inputs: Raw
  stayed: Stayed
  /** null: it failed */
  result: TaskResult | null
  /** why it failed */
  reason: string | null
  log: string
  /** what it stood on: all that was performed before it, the newest first */
  below: readonly Layer[]
  /** ids of all tasks that it waits for, directly or not */
  ancestors: ReadonlySet<number>
}

/** What a task wrote back, as one text. */
export const outputsText = (result: TaskResult | null): string =>
  result === null ? '' : JSON.stringify(result.outputs.map(({ plug, key, value }) => [plug, key, value]))

/** The layers of those that a task waits for, the newest first: what a worker sees of the job. */
export const declaredBelow = (one: Performed, all: readonly Performed[]): Layer[] =>
  all
    .filter(({ task, index }) => index < one.index && one.ancestors.has(task.id))
    .map(({ stayed }) => stayed.layer)
    .reverse()
