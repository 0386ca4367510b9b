/** What ran in a stretch of time, node by node. Pure. */
import { endOf, type Bar } from './bars.ts'
import type { Range } from './scale.ts'

export interface Total {
  node: string
  /** tasks with an attempt in it */
  tasks: number
  /** ms of their attempts within it */
  sum: number
  /** ms of whole attempts: the mean, and the longest */
  mean: number
  longest: number
  failed: number
  /** of all that ran in it, 0 to 1 */
  share: number
}

/** The most first. `now`: where those end that still run. */
export function totalsOf(bars: readonly Bar[], range: Range, now: number, nodeOf: (bar: Bar) => string): Total[] {
  const found = new Map<string, Total & { ids: Set<number>; attempts: number; whole: number }>()
  for (const bar of bars) {
    const end = endOf(bar, now)
    const inside = Math.min(end, range.end) - Math.max(bar.start, range.start)
    if (inside < 0 || (inside === 0 && end > bar.start)) continue
    const node = nodeOf(bar)
    const none = { node, tasks: 0, sum: 0, mean: 0, longest: 0, failed: 0, share: 0 }
    const total = found.get(node) ?? { ...none, ids: new Set<number>(), attempts: 0, whole: 0 }
    found.set(node, total)
    total.ids.add(bar.task)
    total.attempts++
    total.sum += inside
    total.whole += end - bar.start
    total.longest = Math.max(total.longest, end - bar.start)
    if (bar.outcome === 'failed') total.failed++
  }
  const all = [...found.values()].reduce((sum, total) => sum + total.sum, 0)
  return [...found.values()]
    .map(({ node, ids, sum, whole, attempts, longest, failed }) => ({
      ...{ node, tasks: ids.size, sum, mean: whole / attempts, longest, failed },
      share: all > 0 ? sum / all : 0
    }))
    .sort((a, b) => b.sum - a.sum)
}

/** As a spreadsheet takes it. Times in seconds. */
export function totalsText(totals: readonly Total[]): string {
  const seconds = (ms: number) => (ms / 1000).toFixed(1)
  const lines = totals.map(({ node, tasks, sum, mean, longest, failed, share }) =>
    [node, tasks, seconds(sum), seconds(mean), seconds(longest), failed, `${(share * 100).toFixed(0)} %`].join('\t')
  )
  return ['Node\tTasks\tSum (s)\tMean (s)\tLongest (s)\tFailed\tShare', ...lines].join('\n')
}
