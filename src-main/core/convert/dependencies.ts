/** Which tasks wait for which, from node → node edges and shared frames; written out only where somebody asks. */
import { at } from '../../domain/at.ts'
import { shown } from '../graph/names.ts'
import { frameLinks } from '../../domain/links.ts'
import { caught, refuse, type Result } from '../../domain/result.ts'
import type { Job } from './convert.ts'

/** What a task directly waits for: how many tasks, and the positions of the first of them, ascending. */
export interface Waits {
  count: number
  first: readonly number[]
}

/** For every task what it waits for; never batches × batches: at most `limit` positions are named. */
export function waitsOf(job: Job, limit: number): Waits[] {
  const positions = groupTasks(job)
  const found: Waits[] = []
  for (const child of job.nodes) {
    const own = (positions[child.index] ?? []).map((i) => at(job.tasks, i))
    const sources = (job.parents[child.index] ?? []).map((parent) => {
      const above = positions[parent] ?? []
      return {
        above,
        links: frameLinks(
          above.map((i) => at(job.tasks, i)),
          own,
          child.dependency
        )
      }
    })
    const barrier = gather(
      sources.map(({ above }) => above),
      limit
    )
    const linked = sources.some(({ links }) => links !== null)
    own.forEach((_, i) => {
      const lists = sources.map(({ above, links }) => {
        const link = links?.[i] ?? 'all'
        return link === 'all' ? above : link.map((place) => at(above, place))
      })
      found.push(linked ? gather(lists, limit) : barrier)
    })
  }
  return found
}

function gather(lists: readonly (readonly number[])[], limit: number): Waits {
  const count = lists.reduce((sum, list) => sum + list.length, 0)
  const first = lists.flatMap((list) => (list.length > limit ? list.slice(0, limit) : list))
  return { count, first: first.sort((a, b) => a - b).slice(0, limit) }
}

/** Written out one by one, more dependencies make a text that nothing reads. */
export const maxDependencies = 2_000_000

/** The positions of all tasks each one waits for. Errors (`input`): written out they would be too many. */
export function directDependencies(job: Job): Result<(readonly number[])[]> {
  return caught(() => {
    const total = waitsOf(job, 0).reduce((sum, { count }) => sum + count, 0)
    if (total > maxDependencies) {
      refuse(
        'input',
        `${shown(job.name)} has ${total} task dependencies when they are written out, more than ${maxDependencies}; use larger batches, or metadata.dependency "frame"`
      )
    }
    return waitsOf(job, Infinity).map(({ first }) => first)
  })
}

function groupTasks(job: Job): number[][] {
  const groups: number[][] = job.nodes.map(() => [])
  job.tasks.forEach((task, i) => groups[task.node]?.push(i))
  return groups
}
