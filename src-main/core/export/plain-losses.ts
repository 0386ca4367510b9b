/** The loss reports of the two formats that no farm reads: the guide's job JSON, and a bundle with its run.sh. */
import type { Problem } from '../../domain/problems.ts'
import { limitedOf, type FarmJob } from './farm.ts'
import { measuredLosses, memoryLosses, needsOf, report, silenceLoss, type Loss } from './losses.ts'

export const jobJsonLosses = (job: FarmJob): Problem[] =>
  report(null, [
    ...dropped(job, 'a job JSON', 'whoever runs its commands has to'),
    ...toldLosses(job, 'it'),
    needsOf(job)
  ])

/** run.sh goes through the tasks one after the other, each once. */
export const bundleLosses = (job: FarmJob): Problem[] =>
  report(null, [
    ...dropped(job, 'run.sh', 'run the tasks here, or export for a farm that does'),
    job.tasks.length > 1 && [
      'info',
      'one-by-one',
      'run.sh runs its tasks one after the other',
      'whoever runs the commands in job.json by their dependencies may run them side by side'
    ],
    !job.settings.failFast &&
      job.tasks.length > 1 && [
        'warning',
        'first-failure',
        'run.sh stops at the first failure: tasks that do not wait for the failed one do not run either',
        'run what is left by hand: sh commands/N.sh NODE/BATCH'
      ],
    ...toldLosses(job, 'job.json'),
    needsOf(job)
  ])

function dropped(job: FarmJob, what: string, remedy: string): Loss[] {
  const { retries, timeout, failFast } = job.settings
  const isBundle = what === 'run.sh'
  const ranks = job.priority !== 0 || job.nodes.some(({ priority }) => priority !== 0)
  return [
    retries > 0 && ['warning', 'retries', `its ${retries} retries are lost: ${what} tries each task once`, remedy],
    timeout !== null && [
      'warning',
      'timeout',
      `the limit of time of ${timeout} s is lost: ${what} ends no task`,
      'put a limit into the command: set the interpreter’s wrapper to timeout N'
    ],
    silenceLoss(job, remedy),
    failFast &&
      !isBundle && ['warning', 'fail-fast', 'stopping at the first failure is lost: it has commands alone', remedy],
    ranks && ['info', 'priority', `its priorities are lost: ${what} has none`, remedy],
    ...measuredLosses(job, { memory: false, time: false }, what),
    ...memoryLosses(job, what, null),
    ...limitedOf(job).map(({ name, limit }): Loss => {
      const lost = `at most ${limit} tasks of ${name} at once is lost in the document of commands`
      return [isBundle ? 'info' : 'warning', 'limit', lost, remedy]
    })
  ]
}

/** The commands are the programs' own, without the script that reads logs and results. */
const toldLosses = (job: FarmJob, where: string): Loss[] => [
  job.nodes.length > 0 && [
    where === 'it' ? 'warning' : 'info',
    'told-failure',
    `the commands in ${where === 'it' ? 'the job JSON' : where} end as their programs do: a failure that a log tells${
      job.nodes.some(({ strict }) => strict)
        ? ' (openjd_fail and the like, or a warning of a strict task)'
        : ' (openjd_fail and the like)'
    } does not count there`,
    where === 'it' ? 'use the format bundle, whose scripts read the logs' : 'run.sh and sh commands/N.sh read the logs'
  ]
]
