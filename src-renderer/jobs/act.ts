/** Carries out an action on a job. */
import { ask } from '../api.ts'
import { jobs } from '../state/jobs.svelte.ts'
import { rehearsals } from '../state/rehearsals.svelte.ts'
import { here, type JobTab } from '../state/place.svelte.ts'
import type { JobActionName } from './actions.ts'

const works: Readonly<Record<JobActionName, (job: number) => Promise<void>>> = {
  run,
  rehearse,
  pause: async (job) => {
    await ask('job.pause', { job })
    await jobs.look(job)
  },
  stop: async (job) => {
    await ask('job.stop', { job })
    await jobs.look(job)
  },
  retry: async (job) => {
    if (await ask('task.retry', { job })) await run(job)
  },
  rerun: (job) => rerun(job, false),
  changed: (job) => rerun(job, true),
  delete: (job) => Promise.resolve(remove(job))
}

export const act = (name: JobActionName, job: number): Promise<void> => works[name](job)

/** Runs the job, or resumes it, to its end. */
async function run(job: number): Promise<void> {
  await ask('job.run', { job })
  await jobs.look(job)
}

/** Shows how far it is while it goes on. */
async function rehearse(job: number): Promise<void> {
  here.openJob(job, 'rehearsal')
  await rehearsals.rehearse(job)
}

async function rerun(job: number, changed: boolean): Promise<void> {
  const created = await ask('job.rerun', { job, changed })
  if (!created) return
  await jobs.load()
  here.openJob(created.job)
  await run(created.job)
}

/** If the job is open, the newest one is opened instead, and this one again if the deletion is undone. */
function remove(job: number): void {
  const tab: JobTab | null = here.place.kind === 'job' && here.place.job === job ? here.place.tab : null
  jobs.remove(job, () => tab && here.openJob(job, tab))
  const next = jobs.list[0]
  if (tab) here.go(next ? { kind: 'job', job: next.id, tab } : { kind: 'start' })
}
