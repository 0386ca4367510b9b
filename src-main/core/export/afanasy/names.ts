/**
 * Names of jobs and blocks. The server writes them into JSON of its own as they are, and finds blocks by regular
 * expressions (std::regex, ECMAScript), which it writes down the same way: neither may hold a quote or a backslash. So
 * what would have to be escaped with one is replaced, and the rest is escaped in brackets.
 * Source: BlockData::jsonWrite and Job::v_jsonWrite (afanasy/src/libafanasy), RegExp::match, which matches whole names.
 */
import { at } from '../../../domain/at.ts'
import { oncePer, uniqueNames, type FarmJob, type FarmNode } from '../farm.ts'
import { oneLine } from '../titles.ts'

const longest = 200

const legal = (text: string, otherwise: string): string =>
  oneLine([...text.replace(/["\\^[\]|]/g, '_')].slice(0, longest).join(''), otherwise)

export const jobName = (job: FarmJob): string => legal(job.name, `job ${job.id}`)

/** What a task is called where it has no frames that say so. */
export const taskName = (title: string, folder: string): string => legal(title, folder)

/** The blocks' names, each of them once: the server would number those that are the same, and no mask would fit. */
export const blockNames = oncePer((job: FarmJob): ReadonlyMap<FarmNode, string> => {
  const plain = job.nodes.map((node) => legal(node.name, `node ${node.position}`))
  const names = uniqueNames(plain, (name, n) => `${name} ${n}`)
  return new Map(job.nodes.map((node, i) => [node, at(names, i)]))
})

/** A regular expression that these names fit, and no other. */
export const maskOf = (names: readonly string[]): string =>
  names.map((name) => name.replace(/[.$*+?(){}]/g, '[$&]')).join('|')

/** Longer ones may have more states than std::regex allows, and the server would drop what it cannot read. */
export const longestMask = 20_000
