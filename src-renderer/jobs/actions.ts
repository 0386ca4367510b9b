/** What can be done to a job, by its status. */
import type { JobView } from '../../src-main/api.ts'

export const jobActionNames = ['run', 'pause', 'stop', 'retry', 'rerun', 'changed', 'delete'] as const
export type JobActionName = (typeof jobActionNames)[number]

export interface JobOffer {
  name: JobActionName
  label: string
  title: string
}

/** Failed and canceled tasks: what a retry queues again. */
export const stuckOf = (job: JobView): number => (job.counts.failed ?? 0) + (job.counts.canceled ?? 0)

const unfinished: readonly JobView['status'][] = ['queued', 'paused', 'running']

/** What fits the job now, in the order of use; a job that runs cannot be deleted, one that is done not be stopped. */
export function offersFor(job: JobView): JobOffer[] {
  const running = job.status === 'running'
  const stuck = stuckOf(job)
  const offers: Record<JobActionName, JobOffer | false> = {
    run: unfinished.includes(job.status) &&
      (!running || job.held) && {
        name: 'run',
        label: job.held || job.startedAt !== null ? 'Resume' : 'Run',
        title: 'Go on with what is not done'
      },
    pause: running &&
      !job.held && { name: 'pause', label: 'Pause', title: 'Start nothing new; what runs goes on to its end' },
    stop: running && { name: 'stop', label: 'Stop', title: 'End what runs and queue it again' },
    retry: stuck > 0 &&
      !running && {
        name: 'retry',
        label: `Retry ${stuck} failed`,
        title: 'Queue again what failed or was canceled, and run'
      },
    rerun: {
      name: 'rerun',
      label: 'Rerun',
      title: 'A new job of the same graph with the same options and settings, by the interpreters as they are now'
    },
    changed: !unfinished.includes(job.status) && {
      name: 'changed',
      label: 'Rerun changed',
      title: 'The same, but only what changed is run: code, inputs, frames, interpreter; of the rest the results count'
    },
    delete: !running && { name: 'delete', label: 'Delete', title: 'Forget this job with its logs and results' }
  }
  return jobActionNames.map((name) => offers[name]).filter((offer) => offer !== false)
}
