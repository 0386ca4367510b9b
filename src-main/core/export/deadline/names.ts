/** Names as a line of `Key=Value` takes them, and those of limits, which stand in lists. */
import { at } from '../../../domain/at.ts'
import type { Interpreter } from '../../../domain/interpreter.ts'
import { limitedOf, oncePer, uniqueNames, type FarmJob, type FarmNode } from '../farm.ts'

/** One line, no halves of characters, no space at its ends, never empty. Jobs go by ids: two may have one name. */
const line = (text: string, otherwise: string): string =>
  text
    .toWellFormed()
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .trim() || otherwise

/** What the jobs of one export are grouped by in the Monitor. */
export const batchName = (job: FarmJob): string => line(job.name, `job ${job.id}`)

export const nodeName = (node: FarmNode): string => line(node.name, `node ${node.position}`)

/** The limit of each interpreter that has one, each a name of its own, in upper or lower case. */
export const limitsOf = oncePer((job: FarmJob): ReadonlyMap<Interpreter, string> => {
  const limited = limitedOf(job)
  const plain = limited.map((one) => one.name.replace(/[^\w.-]/g, '_'))
  const names = uniqueNames(
    plain,
    (name, n) => `${name}_${n}`,
    (name) => name.toLowerCase()
  )
  return new Map(limited.map((one, i) => [one, at(names, i)]))
})
