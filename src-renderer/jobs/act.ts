/** Carries out an action on a job. */
import { ask } from '../api.ts'
import { askFarm, isOnFarm } from '../state/farm.ts'
import { jobs } from '../state/jobs.svelte.ts'
import { rehearsals } from '../state/rehearsals.svelte.ts'
import { here } from '../state/place.svelte.ts'
import type { JobTab } from '../state/place.ts'
import { tasks } from '../state/tasks.svelte.ts'
import { table } from '../tasks/table.svelte.ts'
import { queueAgain } from '../tasks/undo.ts'
import type { JobActionName } from './actions.ts'

const works: Readonly<Record<JobActionName, (job: number) => Promise<void>>> = {
  run,
  rehearse,
  pause: async (job) => {
    await ask('job.pause', { job })
    await jobs.look(job)
  },
  stop: async (job) => {
    if (isOnFarm(job)) return askFarm(job, 'kill', null)
    await ask('job.stop', { job })
    await jobs.look(job)
  },
  retry: async (job) => {
    if (isOnFarm(job)) return askFarm(job, 'retry', null)
    if (await queueAgain(job)) await run(job)
  },
  rerun: (job) => rerun(job, false),
  changed: (job) => rerun(job, true),
  delete: (job) => remove([job])
}

export const act = (name: JobActionName, job: number): Promise<void> => works[name](job)

/** Runs the job, or resumes it, to its end. */
async function run(job: number): Promise<void> {
  const end = ask('job.run', { job })
  // it may wait for a slot: then no event tells that it was asked for
  void jobs.look(job)
  await end
  await jobs.look(job)
}

/** Shows how far it is while it goes on. Of a job that has run a new one is rehearsed: its first pass runs everything. */
async function rehearse(job: number): Promise<void> {
  const isNew = (jobs.find(job)?.startedAt ?? null) === null
  const made = isNew ? { job } : await ask('job.rerun', { job })
  if (!made) return
  if (!isNew) await jobs.load()
  here.openJob(made.job, 'rehearsal')
  await rehearsals.rehearse(made.job)
}

async function rerun(job: number, changed: boolean): Promise<void> {
  const created = await ask('job.rerun', { job, changed })
  if (!created) return
  await jobs.load()
  here.openJob(created.job)
  await run(created.job)
}

/** Shows a job at its first failure, whatever the user looked at in it. */
export function showFailure(job: number): void {
  here.openJob(job, 'tasks')
  // of another job the first failure gets the focus by itself
  if (tasks.job === job && tasks.focusedTask?.state !== 'failed') table.toFailure(1)
}

/** If one of them is open, the next one is opened instead, and that one again if the deletion is undone. */
export async function remove(ids: readonly number[]): Promise<void> {
  const open = here.place.kind === 'job' && ids.includes(here.place.job) ? here.place : null
  const tab: JobTab | null = open?.tab ?? null
  const at = jobs.list.findIndex((job) => job.id === open?.job)
  const rest = (list: typeof jobs.list) => list.find((job) => !ids.includes(job.id))
  const next = rest(jobs.list.slice(at + 1)) ?? rest(jobs.list.slice(0, Math.max(0, at)).toReversed())
  if (open && tab) here.go(next ? { kind: 'job', job: next.id, tab } : { kind: 'start' })
  await jobs.remove(ids, () => open && tab && here.openJob(open.job, tab))
}
