/** The loss report: what Tractor cannot carry or changes. */
import type { Problem } from '../../../domain/problems.ts'
import { interpretersOf, limitedOf, type FarmJob, type FarmNode } from '../farm.ts'
import {
  emptyLoss,
  failFastLoss,
  measuredLosses,
  memoryLosses,
  needsOf,
  nodePriorityLoss,
  renamedInterpreters,
  renamedLoss,
  report,
  silenceLoss,
  timeoutLoss,
  type Loss
} from '../losses.ts'
import { keyOf, nodeId, title } from './alf.ts'

export const lossesOf = (job: FarmJob): Problem[] => [
  ...job.nodes.flatMap((node) => report(node, [nodePriorityLoss(node, 'Tractor'), titleLoss(node)])),
  ...report(null, [
    ...settingLosses(job),
    ...limitLosses(job),
    ...measuredLosses(job, { memory: false, time: true }, 'Tractor'),
    ...memoryLosses(job, 'Tractor', null),
    renamedLoss('the job', { own: job.name, there: title(job.name, `job ${job.id}`) }, titleRule),
    ...renamedInterpreters(job, 'service', (one) => keyOf(job, one)),
    ...services(job),
    needsOf(job)
  ])
]

const titleRule = 'a title is one line there, without spaces around it, and begins with no dash'

const titleLoss = (node: FarmNode): Loss =>
  renamedLoss('its task', { own: node.name, there: title(node.name, nodeId(node)) }, titleRule)

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
    timeoutLoss(timeout, 'Tractor'),
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
    `at most ${one.limit} tasks of ${one.name} at once is the tag ${keyOf(job, one)}, which limits nothing until the farm says its number`,
    `give ${keyOf(job, one)} a maximum of ${one.limit} in limits.config`
  ])

const services = (job: FarmJob): Loss[] => {
  const keys = [...new Set(interpretersOf(job).map((one) => keyOf(job, one)))]
  return [
    job.nodes.length > 0 && [
      'warning',
      'service',
      `its commands ask for the services ${keys.join(', ')}; one that no blade provides waits for ever`,
      'add them to what the blades provide, in blade.config'
    ]
  ]
}
