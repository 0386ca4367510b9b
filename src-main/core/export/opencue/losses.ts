/** The loss report: what OpenCue cannot carry, changes, or would refuse. */
import { of } from '../../../domain/at.ts'
import type { Problem } from '../../../domain/problems.ts'
import { shown } from '../../graph/names.ts'
import { limitedOf, memoryOf, type FarmJob, type FarmNode } from '../farm.ts'
import {
  batchNumberLoss,
  emptyLoss,
  failFastLoss,
  frameLosses,
  measuredLosses,
  memoryLosses,
  renamedInterpreters,
  renamedLoss,
  needsOf,
  nodePriorityLoss,
  report,
  type Loss
} from '../losses.ts'
import { keepsFrames } from './depends.ts'
import { layerOf } from './layers.ts'
import { jobName, layerNames, type LayerName } from './names.ts'
import { keyOf, maxRetries, priorityOf, silenceOf, timeoutActs } from './spec.ts'

/** JobSpec.MAX_LAYERS and MAX_FRAMES; a frame is a task of ours. */
const maxLayers = 2000
const maxTasks = 100_000

export function lossesOf(job: FarmJob): Problem[] {
  const names = layerNames(job)
  return [
    ...report(null, sizeLosses(job)),
    ...job.nodes.flatMap((node) => report(node, nodeLosses(node, of(names, node)))),
    ...report(null, [
      ...settingLosses(job),
      ...limitLosses(job),
      ...measuredLosses(job, { memory: true, time: true }, 'OpenCue'),
      ...memoryLosses(job, watchedThere, 'OpenCue reserves it, and ends a frame only where the machine runs out'),
      renamedLoss('the job', { own: job.name, there: jobName(job) }, nameRule),
      ...renamedInterpreters(job, 'service', (one) => keyOf(job, one)),
      ...submission(job),
      needsOf(job)
    ])
  ]
}

const watchedThere = 'watch the frames’ memory in CueGUI'

const sizeLosses = (job: FarmJob): Loss[] => [
  emptyLoss(job, ', and cuebot takes no job without a layer'),
  job.nodes.length > maxLayers && [
    'error',
    'layers',
    `it has ${job.nodes.length} nodes, and cuebot takes at most ${maxLayers} layers in a job`,
    'export it in parts: create jobs of some of its nodes with --only'
  ],
  job.tasks.length > maxTasks && [
    'error',
    'tasks',
    `it has ${job.tasks.length} tasks, and cuebot takes at most ${maxTasks} frames in a job`,
    'use larger batches: --batch NODE=N'
  ]
]

const nodeLosses = (node: FarmNode, { name, made }: LayerName): Loss[] => [
  ...frameLosses(node, (link) => keepsFrames(node, link), frameRule),
  made === 'as is'
    ? renamedLoss('its layer', { own: node.name, there: name }, nameRule)
    : [
        'warning',
        'name',
        `its layer is called ${shown(name)}: ${made === 'numbered' ? 'another has its name there' : 'its name is too long'}`,
        'rename the node'
      ],
  nodePriorityLoss(node, 'OpenCue'),
  !layerOf(node).filmed &&
    node.tasks.some((task) => task.frames !== null) &&
    batchNumberLoss(
      'cuebot would cut these frames otherwise; it takes whole rising numbers of 0 and above, and batches of one size'
    )
]

const frameRule =
  'OpenCue keeps it where both have the same frames, of 0 and above, in batches of one size, or one of them in batches of 1'

function settingLosses(job: FarmJob): Loss[] {
  const { retries, timeout, silence } = job.settings
  return [
    retries > maxRetries && [
      'warning',
      'retries',
      `${retries} retries become ${maxRetries}, the most that cuebot takes`,
      'retry what fails in CueGUI'
    ],
    retries > 1 && [
      'info',
      'retries',
      `a spec has 1 retry at most; submit.sh asks for ${Math.min(retries, maxRetries)} once cuebot has the job`,
      'whoever submits job.xml otherwise sets them in CueGUI'
    ],
    ...timeLosses(timeout, silence, retries),
    failFastLoss(job, 'OpenCue'),
    job.priority !== priorityOf(job) && [
      'warning',
      'priority',
      `the priority ${job.priority} becomes ${priorityOf(job)}`,
      'cuebot takes no larger number'
    ],
    job.priority !== 0 && [
      'info',
      'priority',
      `the priority ${job.priority} goes over as it is; other jobs there have 1 where nobody says another`,
      'choose it on the farm’s scale: backlot priority JOB N'
    ]
  ]
}

/** cuebot looks at each report of a host whether whole minutes have passed, and does not try such a frame again. */
function timeLosses(timeout: number | null, silence: number | null, retries: number): Loss[] {
  const again = retries > 0 ? ', and no retry follows' : ''
  const how = 'OpenCue counts whole minutes, looks once a report, and gives up a frame that was too slow'
  return [
    timeout !== null && [
      'warning',
      'timeout',
      `the limit of time of ${timeout} s acts after ${timeoutActs(timeout)} min there${again}`,
      how
    ],
    silence !== null && [
      'warning',
      'silence',
      `the limit of time without output of ${silence} s acts after ${silenceOf(silence)} min there${again}`,
      how
    ]
  ]
}

const limitLosses = (job: FarmJob): Loss[] =>
  limitedOf(job).map((one) => [
    'warning',
    'limit',
    `at most ${one.limit} tasks of ${one.name} at once is the limit ${keyOf(job, one)} of OpenCue; cuebot launches nothing while there is none of that name`,
    `make it once: python3 -c 'import opencue.api as cue; cue.createLimit("${keyOf(job, one)}", ${one.limit})'`
  ])

const nameRule = 'OpenCue has lower case letters, digits, _ and ., and 3 characters at least'

const submission = (job: FarmJob): Loss[] => [
  [
    'info',
    'submission',
    'the show, the shot and the user are not in the job: job.xml says SHOW, SHOT and USER, which cuebot refuses',
    'submit with sh submit.sh SHOW SHOT; FACILITY, JOB and CUE_USER in the environment say more, and cuebot takes no job of root'
  ],
  [
    'info',
    'service',
    'each layer asks for the service that is called as its interpreter; where the farm has none of that name, cuebot takes its default',
    `its cores${job.nodes.every((node) => memoryOf(node) === null) ? ', memory' : ''} and tags are the farm’s to set, in the service`
  ]
]
