/** Reads a submission back: the tasks of each job, and which jobs wait for which. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DOMParser, onErrorStopParsing, ParseError, type Element } from '@xmldom/xmldom'
import { z } from 'zod'
import { nameOf } from '../../../domain/paths.ts'
import { caught, refuse, type Result } from '../../../domain/result.ts'
import type { Replay } from '../farm.ts'
import { jobFile, maxJobs, maxParents, options, rootTag, systems } from './job.ts'
import { scenesFolder } from './scenes.ts'

const count = z
  .string()
  .regex(/^\d{1,8}$/)
  .transform(Number)
const once = <T extends z.ZodType>(text: T) => z.tuple([text])

/** The tags that are written, with all texts that a job has for each; any other is refused. */
const jobShape = z.strictObject({
  Software: once(z.literal('Execute')),
  Renderer: once(z.literal('PerFrame')),
  Version: once(z.literal('1')),
  SceneOS: once(z.enum(Object.values(systems))),
  SceneName: once(z.string().regex(/^[^\p{Cc}"'$`!<>%]+$/u)),
  Layer: once(z.string().regex(/^[\w.-]*$/)),
  IsActive: once(z.literal('true')),
  SeqStart: once(count),
  SeqEnd: once(count),
  SeqStep: once(count.refine((step) => step > 0)),
  SeqFileOffset: once(z.literal('0')),
  ImageDir: once(z.literal('<SceneFolder>')),
  ImageFilename: once(z.literal('no_check.file')),
  ImageExtension: once(z.literal('')),
  ImagePreNumberLetter: once(z.literal('')),
  ImageSingleOutputFile: once(z.literal('false')),
  RequiredLicenses: once(z.string().regex(/^[\w.-]+$/)).optional(),
  PreID: once(count.refine((id) => id < maxJobs)),
  WaitForPreID: z.array(count).max(maxParents).optional(),
  SubmitterParameter: z.array(z.string().regex(/^\w+=[01]~\d+$/))
})

/** Errors (`input`): the file is no XML, no submission of ours, or a job waits for one that does not stand before it. */
export function readJobs(folder: string): Result<Replay> {
  return caught(() => {
    const root = parsed(readFileSync(join(folder, jobFile), 'utf8'))
    if (root.tagName !== rootTag) refuse('input', `${jobFile} is a ${root.tagName}, not a ${rootTag}`)
    const reader = new Jobs(folder)
    for (const element of elementsOf(root)) reader.job(element)
    return { tasks: reader.tasks, waits: reader.waits }
  })
}

class Jobs {
  readonly tasks: Map<string, null> = new Map()
  readonly waits: { tasks: readonly string[]; on: readonly string[] }[] = []
  private readonly folder: string
  private readonly before = new Map<number, readonly string[]>()

  constructor(folder: string) {
    this.folder = folder
  }

  job(element: Element): void {
    const job = jobIn(element)
    const [id, scene] = [job.PreID[0], nameOf(job.SceneName[0])]
    if (this.before.has(id)) refuse('input', `${jobFile} has the pre-ID ${id} twice`)
    if (!options.every((one) => job.SubmitterParameter.includes(one)))
      refuse('input', `${jobFile}: the job of ${scene} lacks one of ${options.join(', ')}`)
    const own = this.foldersOf(scene, { first: job.SeqStart[0], last: job.SeqEnd[0], step: job.SeqStep[0] })
    for (const folder of own) {
      if (this.tasks.has(folder)) refuse('input', `${jobFile} has the task ${folder} twice`)
      this.tasks.set(folder, null)
    }
    for (const parent of job.WaitForPreID ?? [])
      this.waits.push({
        tasks: own,
        on:
          this.before.get(parent) ??
          refuse('input', `${jobFile}: ${scene} waits for the pre-ID ${parent}, which is none before it`)
      })
    this.before.set(id, own)
  }

  /** The node is the one that the scene's script runs tasks of. */
  private foldersOf(scene: string, { first, last, step }: { first: number; last: number; step: number }): string[] {
    const path = `${scenesFolder}/${scene}`
    const line = readFileSync(join(this.folder, path), 'utf8')
    const position =
      /run\.(?:sh'|py") (\d+) commands\/\d+\.(?:sh \$1 \$2 \$3\n|py %1 %2 %3\r\n)$/.exec(line)?.[1] ??
      refuse('input', `${path} is no script of ours`)
    if (last < first) refuse('input', `${jobFile}: ${scene} has frames ${first} to ${last}`)
    return Array.from({ length: Math.floor((last - first) / step) + 1 }, (_, i) => `${position}/${first + i * step}`)
  }
}

const elementsOf = (parent: Element): Element[] =>
  [...parent.childNodes].filter((node): node is Element => node.nodeType === node.ELEMENT_NODE)

function jobIn(element: Element): z.infer<typeof jobShape> {
  const texts: Record<string, string[]> = {}
  for (const { tagName, textContent } of elementsOf(element)) (texts[tagName] ??= []).push(textContent ?? '')
  const read = jobShape.safeParse(texts)
  if (element.tagName === 'Job' && read.success) return read.data
  const issue = read.error?.issues[0]
  return refuse('input', `${jobFile}, a ${element.tagName}, ${issue?.path.join('.') || 'its tags'}: ${issue?.message}`)
}

function parsed(text: string): Element {
  try {
    const { documentElement } = new DOMParser({ onError: onErrorStopParsing }).parseFromString(text, 'text/xml')
    return documentElement ?? refuse('input', `${jobFile} is empty`)
  } catch (error) {
    if (error instanceof ParseError) return refuse('input', `${jobFile} is no XML: ${error.message}`)
    throw error
  }
}
