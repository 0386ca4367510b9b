/** The loss report: what Deadline cannot carry, changes, or would refuse. */
import type { Problem } from '../../../domain/problems.ts'
import type { FarmJob, FarmNode } from '../farm.ts'
import {
  batchNumberLoss,
  emptyLoss,
  failFastLoss,
  frameLosses,
  measuredLosses,
  memoryLosses,
  needsOf,
  renamedInterpreters,
  renamedLoss,
  report,
  silenceLoss,
  timeoutLoss,
  type Loss
} from '../losses.ts'
import { isFrameDependent, spaceOf } from './frames.ts'
import { isWhole, maxPriority, priorityOf, usualPriority } from './info.ts'
import { batchName, limitsOf, nodeName } from './names.ts'

export const lossesOf = (job: FarmJob): Problem[] => [
  ...report(null, [emptyLoss(job)]),
  ...job.nodes.flatMap((node) => report(node, nodeLosses(job, node))),
  ...report(null, [
    ...settingLosses(job),
    ...limitLosses(job),
    ...measuredLosses(job, { memory: false, time: true }, 'Deadline'),
    ...memoryLosses(job, 'Deadline', null),
    renamedLoss('the batch of jobs', { own: job.name, there: batchName(job) }, nameRule),
    ...renamedInterpreters(job, 'limit', (one) => limitsOf(job).get(one) ?? one.name),
    ...submission,
    needsOf(job)
  ])
]

/** What a repository's Task Limit is where nobody says another; a warning alone, as the manual's page was not at hand. */
const maxTasks = 5000

const nodeLosses = (job: FarmJob, node: FarmNode): Loss[] => [
  renamedLoss('its job', { own: node.name, there: nodeName(node) }, nameRule),
  // all that a job depends on is kept by frame, or nothing
  ...frameLosses(node, () => isFrameDependent(node), frameRule),
  node.tasks.length > maxTasks && [
    'warning',
    'tasks',
    `it is a job of ${node.tasks.length} tasks, and a repository that says nothing else takes ${maxTasks}`,
    'use larger batches (--batch NODE=N), or raise the task limit in the repository’s options'
  ],
  priorityLoss(job, node),
  !isWhole(node) &&
    spaceOf(node).numbers === 'batches' &&
    batchNumberLoss(
      'a command is told the first and the last frame alone; frames of 0 and above without gaps go over as they are'
    )
]

const frameRule =
  'Deadline keeps it where all that a node waits for has the same frames as the node, in batches of the same size'

function priorityLoss(job: FarmJob, node: FarmNode): Loss {
  const [wanted, there] = [job.priority + node.priority, priorityOf(job, node)]
  if (wanted === 0) return false
  const sum = `its priority, ${job.priority} of the job and ${node.priority} of its own,`
  return usualPriority + wanted === there
    ? [
        'info',
        'priority',
        `${sum} becomes ${there}`,
        `Deadline has 0 to ${maxPriority}; 0 here is ${usualPriority} there`
      ]
    : ['warning', 'priority', `${sum} becomes ${there}`, `Deadline has only 0 to ${maxPriority}`]
}

function settingLosses(job: FarmJob): Loss[] {
  const { retries, timeout } = job.settings
  return [
    retries > 0 && [
      'info',
      'retries',
      `a task fails when it has ${retries + 1} errors; a repository may fail the whole job, or a Worker for it, before that`,
      'look at Failure Detection in the repository’s options'
    ],
    timeoutLoss(timeout, 'Deadline'),
    silenceLoss(job, 'limit the whole time of a task instead: --timeout'),
    failFastLoss(job, 'Deadline')
  ]
}

const limitLosses = (job: FarmJob): Loss[] =>
  [...limitsOf(job)].map(([{ name, limit }, there]) => [
    'warning',
    'limit',
    `at most ${limit} tasks of ${name} at once is the limit ${there} of Deadline, which limits nothing until the farm says its number`,
    `make a limit ${there} of ${limit} in the Monitor`
  ])

const nameRule = 'a name is one line there, without spaces around it'

const submission: Loss[] = [
  [
    'info',
    'submission',
    'pool, group and department are not in the job: it gets what the farm gives where nobody says more, and is of whoever submits it',
    'say it when you submit: sh submit.sh Pool=NAME Group=NAME'
  ],
  [
    'info',
    'log',
    'Deadline’s own log may lack what the commands print',
    'it stands in tasks/NODE/BATCH/log.N.txt, and backlot pull brings it back'
  ]
]
