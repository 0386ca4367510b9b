/** What can be done to a job, by its status. */
import type { JobView } from '../../src-main/api.ts'
import { isStopped, isUnfinished, taskStatuses } from '../../src-main/domain/status.ts'

export const jobActionNames = ['run', 'pause', 'stop', 'retry', 'rerun', 'changed', 'delete'] as const
export type JobActionName = (typeof jobActionNames)[number]

export interface JobOffer {
  name: JobActionName
  label: string
  title: string
}

/** Failed and canceled tasks: what a retry queues again. */
export const stoppedOf = ({ counts }: JobView): number =>
  taskStatuses.reduce((sum, status) => sum + (isStopped(status) ? (counts[status] ?? 0) : 0), 0)

/** What fits the job now, in the order of use; a job that runs cannot be deleted, one that is done not be stopped. */
export function offersFor(job: JobView): JobOffer[] {
  const running = job.status === 'running'
  const stopped = stoppedOf(job)
  const offers: Record<JobActionName, JobOffer | false> = {
    run: isUnfinished(job.status) &&
      (!running || job.held) && {
        name: 'run',
        label: job.held || job.startedAt !== null ? 'Resume' : 'Run',
        title: 'Go on with what is not done'
      },
    pause: running &&
      !job.held && { name: 'pause', label: 'Pause', title: 'Start nothing new; what runs goes on to its end' },
    stop: running && { name: 'stop', label: 'Stop', title: 'End what runs and queue it again' },
    retry: stopped > 0 &&
      !running && {
        name: 'retry',
        label: `Retry ${stopped} failed`,
        title: 'Queue again what failed or was canceled, and run'
      },
    rerun: {
      name: 'rerun',
      label: 'Rerun',
      title: 'A new job of the same graph with the same options and settings, by the interpreters as they are now'
    },
    changed: !isUnfinished(job.status) && {
      name: 'changed',
      label: 'Rerun changed',
      title: 'The same, but only what changed is run: code, inputs, frames, interpreter; of the rest the results count'
    },
    delete: !running && { name: 'delete', label: 'Delete', title: 'Forget this job with its logs and results' }
  }
  return jobActionNames.map((name) => offers[name]).filter((offer) => offer !== false)
}
