/** Names as a line of `Key=Value` takes them, and those of limits, which stand in lists. */
import type { Interpreter } from '../../job/interpreters.ts'
import { interpretersOf, type FarmJob, type FarmNode } from '../farm.ts'

/** One line, no halves of characters, no space at its ends, never empty. Jobs go by ids: two may have one name. */
const line = (text: string, otherwise: string): string =>
  text
    .toWellFormed()
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .trim() || otherwise

/** What the jobs of one export are grouped by in the Monitor. */
export const batchName = (job: FarmJob): string => line(job.name, `job ${job.id}`)

export const nodeName = (node: FarmNode): string => line(node.name, `node ${node.position}`)

/** Asked for each node, so each job's are made once. */
const known = new WeakMap<FarmJob, Map<Interpreter, string>>()

/** The limit of each interpreter that has one, each a name of its own, in upper or lower case. */
export function limitsOf(job: FarmJob): ReadonlyMap<Interpreter, string> {
  const limits = known.get(job) ?? makeLimits(job)
  known.set(job, limits)
  return limits
}

function makeLimits(job: FarmJob): Map<Interpreter, string> {
  const taken = new Set<string>()
  const limited = interpretersOf(job).filter((one) => one.limit !== null)
  return new Map(
    limited.map((one) => {
      const plain = one.name.replace(/[^\w.-]/g, '_')
      let name = plain
      for (let n = 2; taken.has(name.toLowerCase()); n++) name = `${plain}_${n}`
      taken.add(name.toLowerCase())
      return [one, name]
    })
  )
}
