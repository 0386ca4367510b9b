/** Which tasks are shown: words that all must be found, and states of which one must fit. */
import type { TaskView } from '../../src-main/api.ts'
import { stateOrder } from '../parts/states.ts'

type State = TaskView['state']

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

/** How many there are of each state that the job has or that is chosen, in the order of states everywhere. */
export function stateCounts(
  all: readonly TaskView[],
  found: readonly TaskView[],
  chosen: ReadonlySet<State>
): { state: State; n: number }[] {
  const there = new Set(all.map((task) => task.state))
  const counts = new Map<State, number>()
  for (const task of found) counts.set(task.state, (counts.get(task.state) ?? 0) + 1)
  return stateOrder
    .filter((state) => there.has(state) || chosen.has(state))
    .map((state) => ({ state, n: counts.get(state) ?? 0 }))
}
