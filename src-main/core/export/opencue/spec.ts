/**
 * Writes OpenCue's job spec, DTD 1.15. cuebot validates it, so the order of elements is the DTD's
 * (cuebot/src/main/resources/public/dtd/cjsl-1.15.dtd); what they mean is in JobSpec.java.
 */
import { of } from '../../../domain/at.ts'
import { DOMImplementation, XMLSerializer, type Document, type Element } from '@xmldom/xmldom'
import type { Interpreter } from '../../../domain/interpreter.ts'
import { variableNames } from '../../../domain/variables.ts'
import { memoryOf, scriptOf, timeLimitOf, type FarmJob, type FarmLink, type FarmNode } from '../farm.ts'
import { interpreterKeys } from '../losses.ts'
import { keepsFrames } from './depends.ts'
import { layerOf, maxInt, rangeOf } from './layers.ts'
import { jobName, layerNames } from './names.ts'

export const specFile = 'job.xml'

/** The job's variable that is the export's folder: the one place where the spec names it. */
export const folderVariable = variableNames.folder

/** Its submission, a folder below `runs/`; submit.sh adds it. */
export const runVariable = variableNames.run

/** What stands in the spec until submit.sh puts the real ones in; no show is called so, and cuebot refuses it. */
const unset = { show: 'SHOW', shot: 'SHOT', user: 'USER' } as const

/** With two spaces, as in every spec of OpenCue's own. */
export const publicId = 'SPI Cue  Specification Language'
const systemId = 'http://localhost:8080/spcue/dtd/cjsl-1.15.dtd'

/** cuebot cuts more in a spec to this (JobSpec.FRAME_RETRIES_MAX) … */
const specRetries = 1
/** … and takes up to this of who asks for it afterwards (Job.setMaxRetries; at 16 it refuses). */
export const maxRetries = 15

/** What submit.sh asks for once the job is there. */
export const wantedRetries = (job: FarmJob): number => Math.min(maxRetries, job.settings.retries)

/** Limits are whole minutes there; a part of one is rounded up, so that nothing ends too early. */
const wholeMinutes = (seconds: number): number => Math.min(maxInt, Math.ceil(seconds / 60))

/**
 * A limit of time as it is written: cuebot ends a frame with the first report after which more whole minutes have passed, so
 * a limit of 1 acts after 2 minutes (HostReportHandler.killTimedOutFrames). 0 would be none.
 */
export const timeoutOf = (seconds: number): number => Math.max(1, wholeMinutes(seconds) - 1)
/** After so many minutes it acts, or up to a report later. */
export const timeoutActs = (seconds: number): number => timeoutOf(seconds) + 1
/** A limit of time without output acts as it is written. */
export const silenceOf = wholeMinutes

export const priorityOf = (job: FarmJob): number => Math.min(maxInt, Math.max(-maxInt, job.priority))

/** What an interpreter is called as a service and as a limit. */
export const keyOf = (job: FarmJob, interpreter: Interpreter): string => of(interpreterKeys(job), interpreter)

/** Layers whose frames are the node's are of type Render; those whose frames number their tasks are of type Util. */
export const layerTypes = { filmed: 'Render', numbered: 'Util' } as const

interface Part {
  tag: string
  content: string | readonly Part[]
  attributes: Readonly<Record<string, string>>
}

const part = (tag: string, content: Part['content'], attributes: Part['attributes'] = {}): Part => ({
  tag,
  content,
  attributes
})

/** The part, or none where there is no content for it. */
const optional = (tag: string, content: Part['content'] | number | null): Part[] =>
  content === null ? [] : [part(tag, typeof content === 'number' ? String(content) : content)]

export function specText(job: FarmJob, root: string): string {
  const dom = new DOMImplementation()
  const document = dom.createDocument(null, 'spec', dom.createDocumentType('spec', `"${publicId}"`, `"${systemId}"`))
  fill(document, document.documentElement as Element, specParts(job, root), '\n')
  return `<?xml version="1.0" encoding="UTF-8"?>\n${new XMLSerializer().serializeToString(document)}\n`
}

function fill(document: Document, element: Element, parts: readonly Part[], indent: string): void {
  for (const { tag, content, attributes } of parts) {
    const child = document.createElement(tag)
    for (const [name, value] of Object.entries(attributes)) child.setAttribute(name, value)
    if (typeof content === 'string') child.appendChild(document.createTextNode(content))
    else fill(document, child, content, `${indent}  `)
    element.appendChild(document.createTextNode(`${indent}  `))
    element.appendChild(child)
  }
  element.appendChild(document.createTextNode(indent))
}

function specParts(job: FarmJob, root: string): Part[] {
  const nameOf = new Map([...layerNames(job)].map(([node, { name }]) => [node, name]))
  const retries = Math.min(specRetries, job.settings.retries)
  return [
    ...Object.entries(unset).map(([tag, text]) => part(tag, text)),
    part(
      'job',
      [
        ...optional('priority', job.priority === 0 ? null : priorityOf(job)),
        part('maxretries', String(retries)),
        part('env', [part('key', root, { name: folderVariable })]),
        part(
          'layers',
          job.nodes.map((node) => layerPart(job, node, of(nameOf, node)))
        )
      ],
      { name: jobName(job) }
    ),
    part(
      'depends',
      job.nodes.flatMap((node) => node.parents.map((link) => dependPart(job, node, link, nameOf)))
    )
  ]
}

function layerPart(job: FarmJob, node: FarmNode, name: string): Part {
  const { frames, chunk, filmed } = layerOf(node)
  const { silence } = job.settings
  const [timeout, memory] = [timeLimitOf(job, node), memoryOf(node)]
  const key = keyOf(job, node.interpreter)
  return part(
    'layer',
    [
      part('cmd', commandOf(scriptOf(job, node), node.position)),
      part('range', rangeOf(frames)),
      part('chunk', String(chunk)),
      ...optional('memory', memory === null ? null : `${memory}m`),
      ...optional('timeout', timeout && timeoutOf(timeout)),
      ...optional('timeout_llu', silence && silenceOf(silence)),
      ...optional('limits', node.interpreter.limit === null ? null : [part('limit', key)]),
      part('services', [part('service', key)])
    ],
    { name, type: filmed ? layerTypes.filmed : layerTypes.numbered }
  )
}

/** A line that rqd hands to a shell; cuebot puts the number in. */
const commandOf = (script: string, position: number) => `/bin/sh "$${folderVariable}/${script}" ${position}/#IFRAME#`

/** The node's position in such a line; null: it is no line of ours. */
export function positionIn(command: string): number | null {
  const found = /^\/bin\/sh "\$(\w+)\/commands\/\d+\.sh" (\d+)\/#IFRAME#$/.exec(command)
  return found?.[1] === folderVariable ? Number(found[2]) : null
}

function dependPart(job: FarmJob, node: FarmNode, link: FarmLink, nameOf: ReadonlyMap<FarmNode, string>): Part {
  const parts = {
    depjob: jobName(job),
    deplayer: nameOf.get(node),
    onjob: jobName(job),
    onlayer: nameOf.get(link.parent)
  }
  return part(
    'depend',
    Object.entries(parts).map(([tag, text]) => part(tag, text as string)),
    { type: keepsFrames(node, link) ? 'FRAME_BY_FRAME' : 'LAYER_ON_LAYER' }
  )
}
