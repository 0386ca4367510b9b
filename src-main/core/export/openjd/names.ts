/** Names as OpenJD takes them ("2023-09 Template Schemas" 1.1 and 3): no control character, not empty, not too long. */
import { uniqueNames, type FarmJob } from '../farm.ts'

const maxJobName = 128
const maxStepName = 64

/** What to tell of it. */
export const nameRule =
  'a name has 1 to 64 characters (a job’s 128), no control character, no {{ or }}, and a step’s stands once'

/** Control characters, halves of a character, and what YAML 1.1 takes for the end of a line or refuses. */
const unwritable = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\ufffe\uffff]/gu

/** A job's name is a format string, and `{{` has no escape there: braces that stand together are parted. */
function legal(name: string, max: number, otherwise: string): string {
  const written = name
    .replace(unwritable, '_')
    .replace(/\{(?=\{)/g, '{ ')
    .replace(/\}(?=\})/g, '} ')
  return cut(written.trim() === '' ? otherwise : written, max)
}

/** The limits count characters, not UTF-16 units. */
const cut = (text: string, max: number): string => [...text].slice(0, max).join('')

export const jobName = (job: FarmJob): string => legal(job.name, maxJobName, `job ${job.id}`)

/** The steps' names in the order of the nodes, each of them once: steps wait for each other by name. */
export const stepNames = (job: FarmJob): string[] =>
  uniqueNames(
    job.nodes.map(({ name, position }) => legal(name, maxStepName, `node ${position}`)),
    (name, n) => `${cut(name, maxStepName - ` (${n})`.length)} (${n})`
  )
