/** The loss report: what Slurm cannot carry, changes, or would refuse. */
import type { Problem } from '../../../domain/problems.ts'
import { isOneToOne, memoryOf, timeLimitOf, type FarmJob, type FarmNode } from '../farm.ts'
import {
  emptyLoss,
  failFastLoss,
  frameLosses,
  measuredLosses,
  needsOf,
  nodePriorityLoss,
  renamedLoss,
  report,
  silenceLoss,
  type Loss
} from '../losses.ts'
import { arraysOf, arraySize } from './arrays.ts'
import { jobName, licencesOf, nodeName } from './names.ts'
import { minutes } from './scripts.ts'

/** MaxJobCount where a farm says nothing else; each task of an array counts. Source: slurm.conf(5). */
const maxTasks = 10_000

export const lossesOf = (job: FarmJob): Problem[] => [
  ...report(null, sizeLosses(job)),
  ...job.nodes.flatMap((node) => report(node, nodeLosses(node))),
  ...report(null, [
    ...settingLosses(job),
    ...limitLosses(job),
    ...measuredLosses(job, { memory: true, time: true }, 'Slurm'),
    memoryLoss(job),
    renamedLoss('the job', { own: job.name, there: jobName(job) }, nameRule),
    submission(job),
    needsOf(job)
  ])
]

const sizeLosses = (job: FarmJob): Loss[] => [
  emptyLoss(job),
  job.tasks.length > maxTasks && [
    'warning',
    'tasks',
    `it has ${job.tasks.length} tasks, and a farm that says nothing else takes ${maxTasks} at once, of everybody`,
    'use larger batches (--batch NODE=N), or raise MaxJobCount in slurm.conf'
  ]
]

const nodeLosses = (node: FarmNode): Loss[] => [
  renamedLoss('its array', { own: node.name, there: nodeName(node) }, nameRule),
  ...frameLosses(node, isOneToOne, 'Slurm keeps it where both have the same frames in batches of one size'),
  node.tasks.length > arraySize && [
    'info',
    'arrays',
    `its ${node.tasks.length} batches are ${arraysOf(node).length} arrays of at most ${arraySize}`,
    'a farm whose MaxArraySize is smaller refuses them: use larger batches there'
  ],
  nodePriorityLoss(node, 'Slurm', 'lower the others there: scontrol update JobId=N Nice=N')
]

function settingLosses(job: FarmJob): Loss[] {
  const { retries, timeout } = job.settings
  return [
    retries > 0 && [
      'warning',
      'retries',
      `its ${retries} retries are lost: what waits for a failed task is canceled at once`,
      'submit it again, or pull what is done and retry the rest here'
    ],
    timeout !== null &&
      minutes(timeout) * 60 !== timeout && [
        'warning',
        'timeout',
        `the limit of time of ${timeout} s becomes ${minutes(timeout)} min`,
        'Slurm counts whole minutes'
      ],
    silenceLoss(job, 'look at the logs of tasks that run long'),
    failFastLoss(job, 'Slurm'),
    job.priority !== 0 && [
      'warning',
      'priority',
      `the priority ${job.priority} is lost`,
      'say it as the farm has it: sh submit.sh --nice=N or --qos=NAME'
    ]
  ]
}

const limitLosses = (job: FarmJob): Loss[] =>
  [...licencesOf(job)].map(([{ name, limit }, licence]) => [
    'warning',
    'limit',
    `at most ${limit} tasks of ${name} at once is a licence ${licence} for each; sbatch refuses them where the farm has none of that name`,
    `add Licenses=${licence}:${limit} to slurm.conf`
  ])

const nameRule = 'an array’s name has letters of A to Z, digits, _, . and -, and at most 100 of a job and of a node'

/** RealMemory is 1 MB where slurm.conf says none. Source: slurm.conf(5). */
const memoryLoss = (job: FarmJob): Loss =>
  job.nodes.some((node) => memoryOf(node) !== null) && [
    'info',
    'memory',
    'its arrays ask for memory, which sbatch refuses where slurm.conf says no RealMemory of the nodes',
    'set it there, or submit with: sh submit.sh --mem=0'
  ]

function submission(job: FarmJob): Loss {
  const memory = job.nodes.some((node) => memoryOf(node) === null) ? ', memory' : ''
  const time = job.nodes.some((node) => timeLimitOf(job, node) === null) ? ' and a limit of time' : ''
  return [
    'info',
    'submission',
    `partition, account, cores${memory}${time} are not in the job: each task gets what the farm gives where nobody says more`,
    'say it when you submit: sh submit.sh --partition=NAME --cpus-per-task=N --mem=SIZE --time=MINUTES'
  ]
}
