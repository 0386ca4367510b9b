/** The chain of tasks that made a job take as long as it did, by what really waited for what, and what would shorten it. */
import { durationText } from './durations.ts'

export interface PathTask {
  id: number
  /** the node's name */
  node: string
  /** ms since 1970 */
  start: number
  end: number
  /** when its first attempt began: what lies between that and `start` was no wait for a slot */
  first: number
}

export interface PathStep extends PathTask {
  /** ms between the end of all that it needs and its own start: it waited for a slot */
  waited: number
}

/**
 * From the task that ended last back to what it waited for longest, and so on. `needs`: the ids that a task waits for by the
 * graph; those without a time (omitted, unchanged) do not count. In the order of time.
 */
export function criticalPath(
  tasks: ReadonlyMap<number, PathTask>,
  needs: (id: number) => Iterable<number>
): PathStep[] {
  let first = Infinity
  for (const task of tasks.values()) first = Math.min(first, task.first)
  let current = latestOf(tasks.values())
  const steps: PathStep[] = []
  const seen = new Set<number>()
  while (current && !seen.has(current.id)) {
    seen.add(current.id)
    const needed = [...needs(current.id)].flatMap((id) => tasks.get(id) ?? [])
    const before = latestOf(needed)
    steps.push({ ...current, waited: Math.max(0, current.first - (before?.end ?? first)) })
    current = before
  }
  return steps.reverse()
}

function latestOf(tasks: Iterable<PathTask>): PathTask | undefined {
  let latest: PathTask | undefined
  for (const task of tasks) if (!latest || task.end > latest.end) latest = task
  return latest
}

export interface Shortening {
  kind: 'slots' | 'node' | 'batches'
  /** so much at most, ms */
  saves: number
  /** the node that it is about; null: all */
  node: string | null
  text: string
}

/** Less than this share of the path is not worth a word. */
const leastShare = 0.02
/** A batch that took so many times its node's mean is uneven. */
const uneven = 1.5

const sum = (list: readonly number[]): number => list.reduce((total, n) => total + n, 0)
const percent = (part: number, whole: number): string => `${Math.round((100 * part) / Math.max(1, whole))} %`

/** What would shorten a path, the most first. `tookOf`: ms of all tasks of a node. */
export function shortenings(steps: readonly PathStep[], tookOf: (node: string) => readonly number[]): Shortening[] {
  const [first, last] = [steps[0], steps.at(-1)]
  if (!first || !last) return []
  const whole = last.end - first.first + first.waited
  const found = [slots(steps), heaviest(steps, whole), ...steps.flatMap((step) => unevenBatch(step, tookOf(step.node)))]
  return found
    .filter((one): one is Shortening => one !== null && one.saves >= whole * leastShare && one.saves > 0)
    .sort((a, b) => b.saves - a.saves)
}

/** ms: less is said as 0.0 s, and is no wait */
const leastWait = 50

function slots(steps: readonly PathStep[]): Shortening | null {
  const saves = sum(steps.map(({ waited }) => waited))
  if (saves < leastWait) return null
  const text = `${durationText(saves)} of it were waits for a free slot: more slots save up to that.`
  return { kind: 'slots', saves, node: null, text }
}

function heaviest(steps: readonly PathStep[], whole: number): Shortening | null {
  const byNode = new Map<string, number>()
  for (const { node, start, end } of steps) byNode.set(node, (byNode.get(node) ?? 0) + end - start)
  const [most] = [...byNode].sort((a, b) => b[1] - a[1])
  if (!most) return null
  const [node, took] = most
  const text = `${node} is ${percent(took, whole)} of it, ${durationText(took)}: what makes ${node} faster makes the job faster.`
  return { kind: 'node', saves: took, node, text }
}

function unevenBatch({ node, start, end }: PathStep, all: readonly number[]): Shortening | null {
  const mean = sum(all) / all.length
  const took = end - start
  if (all.length < 2 || took < uneven * mean) return null
  const text = `One batch of ${node} took ${durationText(took)}, ${(took / mean).toFixed(1)} times its mean: smaller batches save up to ${durationText(took - mean)}.`
  return { kind: 'batches', saves: took - mean, node, text }
}
