/** The loss report: what Deadline cannot carry, changes, or would refuse. */
import { shown } from '../../graph/flowpipe.ts'
import type { Problem } from '../../job/preflight.ts'
import type { FarmJob, FarmNode } from '../farm.ts'
import { failFastLoss, isPartial, needsOf, report, type Loss } from '../losses.ts'
import { isFrameDependent, spaceOf } from './frames.ts'
import { isWhole, maxPriority, priorityOf, usualPriority, wholeSeconds } from './info.ts'
import { batchName, limitsOf, nodeName } from './names.ts'

export const lossesOf = (job: FarmJob): Problem[] => [
  ...report(null, [job.nodes.length === 0 && ['error', 'empty', 'it has no task', 'export a job with a node']]),
  ...job.nodes.flatMap((node) => report(node, nodeLosses(job, node))),
  ...report(null, [...settingLosses(job), ...limitLosses(job), nameLoss(job), ...submission, needsOf(job)])
]

/** What a repository's Task Limit is where nobody says another; a warning alone, as the manual's page was not at hand. */
const maxTasks = 5000

const nodeLosses = (job: FarmJob, node: FarmNode): Loss[] => [
  ...linkLosses(node),
  node.tasks.length > maxTasks && [
    'warning',
    'tasks',
    `it is a job of ${node.tasks.length} tasks, and a repository that says nothing else takes ${maxTasks}`,
    'use larger batches (--batch NODE=N), or raise the task limit in the repository’s options'
  ],
  priorityLoss(job, node),
  !isWhole(node) &&
    spaceOf(node).numbers === 'batches' && [
      'info',
      'batch-number',
      'its batches go by number, so the farm does not show their frames',
      'a command is told the first and the last frame alone; frames of 0 and above without gaps go over as they are'
    ]
]

/** All that a job depends on is kept by frame, or nothing. */
const linkLosses = (node: FarmNode): Loss[] =>
  node.parents
    .filter((link) => isPartial(link) && !isFrameDependent(node))
    .map(({ parent }) => [
      'warning',
      'frame-dependency',
      `its batches wait for all of ${shown(parent.name)}, not only for the batches that share their frames`,
      'Deadline keeps it where all that a node waits for has the same frames as the node, in batches of the same size'
    ])

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
  const { retries, timeout, silence } = job.settings
  return [
    retries > 0 && [
      'info',
      'retries',
      `a task fails when it has ${retries + 1} errors; a repository may fail the whole job, or a Worker for it, before that`,
      'look at Failure Detection in the repository’s options'
    ],
    timeout !== null &&
      wholeSeconds(timeout) !== timeout && [
        'warning',
        'timeout',
        `the limit of time of ${timeout} s becomes ${wholeSeconds(timeout)} s`,
        'Deadline counts whole seconds'
      ],
    silence !== null && [
      'warning',
      'silence',
      `the limit of time without output of ${silence} s is lost`,
      'limit the whole time of a task instead: --timeout'
    ],
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

/** At most so many are named. */
const mostNamed = 3

function nameLoss(job: FarmJob): Loss {
  const all = [
    { own: job.name, there: batchName(job) },
    ...job.nodes.map((node) => ({ own: node.name, there: nodeName(node) }))
  ]
  const changed = all.filter(({ own, there }) => own !== there)
  const some = changed.slice(0, mostNamed).map(({ own, there }) => `${shown(own)} is ${shown(there)}`)
  const rest = changed.length - some.length
  return (
    changed.length > 0 && [
      'info',
      'name',
      `names are others there: ${some.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`,
      'a name is one line there, without spaces around it'
    ]
  )
}

const submission: Loss[] = [
  [
    'info',
    'submission',
    'pool, group and department are not in the job: it gets what the farm gives where nobody says more, and is of whoever submits it',
    'say it when you submit: ./submit.sh Pool=NAME Group=NAME'
  ],
  [
    'info',
    'log',
    'Deadline’s own log may lack what the commands print',
    'it stands in tasks/NODE/BATCH/log.N.txt, and backlot pull brings it back'
  ]
]
