/** Ways from a finding to what it names. */
import { here } from '../state/place.svelte.ts'
import { tasks } from '../state/tasks.svelte.ts'
import { toasts } from '../state/toasts.svelte.ts'

/** Shows a task and its log. A finding knows its tasks by name; the first of that name is shown. */
export function openTask(job: number, name: string): void {
  const task = tasks.list.find((one) => one.name === name)
  if (!task) return toasts.error(`There is no task ${name} in job ${job}.`)
  tasks.focus(task.id)
  here.openJob(job, 'tasks')
}
