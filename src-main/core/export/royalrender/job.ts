/**
 * The submission: one XML with a job per node. A job is known to the others by its pre-ID, of which it waits for some.
 * Source: Royal Render's help pages "rrJob submit xml file", "Limits", "Render Settings" and "Wait"; the submitter options
 * as its own submission plugins and others' (ynput/ayon-royalrender, pyblish/pyblish-royalrender) write them.
 */
import { DOMImplementation, XMLSerializer, type Document } from '@xmldom/xmldom'
import { of } from '../../../domain/at.ts'
import type { Interpreter } from '../../../domain/interpreter.ts'
import type { WorkerSystem } from '../../../domain/worker.ts'
import { memoryOf, oncePer, type FarmJob, type FarmNode } from '../farm.ts'
import { interpreterKeys } from '../losses.ts'
import { numbersOf } from './numbers.ts'
import { sceneFile, sceneIn, sceneName } from './scenes.ts'

export const jobFile = 'royalrender/job.xml'
export const rootTag = 'rrJob_submitFile'

/** A pre-ID is 0 to 255. */
export const maxJobs = 256

/** A job keeps so many that it waits for (SDK of version 7, MaxWaitFor). */
export const maxParents = 20

/** A job's where nobody says another, the highest first; the help pages name no range, its submitter has 1 to 99. */
export const usualPriority = 50
const [leastPriority, mostPriority] = [1, 99]

/** Each node is a job there, so it has a priority of its own. */
export const priorityOf = (job: FarmJob, node: FarmNode): number =>
  Math.min(mostPriority, Math.max(leastPriority, usualPriority + job.priority + node.priority))

export const systems: Readonly<Record<WorkerSystem, string>> = { linux: 'lx', macos: 'osx', windows: 'win' }

/** What stands for an image where a job makes none that is checked. */
const noImage = { ImageDir: '<SceneFolder>', ImageFilename: 'no_check.file', ImageExtension: '' } as const

/** Submitter options: its frames are sent one by one, not looked for on the disk, and its scene runs where it lies. */
export const options = [
  'SequenceDivide=1~1',
  'SeqDivMIN=1~1',
  'SeqDivMAX=1~1',
  'DoNotCheckForFrames=0~1',
  'RenderPreviewFirst=1~0',
  'AllowLocalSceneCopy=0~0'
] as const

/** The licence of each interpreter that has a limit. */
export const licenceOf = (job: FarmJob, interpreter: Interpreter): string => of(interpreterKeys(job), interpreter)

export const preIds = oncePer(
  (job: FarmJob): ReadonlyMap<FarmNode, number> => new Map(job.nodes.map((node, i) => [node, i]))
)

type Entries = readonly (readonly [tag: string, text: string | number])[]

/** `folder`: the export's, as workers see it. */
export function jobText(job: FarmJob, folder: string): string {
  const document = new DOMImplementation().createDocument(null, rootTag, null)
  const root = document.documentElement
  if (!root) throw new Error('a new document has no root')
  root.setAttribute('syntax_version', '6.0')
  const put = (parent: typeof root, tag: string, text: string | number, indent: string) => {
    const element = document.createElement(tag)
    element.appendChild(document.createTextNode(String(text)))
    parent.appendChild(document.createTextNode(indent))
    parent.appendChild(element)
  }
  for (const node of job.nodes) {
    const element = document.createElement('Job')
    for (const [tag, text] of entriesOf(job, node, folder)) put(element, tag, text, '\n    ')
    element.appendChild(document.createTextNode('\n  '))
    root.appendChild(document.createTextNode('\n  '))
    root.appendChild(element)
  }
  root.appendChild(document.createTextNode('\n'))
  return serialized(document)
}

const serialized = (document: Document): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n${new XMLSerializer().serializeToString(document)}\n`

function entriesOf(job: FarmJob, node: FarmNode, folder: string): Entries {
  const { first, last, step } = numbersOf(node)
  const memory = memoryOf(node)
  const said = [`Priority=1~${priorityOf(job, node)}`, ...options, ...(memory === null ? [] : [requiredMemory(memory)])]
  return [
    ...[['Software', 'Execute'] as const, ['Renderer', 'PerFrame'] as const, ['Version', '1'] as const],
    ['SceneOS', systems[job.workers.os]],
    ['SceneName', sceneIn(folder, sceneFile(job, node))],
    ['Layer', sceneName(node)],
    ['IsActive', 'true'],
    ...[['SeqStart', first] as const, ['SeqEnd', last] as const, ['SeqStep', step] as const],
    ['SeqFileOffset', 0],
    ...Object.entries(noImage),
    ['ImagePreNumberLetter', ''],
    ['ImageSingleOutputFile', 'false'],
    ...(node.interpreter.limit === null ? [] : [['RequiredLicenses', licenceOf(job, node.interpreter)] as const]),
    ['PreID', of(preIds(job), node)],
    ...node.parents.map(({ parent }) => ['WaitForPreID', of(preIds(job), parent)] as const),
    ...said.map((one) => ['SubmitterParameter', one] as const)
  ]
}

/** In whole GB. */
export const gigabytes = (megabytes: number): number => Math.ceil(megabytes / 1024)

const requiredMemory = (megabytes: number): string => `RequiredMemory=1~${gigabytes(megabytes)}`
