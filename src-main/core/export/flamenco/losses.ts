/** The loss report: what Flamenco cannot carry or changes. */
import type { Problem } from '../../../domain/problems.ts'
import { limitedOf, type FarmJob, type FarmNode } from '../farm.ts'
import {
  emptyLoss,
  measuredLosses,
  memoryLosses,
  needsOf,
  renamedLoss,
  report,
  silenceLoss,
  type Loss
} from '../losses.ts'
import { jobTypeFile } from './job-type.ts'
import { gatesOf, jobName, nodeName, usualPriority } from './job.ts'

/** A Manager's where its configuration says no other (task_fail_after_softfail_count, and the state machine's own). */
const workersThatTry = 3
const failedPercent = 10

export const lossesOf = (job: FarmJob): Problem[] => [
  ...report(null, [emptyLoss(job)]),
  ...job.nodes.flatMap((node) => report(node, nodeLosses(job, node))),
  ...report(null, [
    ...settingLosses(job),
    ...limitLosses(job),
    ...measuredLosses(job, { memory: false, time: false }, 'Flamenco'),
    ...memoryLosses(job, 'Flamenco', null),
    renamedLoss('the job', { own: job.name, there: jobName(job) }, nameRule),
    ...submission(job),
    needsOf(job)
  ])
]

const nameRule = 'a name is one line there, without spaces around it'

const nodeLosses = (job: FarmJob, node: FarmNode): Loss[] => [
  renamedLoss('the node', { own: node.name, there: nodeName(node) }, nameRule),
  gatesOf(job).has(node) && [
    'info',
    'gate',
    `tasks wait for its ${node.tasks.length} through one that Flamenco runs between, which only prints a line`,
    'the Manager stores each single dependency; one task between keeps them few'
  ],
  node.priority !== 0 && [
    'info',
    'node-priority',
    `the priority ${node.priority} is ${usualPriority + node.priority} of its tasks there, within the job`,
    `Flamenco’s own is ${usualPriority}`
  ]
]

function settingLosses(job: FarmJob): Loss[] {
  const { retries, timeout, failFast } = job.settings
  const tried = `a Manager that says nothing else has a failed task tried by ${workersThatTry} workers in all, each once`
  return [
    retries > 0
      ? [
          'warning',
          'retries',
          `its ${retries} retries are lost: ${tried}`,
          'task_fail_after_softfail_count says how many'
        ]
      : ['info', 'retries', tried, 'task_fail_after_softfail_count in flamenco-manager.yaml says how many'],
    timeout !== null && [
      'warning',
      'timeout',
      `the limit of time of ${timeout} s is lost: Flamenco ends no task`,
      'put a limit into the command: set the interpreter’s wrapper to timeout N'
    ],
    silenceLoss(job, 'look at the tasks’ logs in the Manager'),
    failFast
      ? false
      : [
          'info',
          'first-failure',
          `a job fails, and starts nothing more, when ${failedPercent} % of its tasks have failed`,
          'requeue it in the Manager'
        ],
    failFast && [
      'warning',
      'fail-fast',
      `stopping at the first failure is lost: a job stops when ${failedPercent} % of its tasks have failed`,
      'watch the job in the Manager and cancel it there'
    ],
    job.priority !== 0 && [
      'info',
      'priority',
      `the priority ${job.priority} is ${usualPriority + job.priority} there`,
      `Flamenco’s own is ${usualPriority}; say another with sh submit.sh priority=N`
    ]
  ]
}

const limitLosses = (job: FarmJob): Loss[] =>
  limitedOf(job).map(({ name, limit }) => [
    'warning',
    'limit',
    `at most ${limit} tasks of ${name} at once is lost: Flamenco limits only which workers take a job`,
    `give ${limit} workers a tag and submit with it: sh submit.sh worker_tag=ID`
  ])

const submission = (job: FarmJob): Loss[] => [
  job.nodes.length > 0 && [
    'warning',
    'job-type',
    'the Manager has to know the job type backlot, once for all jobs',
    `copy ${jobTypeFile} into the folder scripts beside flamenco-manager`
  ],
  job.workers.paths.length > 0 && [
    'info',
    'paths',
    'its folder is said as workers see it (backlot.worker.yaml), so that the Manager finds it in its two-way variables',
    'workers of several systems need them: is_twoway in flamenco-manager.yaml'
  ]
]
