/**
 * The columns of a task, once: header, width, text, order. The window's table with its header and rows, and the command
 * line's `tasks`, are made of this list, so that a new column is a new entry here.
 */
import { columnMaker, roomy, type Column } from './column.ts'
import { bytesText, durationText, momentText, spanOf, tookOf } from './durations.ts'
import { isRetryable, looks, rankOf, statusOf, type TaskState } from './status.ts'

/** What the columns show of a task. */
export interface TaskFields {
  id: number
  name: string
  node: string
  batch: number | null
  /** printed form; null for a whole node */
  frames: string | null
  interpreter: string
  state: TaskState
  /** how many there were */
  attempts: number
  /** of the last attempt, ms since 1970 */
  startedAt: number | null
  endedAt: number | null
  /** ms that it took by a steady clock; null: not known */
  took: number | null
  /** bytes */
  peakMemory: number | null
  /** percent */
  progress: number | null
  message: string | null
  reason: string | null
  /** when the log last grew, ms since 1970 */
  logGrewAt?: number | null | undefined
  /** the last line of the log while it runs */
  lastLine?: string | null | undefined
  /** bytes of the last attempt's log; not there where nobody has looked */
  logBytes?: number | null | undefined
}

/** How long the last attempt took, ms; null for a queued task, whatever it did before it was queued again. */
export function timeOf(task: TaskFields, now: number): number | null {
  if (task.state === 'running') return spanOf({ ...task, endedAt: null }, now)
  const ended = isRetryable(statusOf(task.state)) && task.state !== 'omitted'
  return ended && task.endedAt !== null ? tookOf(task, now) : null
}

/** How long a running task's log has not grown, ms; null for others. */
export const stillOf = ({ state, logGrewAt }: TaskFields, now: number): number | null =>
  state === 'running' && typeof logGrewAt === 'number' ? Math.max(0, now - logGrewAt) : null

/** How far a running task is, percent; null where it has not said, and for others. */
export const progressOf = ({ state, progress }: TaskFields): number | null => (state === 'running' ? progress : null)

/** percent of a task from which on it tells how long the rest takes */
const leastProgress = 5

/** How long a running task still takes if it goes on as it did, ms; null where it says too little, and for others. */
export function leftOf(task: TaskFields, now: number): number | null {
  const [gone, percent] = [timeOf(task, now), progressOf(task)]
  return gone === null || percent === null || percent < leastProgress ? null : (gone * (100 - percent)) / percent
}

/** A time of day here, with the day before it where that is not the day of `now`. */
export function timeOfDay(at: number | null, now: number): string {
  if (at === null) return ''
  const moment = momentText(at)
  return moment.slice(0, 10) === momentText(now).slice(0, 10) ? moment.slice(11) : moment.slice(5)
}

/** When the last attempt began; null for a queued task, whatever it did before it was queued again. */
const startOf = (task: TaskFields): number | null => (timeOf(task, 0) === null ? null : task.startedAt)
const endOf = (task: TaskFields): number | null =>
  task.state === 'running' || startOf(task) === null ? null : task.endedAt

/** What a task says while it runs; otherwise why it is as it is. */
export function messageOf({ state, message, lastLine, reason }: TaskFields): string {
  const said = state === 'running' ? [message, lastLine, reason] : [reason, message]
  return said.find((text) => text) ?? ''
}

const column = columnMaker<TaskFields>()

const percent = (task: TaskFields): string => {
  const progress = progressOf(task)
  return progress === null ? '' : `${Math.round(progress)}%`
}

const all = [
  column({
    ...{ key: 'id', header: 'Id', width: null, number: true },
    text: ({ id }) => String(id),
    sort: ({ id }) => id
  }),
  column({
    ...{ key: 'state', header: 'State', width: '92px', narrow: '86px' },
    text: ({ state }) => looks[state].label,
    sort: ({ state }) => rankOf(state)
  }),
  column({
    ...{ key: 'name', header: 'Task', width: 'minmax(200px, 2fr)', narrow: 'minmax(150px, 2.2fr)', fixed: true },
    text: ({ name }) => name,
    sort: ({ node }) => node,
    within: ({ batch }) => batch ?? -1
  }),
  column({
    ...{ key: 'frames', header: 'Frames', width: 'minmax(76px, 0.5fr)', number: true },
    text: ({ frames }) => frames ?? '',
    sort: ({ frames }) => (frames === null ? null : Number.parseInt(frames, 10))
  }),
  column({
    ...{ key: 'interpreter', header: 'Interpreter', width: 'minmax(88px, 0.5fr)', from: roomy },
    text: ({ interpreter }) => interpreter
  }),
  column({
    ...{ key: 'tries', header: 'Tries', width: '48px', from: roomy, number: true },
    hint: 'How many attempts there were',
    text: ({ attempts }) => String(attempts || ''),
    sort: ({ attempts }) => attempts
  }),
  column({
    ...{ key: 'start', header: 'Start', width: '64px', from: roomy, number: true, terminal: false },
    hint: 'When the last attempt began',
    text: (task, now) => timeOfDay(startOf(task), now),
    sort: startOf
  }),
  column({
    ...{ key: 'end', header: 'End', width: '64px', from: roomy, number: true, terminal: false, usual: false },
    hint: 'When the last attempt ended',
    text: (task, now) => timeOfDay(endOf(task), now),
    sort: endOf
  }),
  column({
    ...{ key: 'time', header: 'Time', width: '76px', narrow: '72px', number: true },
    hint: 'How long the last attempt took',
    text: (task, now) => durationText(timeOf(task, now)),
    sort: timeOf
  }),
  column({
    ...{ key: 'left', header: 'Left', width: '64px', from: roomy, number: true, live: true, terminal: false },
    hint: 'How long a running task still takes if it goes on as it did',
    text: (task, now) => durationText(leftOf(task, now)),
    sort: leftOf
  }),
  column({
    ...{ key: 'memory', header: 'Memory', width: '72px', from: roomy, number: true, terminal: false },
    hint: 'The peak memory of the last attempt',
    text: ({ peakMemory }) => (peakMemory === null ? '' : bytesText(peakMemory)),
    sort: ({ peakMemory }) => peakMemory
  }),
  column({
    ...{ key: 'progress', header: 'Progress', width: '100px', narrow: '70px', live: true },
    text: percent,
    sort: progressOf
  }),
  column({
    ...{
      key: 'still',
      header: 'Log still',
      width: '72px',
      from: roomy,
      usual: false,
      number: true,
      live: true,
      terminal: false
    },
    hint: 'How long ago the log of a running task last grew',
    text: (task, now) => durationText(stillOf(task, now)),
    sort: stillOf
  }),
  column({
    ...{ key: 'log', header: 'Log', width: '64px', from: roomy, number: true, terminal: false },
    hint: 'How large the log of the last attempt is',
    text: ({ logBytes }) => (typeof logBytes === 'number' ? bytesText(logBytes) : ''),
    sort: ({ logBytes }) => logBytes ?? null
  }),
  column({
    ...{ key: 'message', header: 'Last line', width: 'minmax(180px, 3.4fr)', narrow: 'minmax(130px, 4fr)' },
    hint: 'The last line of its log while it runs, or why it is in this state',
    text: messageOf
  })
] as const

export type ColumnKey = (typeof all)[number]['key']
export type TaskColumn = Column<TaskFields> & { key: ColumnKey }

export const columns: readonly TaskColumn[] = all
export const columnOf = (key: ColumnKey): TaskColumn => columns.find((one) => one.key === key) as TaskColumn
