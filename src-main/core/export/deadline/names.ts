/** Names as a line of `Key=Value` takes them, and those of limits, which stand in lists. */
import { at } from '../../../domain/at.ts'
import type { Interpreter } from '../../../domain/interpreter.ts'
import { limitedOf, oncePer, uniqueNames, type FarmJob, type FarmNode } from '../farm.ts'
import { oneLine } from '../titles.ts'

/** What the jobs of one export are grouped by in the Monitor. Jobs go by ids: two may have one name. */
export const batchName = (job: FarmJob): string => oneLine(job.name, `job ${job.id}`)

export const nodeName = (node: FarmNode): string => oneLine(node.name, `node ${node.position}`)

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
