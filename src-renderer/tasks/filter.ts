/** Which tasks the table shows: those that hold every word typed and are in one of the states chosen. */
import type { TaskView } from '../../src-main/api.ts'
import { taskStates, type StateCounts, type TaskState } from '../../src-main/domain/status.ts'

/** Tasks that hold every word of the text in name, node, frames, reason, message or interpreter; case does not matter. */
export function withText(tasks: readonly TaskView[], text: string): readonly TaskView[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  if (words.length === 0) return tasks
  return tasks.filter((task) => {
    const hay = [task.name, task.node, task.frames, task.reason, task.message, task.interpreter]
      .join('\n')
      .toLowerCase()
    return words.every((word) => hay.includes(word))
  })
}

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
