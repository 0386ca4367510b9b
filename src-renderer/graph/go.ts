/** From the graph to a task. */
import type { TaskView } from '../../src-main/api.ts'
import { chosenOutput } from '../outputs/chosen.ts'
import { here } from '../state/place.svelte.ts'
import { tasks } from '../state/tasks.svelte.ts'

/** Shows a task and its log. */
export function showTask(task: Pick<TaskView, 'id' | 'job'>): void {
  tasks.focus(task.id)
  here.openJob(task.job, 'tasks')
}

/** Shows all tasks of a node, selected in the list. */
export function showTasks(list: readonly TaskView[]): void {
  const [first] = list
  if (!first) return
  showTask(list.find(({ state }) => state === 'failed') ?? first)
  tasks.select(list.map(({ id }) => id))
}

/** Shows what a node gave. */
export function showFiles(job: number, identifier: string): void {
  chosenOutput.identifier = identifier
  here.openJob(job, 'outputs')
}
