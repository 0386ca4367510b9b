/** Which tasks the table shows: those that hold every word typed and are in one of the states chosen. */
import type { TaskView } from '../../src-main/api.ts'
import { taskStates, type StateCounts, type TaskState } from '../../src-main/domain/status.ts'
import { frameSpans, hasFrame, type FrameSpan } from './frame-spans.ts'

type LastLineOf = (task: TaskView) => string

/**
 * Tasks that hold every word of the text in name, node, frames, reason, message, the log's last line or interpreter; case does
 * not matter. `1037` and `1030-1040` are frames where some task has such; a state's name is that state.
 */
export function withText(
  tasks: readonly TaskView[],
  text: string,
  lastLineOf: LastLineOf = () => ''
): readonly TaskView[] {
  return wordsOf(text).reduce(
    (left: readonly TaskView[], word) => withWord(left, word, { all: tasks, lastLineOf }),
    tasks
  )
}

const wordsOf = (text: string): string[] => text.toLowerCase().split(/\s+/).filter(Boolean)

const spanOf = (word: string): FrameSpan | undefined =>
  /^-?\d+(--?\d+)?$/.test(word) ? frameSpans(word)[0] : undefined

/** Whether some word may stand in a log. */
export const looksInLogs = (text: string): boolean =>
  wordsOf(text).some((word) => word.length > 2 && !spanOf(word) && !taskStates.some((state) => state === word))

function withWord(
  tasks: readonly TaskView[],
  word: string,
  { all, lastLineOf }: { all: readonly TaskView[]; lastLineOf: LastLineOf }
): readonly TaskView[] {
  const wanted = spanOf(word)
  if (wanted && all.some((task) => touches(task, wanted))) return tasks.filter((task) => touches(task, wanted))
  if (taskStates.some((state) => state === word)) return tasks.filter(({ state }) => state === word)
  return tasks.filter((task) => hayOf(task).includes(word) || lastLineOf(task).toLowerCase().includes(word))
}

const hayOf = ({ name, node, frames, reason, message, lastLine, interpreter }: TaskView): string =>
  [name, node, frames, reason, message, lastLine, interpreter].join('\n').toLowerCase()

const touches = ({ frames }: TaskView, wanted: FrameSpan): boolean => frames !== null && hasFrame(frames, wanted)

/** No states chosen: all. */
export function inStates(tasks: readonly TaskView[], states: ReadonlySet<TaskState>): readonly TaskView[] {
  return states.size === 0 ? tasks : tasks.filter((task) => states.has(task.state))
}

/** How many tasks the words leave of each state that the job has or that is chosen. */
export function stateCounts(
  all: StateCounts,
  found: StateCounts,
  chosen: ReadonlySet<TaskState>
): { state: TaskState; n: number }[] {
  return taskStates.filter((state) => all[state] || chosen.has(state)).map((state) => ({ state, n: found[state] ?? 0 }))
}
