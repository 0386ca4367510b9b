/** The loss report: what Royal Render cannot carry, changes, or would refuse, and what nobody could try. */
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
  renamedInterpreters,
  renamedLoss,
  report,
  silenceLoss,
  type Loss
} from '../losses.ts'
import { licenceOf, maxJobs, maxParents, priorityOf, usualPriority } from './job.ts'
import { numbersOf } from './numbers.ts'
import { sceneName } from './scenes.ts'

export const lossesOf = (job: FarmJob): Problem[] => [
  ...report(null, sizeLosses(job)),
  ...job.nodes.flatMap((node) => report(node, nodeLosses(job, node))),
  ...report(null, [
    ...settingLosses(job),
    ...limitLosses(job),
    ...measuredLosses(job, { memory: true, time: false }, 'Royal Render'),
    ...memoryLosses(
      job,
      'watch the jobs’ memory in rrControl',
      'a client needs that many whole GB free, and ends no task that takes more'
    ),
    ...renamedInterpreters({ ...job, nodes: job.nodes.filter(isLimited) }, 'licence', (one) => licenceOf(job, one)),
    ...submission(job),
    needsOf(job)
  ])
]

const sizeLosses = (job: FarmJob): Loss[] => [
  emptyLoss(job),
  job.nodes.length > maxJobs && [
    'error',
    'nodes',
    `it has ${job.nodes.length} nodes, and a submission has at most ${maxJobs} jobs that others can wait for`,
    'export it in parts: create jobs of some of its nodes with --only'
  ]
]

const nodeLosses = (job: FarmJob, node: FarmNode): Loss[] => [
  renamedLoss('its job', { own: node.name, there: sceneName(node) }, 'letters of A to Z, digits, _, . and - stay'),
  ...frameLosses(
    node,
    () => false,
    'Royal Render can wait by frame where both have the same frames: set Wait For Job By Frame in rrControl; how a job file says it is not published'
  ),
  node.parents.length > maxParents && [
    'error',
    'parents',
    `it waits for ${node.parents.length} nodes, and a job there for at most ${maxParents} others`,
    'put a node between that waits for some of them'
  ],
  priorityLoss(job, node),
  !numbersOf(node).frames &&
    node.tasks.some((task) => task.frames !== null) &&
    batchNumberLoss('frames of 0 and above with one step, in batches of 1, go over as they are')
]

function priorityLoss(job: FarmJob, node: FarmNode): Loss {
  const [wanted, there] = [job.priority + node.priority, priorityOf(job, node)]
  if (wanted === 0) return false
  const said = `its priority, ${job.priority} of the job and ${node.priority} of its own, becomes ${there}`
  return [usualPriority + wanted === there ? 'info' : 'warning', 'priority', said, `0 here is ${usualPriority} there`]
}

function settingLosses(job: FarmJob): Loss[] {
  const { retries, timeout } = job.settings
  return [
    retries > 0 && [
      'warning',
      'retries',
      `its ${retries} retries are lost: a frame is sent again until the farm’s number of crashes is reached`,
      'look at what rrConfig says of crashes'
    ],
    timeout !== null && [
      'warning',
      'timeout',
      `the limit of time of ${timeout} s is lost: how a job file says it is not published`,
      'set Max Frame Time in rrControl, in minutes'
    ],
    silenceLoss(job, 'see to it that the clients’ freeze detection is on'),
    failFastLoss(job, 'rrControl')
  ]
}

const limitLosses = (job: FarmJob): Loss[] =>
  limitedOf(job).map((one) => [
    'warning',
    'limit',
    `at most ${one.limit} tasks of ${one.name} at once is the licence ${licenceOf(job, one)}, which limits nothing until rrConfig says its number`,
    `add a licence ${licenceOf(job, one)} of ${one.limit} in rrConfig`
  ])

const submission = (job: FarmJob): Loss[] => [
  job.nodes.length > 0 && [
    'warning',
    'unchecked',
    'this format was written after Royal Render’s help pages and other submitters; no Royal Render has read it',
    'submit a small job first, and look whether its jobs wait for each other'
  ],
  job.nodes.length > 0 && [
    'info',
    'submission',
    'project, client group and the like are not in the jobs: each gets what the farm gives where nobody says more',
    'say it when you submit: sh submit.sh CompanyProjectName=0~NAME DefaultClientGroup=1~NAME'
  ]
]
