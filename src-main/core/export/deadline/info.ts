/**
 * Writes each job's two files: lines of `Key=Value`, a value being the rest of its line. What is known at submission
 * alone stands in braces, and the script fills it in: the ids of other jobs, and the folder. That is the directory the
 * command starts in, a value of its own, so no path is part of an argument and nothing has to be quoted.
 * Source: https://docs.thinkboxsoftware.com/products/deadline/10.1/1_User%20Manual/manual/manual-submission.html and
 * …/app-commandline.html.
 */
import { scriptKind, scriptOf, timeLimitOf, wholeSeconds, type FarmFile, type FarmJob, type FarmNode } from '../farm.ts'
import { framesText, isFrameDependent, spaceOf } from './frames.ts'
import { batchName, limitsOf, nodeName } from './names.ts'

export const jobInfoFile = (position: number): string => `deadline/${position}/job_info.txt`
export const pluginInfoFile = (position: number): string => `deadline/${position}/plugin_info.txt`

/** In place of what the script fills in. */
export const folderPlace = '{folder}'

/** What people read beside frames that are none. */
export const comments = {
  batches: 'Its frames are the numbers of its batches, from 0',
  whole: 'Its frame 0 is all of it'
} as const

/** 0 to 100, the highest first; 50 is Deadline's default, as 0 is here. */
export const usualPriority = 50
export const maxPriority = 100

/** Each node is a job there, so it has a priority of its own. */
export const priorityOf = (job: FarmJob, node: FarmNode): number =>
  Math.min(maxPriority, Math.max(0, usualPriority + job.priority + node.priority))

export const isWhole = ({ tasks }: FarmNode): boolean => tasks.length === 1 && tasks[0]?.batch === null

export const infoFiles = (job: FarmJob): FarmFile[] =>
  job.nodes.flatMap((node) => [
    { path: jobInfoFile(node.position), text: infoText(jobInfo(job, node)) },
    { path: pluginInfoFile(node.position), text: infoText(pluginInfo(job, node)) }
  ])

type Entries = readonly (readonly [key: string, value: string | number])[]

const infoText = (entries: Entries): string => entries.map(([key, value]) => `${key}=${value}\n`).join('')

function jobInfo(job: FarmJob, node: FarmNode): Entries {
  const space = spaceOf(node)
  const comment =
    space.numbers === 'frames' ? [] : [['Comment', comments[isWhole(node) ? 'whole' : 'batches']] as const]
  return [
    ['Plugin', 'CommandLine'],
    ['BatchName', batchName(job)],
    ['Name', nodeName(node)],
    ...comment,
    ['Frames', framesText(space)],
    ['ChunkSize', space.size],
    ['Priority', priorityOf(job, node)],
    ...settings(job, node),
    ...limit(job, node),
    ...dependencies(node)
  ]
}

/** A task fails with the first error after its last retry, whatever the repository's own setting is. */
function settings(job: FarmJob, node: FarmNode): Entries {
  const timeout = timeLimitOf(job, node)
  return [
    ['OverrideTaskFailureDetection', 'true'],
    ['FailureDetectionTaskErrors', job.settings.retries + 1],
    ...(timeout === null
      ? []
      : [['TaskTimeoutSeconds', wholeSeconds(timeout)] as const, ['OnTaskTimeout', 'Error'] as const])
  ]
}

function limit(job: FarmJob, node: FarmNode): Entries {
  const name = limitsOf(job).get(node.interpreter)
  return name === undefined ? [] : [['LimitGroups', name]]
}

function dependencies(node: FarmNode): Entries {
  if (node.parents.length === 0) return []
  const ids = node.parents.map(({ parent }) => `{${parent.position}}`).join()
  return [['JobDependencies', ids], ...(isFrameDependent(node) ? [['IsFrameDependent', 'true'] as const] : [])]
}

const pluginInfo = (job: FarmJob, node: FarmNode): Entries => [
  ['Executable', scriptKind(job).program],
  ['Arguments', `${scriptOf(job, node, scriptKind(job).ending)} ${node.position}/<STARTFRAME>`],
  ['StartupDirectory', folderPlace],
  ['ShellExecute', 'False'],
  ['SingleFramesOnly', 'False']
]
