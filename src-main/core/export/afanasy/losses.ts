/** The loss report: what Afanasy cannot carry, changes, or would refuse. */
import { of } from '../../../domain/at.ts'
import type { Problem } from '../../../domain/problems.ts'
import { type FarmJob, type FarmNode, isLimited, limitedOf } from '../farm.ts'
import {
  batchNumberLoss,
  emptyLoss,
  failFastLoss,
  frameLosses,
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
import { keepsFrames } from './depends.ts'
import { masksOf, maxPriority, priorityOf, ticketOf, usualPriority } from './job.ts'
import { blockNames, jobName, longestMask } from './names.ts'
import { spaceOf } from './space.ts'

export const lossesOf = (job: FarmJob): Problem[] => [
  ...report(null, [emptyLoss(job, ', and the server takes no job without a block')]),
  ...job.nodes.flatMap((node) => report(node, nodeLosses(job, node))),
  ...report(null, [
    ...settingLosses(job),
    ...limitLosses(job),
    ...measuredLosses(job, { memory: true, time: true }, 'Afanasy'),
    ...memoryLosses(
      job,
      'watch the tasks’ memory on the renders',
      'a render needs that much free, and ends no task that takes more'
    ),
    renamedLoss('the job', { own: job.name, there: jobName(job) }, nameRule),
    ...renamedInterpreters({ ...job, nodes: job.nodes.filter(isLimited) }, 'ticket', (one) => ticketOf(job, one)),
    ...submission(job),
    needsOf(job)
  ])
]

const nameRule = 'a name is one line there, of 200 characters at most, without " \\ ^ [ ] and |'

function nodeLosses(job: FarmJob, node: FarmNode): Loss[] {
  const masks = Object.values(masksOf(job, node))
  return [
    renamedLoss('its block', { own: node.name, there: of(blockNames(job), node) }, nameRule),
    ...frameLosses(node, (link) => keepsFrames(node, link), frameRule),
    masks.some((mask) => mask.length > longestMask) && [
      'error',
      'parents',
      `it waits for ${node.parents.length} nodes, whose names are one regular expression there, of more than ${longestMask} characters`,
      'put a node between that waits for some of them'
    ],
    nodePriorityLoss(node, 'Afanasy', 'its blocks start in the order of the job'),
    !spaceOf(node).numeric &&
      node.tasks.some((task) => task.frames !== null) &&
      batchNumberLoss('a numeric block has frames of one step, in batches of one size')
  ]
}

const frameRule =
  'Afanasy keeps it where both have frames of one step, in batches of one size each, or where each batch waits for the one at its own place'

function settingLosses(job: FarmJob): Loss[] {
  const { retries, timeout } = job.settings
  const there = priorityOf(job)
  return [
    retries > 0 && [
      'info',
      'retries',
      `a task is tried ${retries + 1} times; after some errors the server avoids a render for it, as the user’s settings say`,
      'look at errors_avoid_host and errors_task_same_host of the user'
    ],
    timeoutLoss(timeout, 'Afanasy'),
    silenceLoss(job, 'limit the whole time of a task instead: --timeout'),
    failFastLoss(job, 'Afanasy'),
    job.priority !== 0 && [
      usualPriority + job.priority === there ? 'info' : 'warning',
      'priority',
      `the priority ${job.priority} becomes ${there}`,
      `Afanasy has 0 to ${maxPriority}; 0 here is ${usualPriority} there`
    ]
  ]
}

const limitLosses = (job: FarmJob): Loss[] =>
  limitedOf(job).map((one) => [
    'warning',
    'limit',
    `at most ${one.limit} tasks of ${one.name} at once is a ticket ${ticketOf(job, one)} for each; where no pool has such tickets they wait for ever`,
    `give the farm’s root pool the tickets ${ticketOf(job, one)}:${one.limit}`
  ])

const submission = (job: FarmJob): Loss[] => [
  job.nodes.length > 0 && [
    'info',
    'service',
    'its blocks are of the service generic, with the capacity that the farm gives where nobody says more',
    'a pool has to serve generic; say hosts, branch and the like when you submit: sh submit.sh hosts_mask=NAMES'
  ]
]
