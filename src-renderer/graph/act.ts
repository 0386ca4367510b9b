/** What the graph does with a job's nodes. */
import { ask } from '../api.ts'
import { here } from '../state/place.svelte.ts'
import { jobs } from '../state/jobs.svelte.ts'
import { toasts } from '../state/toasts.svelte.ts'

/** Makes a job of the same graph with one node alone, and runs it; a refusal is shown. */
export async function runOnly(job: number, identifier: string): Promise<void> {
  const view = jobs.find(job)
  if (!view) return
  const made = await ask('job.create', { source: { graph: view.graphId }, options: { only: [identifier] } })
  if (!made || !(await ask('job.run', { job: made.job }))) return
  here.openJob(made.job, 'tasks')
  toasts.note('Only this node runs, as a job of its own.')
}
