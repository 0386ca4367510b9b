/** The loss report: what OpenJD, and Deadline Cloud around it, cannot carry or change. */
import { counted } from '../../../domain/counts.ts'
import { at } from '../../../domain/at.ts'
import type { Problem } from '../../../domain/problems.ts'
import { shown } from '../../graph/names.ts'
import { limitedOf, wholeSeconds, type FarmJob, type FarmNode } from '../farm.ts'
import {
  batchNumberLoss,
  emptyLoss,
  isPartial,
  measuredLosses,
  memoryLosses,
  needsOf,
  nodePriorityLoss,
  report,
  type Loss
} from '../losses.ts'
import { jobName, nameRule, stepNames } from './names.ts'
import { maxPriority, priorityOf, usualPriority } from './settings.ts'
import { spaceOf } from './space.ts'
import { templateText } from './template.ts'

/** Deadline Cloud's CreateJob takes no longer template. */
const maxTemplate = 1_000_000

/** Its quota of tasks in a job (deadline-cloud-for-cinema-4d, issue 400). */
const maxTasks = 10_000

export function lossesOf(job: FarmJob): Problem[] {
  if (job.nodes.length === 0) return report(null, [emptyLoss(job, ', and a template needs a step')])
  const names = stepNames(job)
  return [
    ...job.nodes.flatMap((node, i) => report(node, [...linkLosses(node), ...nodeLosses(node, at(names, i))])),
    ...report(null, [
      ...settingLosses(job),
      ...limitLosses(job),
      ...measuredLosses(job, { memory: true, time: true }, 'OpenJD'),
      ...memoryLosses(job, endsNoTask, 'OpenJD ends no task that has more'),
      assetLoss(job),
      ...templateLosses(job)
    ])
  ]
}

const endsNoTask = 'give the machines no more than the tasks may have, or watch the tasks on the farm'

/** Steps wait for whole steps. */
const linkLosses = (node: FarmNode): Loss[] =>
  node.parents
    .filter(isPartial)
    .map(({ parent }) => [
      'warning',
      'frame-dependency',
      `its batches wait for all of ${shown(parent.name)}, not only for the batches that share their frames`,
      'OpenJD has no dependency between tasks; the results are the same, only later'
    ])

const nodeLosses = (node: FarmNode, name: string): Loss[] => [
  name !== node.name && ['warning', 'name', `its step is called ${shown(name)}`, nameRule],
  nodePriorityLoss(node, 'OpenJD'),
  spaceOf(node).kind === 'batch' &&
    batchNumberLoss(
      'the farm would cut these frames otherwise; it takes whole rising numbers and a batch size that divides them'
    )
]

function settingLosses(job: FarmJob): Loss[] {
  const { retries, timeout, silence, failFast } = job.settings
  const [seconds, priority] = [timeout === null ? null : wholeSeconds(timeout), priorityOf(job)]
  return [
    jobName(job) !== job.name && ['warning', 'name', `the job is called ${shown(jobName(job))}`, nameRule],
    seconds !== timeout && ['warning', 'timeout', `${timeout} s become ${seconds} s`, 'OpenJD counts whole seconds'],
    silence !== null && [
      'warning',
      'silence',
      `the limit of ${silence} s without output is lost`,
      'limit the whole time of a task instead: --timeout'
    ],
    priority !== usualPriority + job.priority && [
      'warning',
      'priority',
      `the priority ${job.priority} becomes ${priority}`,
      `Deadline Cloud has 0 to ${maxPriority}; 0 here is ${usualPriority} there`
    ],
    (retries > 0 || failFast || job.priority !== 0) && [
      'info',
      'settings',
      'retries, priority and how many tasks may fail stand in parameter_values.json, for Deadline Cloud alone',
      'other readers of the template have settings of their own; openjd run tries once and stops at a failure'
    ]
  ]
}

const limitLosses = (job: FarmJob): Loss[] =>
  limitedOf(job).map(({ name, limit }) => [
    'warning',
    'limit',
    `at most ${limit} tasks of ${name} at once is lost`,
    'make a limit on the farm and require it in template.yaml: hostRequirements, amounts, amount.NAME'
  ])

function assetLoss({ assets: { inputs, outputs } }: FarmJob): Loss {
  const [files, folders] = [counted(inputs.length, 'file'), counted(outputs.length, 'folder')]
  return (
    inputs.length + outputs.length > 0 && [
      'info',
      'assets',
      `asset_references.json names ${files} that its tasks read here, and ${folders} that they wrote to`,
      'take out what the farm’s machines have; Deadline Cloud uploads the files and brings the folders back'
    ]
  )
}

const templateLosses = (job: FarmJob): Loss[] => [
  job.tasks.length > maxTasks && [
    'warning',
    'tasks',
    `it has ${job.tasks.length} tasks, and Deadline Cloud takes a job of at most 10,000`,
    'use larger batches (--batch NODE=N), or create jobs of some of its nodes with --only'
  ],
  job.nodes.some((node) => spaceOf(node).kind === 'chunk') && [
    'info',
    'extension',
    'the template uses the extension TASK_CHUNKING, which its reader has to know',
    'openjd-cli and Deadline Cloud do'
  ],
  templateText(job).length > maxTemplate && [
    'warning',
    'size',
    `the template is longer than ${maxTemplate} characters, more than Deadline Cloud takes`,
    'split the job'
  ],
  needsOf(
    job,
    'Deadline Cloud carries the folder to its machines, and other files where asset_references.json names them; else put all where they see it'
  )
]
