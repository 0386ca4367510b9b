/**
 * A Royal Render as its help pages have it: the jobs of a submission, and what clients run for them by the render config
 * of "Execute, PerFrame". Shares no code with the core.
 */
import { DOMParser, type Element } from '@xmldom/xmldom'
import { readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { Replay } from '../../src-main/core/export/farm.ts'
import type { FarmCommand } from './farm-run.ts'

export interface RrJob {
  /** tag → its texts */
  tags: Record<string, string[]>
  /** submitter option → its value */
  options: Record<string, string>
  scene: string
  preId: number
  waits: number[]
  frames: number[]
}

const children = (parent: Element) =>
  [...parent.childNodes].filter((node): node is Element => node.nodeType === node.ELEMENT_NODE)

export function jobsIn(xml: string): RrJob[] {
  const root = new DOMParser().parseFromString(xml, 'text/xml').documentElement
  if (root?.tagName !== 'rrJob_submitFile' || root.getAttribute('syntax_version') !== '6.0')
    throw new Error('no submission')
  const jobs = children(root).map(jobIn)
  const ids = jobs.map(({ preId }) => preId)
  if (new Set(ids).size < ids.length || ids.some((id) => id > 255)) throw new Error('pre-IDs are not one each')
  // the server waits for what it has received already
  jobs.forEach(({ waits }, i) => {
    if (!waits.every((id) => ids.indexOf(id) >= 0 && ids.indexOf(id) < i)) throw new Error('waits for a later job')
    if (waits.length > 20) throw new Error('waits for more than 20 jobs')
  })
  return jobs
}

function jobIn(element: Element): RrJob {
  const tags: Record<string, string[]> = {}
  for (const { tagName, textContent } of children(element)) (tags[tagName] ??= []).push(textContent ?? '')
  const one = (tag: string) => tags[tag]?.[0] ?? ''
  const [first, last, step] = ['SeqStart', 'SeqEnd', 'SeqStep'].map((tag) => Number(one(tag))) as [
    number,
    number,
    number
  ]
  return {
    tags,
    options: Object.fromEntries((tags.SubmitterParameter ?? []).map((text) => text.split('=') as [string, string])),
    scene: one('SceneName'),
    preId: Number(one('PreID')),
    waits: (tags.WaitForPreID ?? []).map(Number),
    frames: Array.from({ length: Math.floor((last - first) / step) + 1 }, (_, i) => first + i * step)
  }
}

export const jobsFrom = (folder: string): RrJob[] => jobsIn(readFileSync(join(folder, 'royalrender/job.xml'), 'utf8'))

/** How a client's shell runs a scene. */
export type Shell = 'bash' | 'direct'

/** A client gets up to `most` frames of a job together; all that a job waits for is whole jobs. */
export function commandsOf(jobs: readonly RrJob[], shell: Shell, most = 1): FarmCommand[] {
  const ids = (job: RrJob) => Array.from({ length: Math.ceil(job.frames.length / most) }, (_, i) => `${job.preId}.${i}`)
  const byId = new Map(jobs.map((job) => [job.preId, job]))
  return jobs.flatMap((job) => {
    const on = job.waits.flatMap((id) => ids(byId.get(id) as RrJob))
    return ids(job).map((id, i) => {
      const own = job.frames.slice(i * most, (i + 1) * most)
      const step = (job.frames[1] ?? 1) - (job.frames[0] ?? 0) || 1
      const numbers = [own[0], own.at(-1), step].map(String)
      const sourced = `source "${job.scene}" ${numbers.join(' ')}`
      return { id, on, argv: shell === 'direct' ? [job.scene, ...numbers] : [shell, '-c', sourced] }
    })
  })
}

/** The folders of tasks, from what the scenes beside the submission run. */
export function replayOf(folder: string, jobs: readonly RrJob[]): Replay {
  const own = new Map(
    jobs.map((job) => {
      const line = readFileSync(join(folder, 'royalrender', basename(job.scene)), 'utf8')
      const node = /run\.sh' (\d+) /.exec(line)?.[1] ?? ''
      return [job.preId, job.frames.map((frame) => `${node}/${frame}`)]
    })
  )
  const tasks = new Map([...own.values()].flat().map((task) => [task, null] as const))
  const waits = jobs.flatMap((job) =>
    job.waits.map((id) => ({ tasks: own.get(job.preId) ?? [], on: own.get(id) ?? [] }))
  )
  return { tasks, waits }
}
