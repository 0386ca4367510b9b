/** What can be done to a job, by its status. */
import type { JobView } from '../../src-main/api.ts'
import { countOf, isResumable, isStopped, isUnfinished } from '../../src-main/domain/status.ts'

export const jobActionNames = ['run', 'rehearse', 'pause', 'stop', 'retry', 'rerun', 'changed', 'delete'] as const
export type JobActionName = (typeof jobActionNames)[number]

export interface JobOffer {
  name: JobActionName
  label: string
  title: string
}

const rerun: JobOffer = {
  name: 'rerun',
  label: 'Rerun',
  title: 'Make a new job from the same graph with the same options and settings, and the interpreters as they are now'
}
const remove: JobOffer = { name: 'delete', label: 'Delete', title: 'Delete this job with its logs and results' }

/** Of a job that is on its farm: that is asked to do it. */
function offersThere({ counts }: JobView): JobOffer[] {
  const stopped = countOf(counts, isStopped)
  const title = 'Ask the farm to try the failed and canceled tasks again'
  return [
    ...(stopped > 0 ? [{ name: 'retry', label: `Retry ${stopped} on the farm`, title } as const] : []),
    { name: 'stop', label: 'End on the farm', title: 'Ask the farm to end what was submitted' },
    rerun,
    {
      ...remove,
      title: 'Delete this job here with its logs and results; it goes on on its farm until it is ended there'
    }
  ]
}

/**
 * What can be done to the job now, in the order shown. A running job cannot be deleted; only a
 * running one can be stopped. `started`: it was asked for and waits for a slot.
 */
export function offersFor(job: JobView, started = false): JobOffer[] {
  if (job.status === 'remote') return offersThere(job)
  const running = job.status === 'running' || (started && job.status === 'queued')
  const unfinished = isUnfinished(job.status)
  const stopped = countOf(job.counts, isStopped)
  const offers: Record<JobActionName, JobOffer | false> = {
    run: isResumable(job.status) &&
      (!running || job.held) && {
        name: 'run',
        label: job.held || job.startedAt !== null ? 'Resume' : 'Run',
        title: 'Run the tasks that are not done yet'
      },
    rehearse: job.startedAt === null &&
      !running && {
        name: 'rehearse',
        label: 'Rehearse',
        title: 'Run the job as the author, then as a farm’s workers would, and say what would break there'
      },
    pause: running &&
      !job.held && { name: 'pause', label: 'Pause', title: 'Start no more tasks; running tasks finish' },
    stop: running && { name: 'stop', label: 'Stop', title: 'Kill the running tasks and queue them again' },
    retry: stopped > 0 &&
      !running && {
        name: 'retry',
        label: `Retry ${stopped} failed`,
        title: 'Requeue the failed and canceled tasks and run the job'
      },
    rerun,
    changed: !unfinished && {
      name: 'changed',
      label: 'Rerun changed',
      title:
        'Rerun, but run only the tasks whose code, inputs, frames or interpreter changed, and keep the results of the rest'
    },
    delete: !running && remove
  }
  return jobActionNames.map((name) => offers[name]).filter((offer) => offer !== false)
}
