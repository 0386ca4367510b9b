/** Which tasks the table shows: those that hold every word typed and are in one of the states chosen. */
import type { TaskView } from '../../src-main/api.ts'
import { taskStates, type StateCounts, type TaskState } from '../../src-main/domain/status.ts'
import { frameSpans, hasFrame, type FrameSpan } from './frame-spans.ts'

/**
 * Tasks that hold every word of the text in name, node, frames, reason, message, last line of a running log or
 * interpreter; case does not matter. `1037` and `1030-1040` are frames where some task has such; a state's name is that state.
 */
export function withText(tasks: readonly TaskView[], text: string): readonly TaskView[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  return words.reduce((left: readonly TaskView[], word) => withWord(left, word, tasks), tasks)
}

function withWord(tasks: readonly TaskView[], word: string, all: readonly TaskView[]): readonly TaskView[] {
  const spans = /^-?\d+(--?\d+)?$/.test(word) ? frameSpans(word) : []
  const [wanted] = spans
  if (wanted && all.some((task) => touches(task, wanted))) return tasks.filter((task) => touches(task, wanted))
  if (taskStates.some((state) => state === word)) return tasks.filter(({ state }) => state === word)
  return tasks.filter((task) => hayOf(task).includes(word))
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
