/** Names as every shell, option and column of Slurm takes them: ASCII letters, digits, `_`, `.` and `-`. */
import { at } from '../../../domain/at.ts'
import { limitedOf, uniqueNames, type FarmJob, type FarmNode } from '../farm.ts'
import type { Interpreter } from '../../../domain/interpreter.ts'

/** slurmdbd keeps 255 bytes of a name; a job's and a node's are one. */
const maxName = 100

const legalName = (name: string, otherwise: string): string => {
  const plain = name.replace(/[^\w.-]+/g, '_').slice(0, maxName)
  return /[A-Za-z0-9]/.test(plain) ? plain : otherwise
}

/** What squeue shows; several arrays may have one name, they go by their numbers. */
export const arrayName = (job: FarmJob, node: FarmNode): string => `${jobName(job)}.${nodeName(node)}`

export const jobName = (job: FarmJob): string => legalName(job.name, `job${job.id}`)
export const nodeName = (node: FarmNode): string => legalName(node.name, `node${node.position}`)

/** The licence of each interpreter that has a limit, each of them once. */
export function licencesOf(job: FarmJob): Map<Interpreter, string> {
  const limited = limitedOf(job)
  const plain = limited.map((one, i) => legalName(one.name, `interpreter${i}`))
  const names = uniqueNames(plain, (name, n) => `${name}_${n}`)
  return new Map(limited.map((one, i) => [one, at(names, i)]))
}
