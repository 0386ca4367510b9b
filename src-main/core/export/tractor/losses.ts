/** The loss report: what Tractor cannot carry or changes. */
import type { Problem } from '../../../domain/problems.ts'
import { interpretersOf, limitedOf, type FarmJob } from '../farm.ts'
import {
  emptyLoss,
  failFastLoss,
  measuredLosses,
  memoryLosses,
  needsOf,
  nodePriorityLoss,
  report,
  silenceLoss,
  type Loss
} from '../losses.ts'
import { keyOf } from './alf.ts'

export const lossesOf = (job: FarmJob): Problem[] => [
  ...job.nodes.flatMap((node) => report(node, [nodePriorityLoss(node, 'Tractor')])),
  ...report(null, [
    ...settingLosses(job),
    ...limitLosses(job),
    ...measuredLosses(job, { memory: false, time: false }, 'Tractor'),
    ...memoryLosses(job, 'Tractor', null),
    ...services(job),
    needsOf(job)
  ])
]

function settingLosses(job: FarmJob): Loss[] {
  const { retries, timeout } = job.settings
  return [
    emptyLoss(job),
    retries > 0 && [
      'warning',
      'retries',
      `its ${retries} retries are lost: a job file has no number of them`,
      'retry what fails in the dashboard'
    ],
    timeout !== null && [
      'warning',
      'timeout',
      `the limit of time of ${timeout} s is lost`,
      'limit it in the command: set the interpreter’s wrapper to timeout N'
    ],
    silenceLoss(job, 'look at the dashboard for tasks that stand still'),
    failFastLoss(job, 'Tractor'),
    job.priority !== 0 && [
      'info',
      'priority',
      `the priority ${job.priority} goes over as it is`,
      'choose it on the farm’s scale: backlot priority JOB N'
    ]
  ]
}

const limitLosses = (job: FarmJob): Loss[] =>
  limitedOf(job).map((one) => [
    'warning',
    'limit',
    `at most ${one.limit} tasks of ${one.name} at once is the tag ${keyOf(one)}, which limits nothing until the farm says its number`,
    `give ${keyOf(one)} a maximum of ${one.limit} in limits.config`
  ])

const services = (job: FarmJob): Loss[] => {
  const keys = [...new Set(interpretersOf(job).map(keyOf))]
  return [
    job.nodes.length > 0 && [
      'warning',
      'service',
      `its commands ask for the services ${keys.join(', ')}; one that no blade provides waits for ever`,
      'add them to what the blades provide, in blade.config'
    ]
  ]
}
