/** Which jobs a clean-up takes: rules that name jobs, none of which may run. Pure. */
import type { JobView } from '../../src-main/api.ts'
import { isUnfinished } from '../../src-main/domain/status.ts'
import { nameParts } from '../parts/names.ts'

export const ruleNames = ['versions', 'old', 'canceled'] as const
export type RuleName = (typeof ruleNames)[number]

export const keptVersions = 3
export const oldDays = 30

/** Jobs of one name, whatever its version at the end. */
const stem = (name: string): string => {
  const { start, end } = nameParts(name)
  return /^[._-]/.test(end) ? start : name
}

function olderVersions(jobs: readonly JobView[]): JobView[] {
  const groups = Map.groupBy(jobs, ({ name }) => stem(name))
  return [...groups.values()].flatMap((group) => group.toSorted((a, b) => b.id - a.id).slice(keptVersions))
}

/** What each rule takes, of jobs that have ended: one that still runs, or could, is never among them. */
export function takenBy(rule: RuleName, jobs: readonly JobView[], now: number): JobView[] {
  const ended = jobs.filter(({ status }) => !isUnfinished(status))
  switch (rule) {
    case 'versions':
      return olderVersions(ended)
    case 'old':
      return ended.filter((job) => job.status === 'succeeded' && job.createdAt < now - oldDays * 86_400_000)
    case 'canceled':
      return ended.filter((job) => job.status === 'canceled')
  }
}

/** All that the chosen rules take, each once. */
export function takenByAll(rules: ReadonlySet<RuleName>, jobs: readonly JobView[], now: number): JobView[] {
  const ids = new Set([...rules].flatMap((rule) => takenBy(rule, jobs, now).map(({ id }) => id)))
  return jobs.filter(({ id }) => ids.has(id))
}

/** Bytes of those whose size is known. */
export const bytesOfAll = (jobs: readonly JobView[], sizes: ReadonlyMap<number, number>): number =>
  jobs.reduce((sum, { id }) => sum + (sizes.get(id) ?? 0), 0)
