/** What a handler of a call is, and the shapes that calls give back. */
import type { Context } from './context.ts'
import type { CallName, Parsed } from '../contract.ts'
import type { Raw } from '../domain/json.ts'
import type { Endpoint } from '../core/graph/model.ts'
import type { Result } from '../domain/result.ts'
import type { Merged } from '../core/job/outputs.ts'
import type { JobStatus, TaskState } from '../domain/status.ts'
import type { JobRow, TaskRow } from '../core/store/views.ts'

type Handler<N extends CallName, O> = (context: Context, input: Parsed<N>) => Promise<Result<O>> | Result<O>

/** Gives a handler its call's input type and keeps the type of what it returns. */
export const handler =
  <N extends CallName>() =>
  <O>(work: Handler<N, O>): Handler<N, O> =>
    work

export interface JobView extends Omit<JobRow, 'failFast'> {
  /** queued tasks that can still start by themselves */
  open: number
  status: JobStatus
  /** of an interrupted job: when its Backlot was last heard of, ms since 1970, where that is known */
  interruptedAt: number | null
  /** the folder of its tasks' logs and results */
  files: string
}

/** A task as the store has it: whether a queued one waits, is blocked or ready only the plan knows. */
export interface TaskLine extends Omit<TaskRow, 'frames'> {
  name: string
  /** printed form, null for a whole node */
  frames: string | null
  /** when its log last grew, ms since 1970; null if it does not run */
  logGrewAt?: number | null
  /** the last line of its log while it runs, if this very task was asked for */
  lastLine?: string | null
  /** bytes of its last attempt's log, if this very task was asked for; null: there is none */
  logBytes?: number | null
}

export interface TaskView extends Omit<TaskLine, 'status'> {
  state: TaskState
}

/** Rows as columns, for tens of thousands of them: a column that holds one value throughout says it once. */
export type Columns<T> = { [K in keyof T]: { each: T[K][] } | { all: T[K] } }

export interface OutputView {
  node: string
  identifier: string
  /** `plug` or `plug.key` */
  output: string
  value: Raw
  how: Merged['how']
}

interface PlugView {
  name: string
  value: Raw
  subs: { key: string; value: Raw }[]
}

/** A graph to draw; `node` of an edge's ends is an index into `nodes`. */
export interface GraphView {
  name: string
  graphs: string[]
  nodes: {
    identifier: string
    name: string
    graph: number
    className: string
    module: string
    file: string | null
    omit: boolean
    metadata: Raw
    inputs: PlugView[]
    outputs: PlugView[]
  }[]
  edges: { from: Endpoint; to: Endpoint }[]
}

export interface PlannedTask {
  name: string
  node: string
  interpreter: string
  frames: string | null
  /** why it is not the first: the tasks it waits for, by name, the first of them where they are many */
  waitsFor: string[]
  waitsForCount: number
  note: string | null
}
