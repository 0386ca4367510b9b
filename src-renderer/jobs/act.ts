/** Does to a job what was chosen for it. */
import { ask } from '../api.ts'
import { jobs } from '../state/jobs.svelte.ts'
import { here, type JobTab } from '../state/place.svelte.ts'
import type { JobActionName } from './actions.ts'

const works: Readonly<Record<JobActionName, (job: number) => Promise<void>>> = {
  run: (job) => Promise.resolve(run(job)),
  pause: async (job) => {
    await ask('job.pause', { job })
    await jobs.look(job)
  },
  stop: async (job) => {
    await ask('job.stop', { job })
    await jobs.look(job)
  },
  retry: async (job) => {
    if (await ask('task.retry', { job })) run(job)
  },
  rerun: async (job) => rerun(job, false),
  changed: async (job) => rerun(job, true),
  delete: (job) => Promise.resolve(remove(job))
}

export const act = (name: JobActionName, job: number): Promise<void> => works[name](job)

/** The job runs on by itself; its end is nothing to wait for here. */
function run(job: number): void {
  void ask('job.run', { job }).then(() => jobs.look(job))
}

async function rerun(job: number, changed: boolean): Promise<void> {
  const created = await ask('job.rerun', { job, changed })
  if (!created) return
  await jobs.load()
  here.openJob(created.job)
  run(created.job)
}

/** Whoever looks at the job looks at the next one then, and at this one again when it is brought back. */
function remove(job: number): void {
  const tab: JobTab | null = here.place.kind === 'job' && here.place.job === job ? here.place.tab : null
  jobs.remove(job, () => tab && here.openJob(job, tab))
  const next = jobs.list[0]
  if (tab) here.go(next ? { kind: 'job', job: next.id, tab } : { kind: 'start' })
}
