/** Which tasks are shown: words that all must be found, and states of which one must fit. */
import type { TaskView } from '../../src-main/api.ts'
import { taskStates } from '../../src-main/domain/status.ts'
import type { Counts, State } from '../state/rows.ts'

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
export function inStates(tasks: readonly TaskView[], states: ReadonlySet<State>): readonly TaskView[] {
  return states.size === 0 ? tasks : tasks.filter((task) => states.has(task.state))
}

/** How many were found of each state that the job has or that is chosen, in the order of states everywhere. */
export function stateCounts(all: Counts, found: Counts, chosen: ReadonlySet<State>): { state: State; n: number }[] {
  return taskStates.filter((state) => all[state] || chosen.has(state)).map((state) => ({ state, n: found[state] ?? 0 }))
}
