/** The longest chain of tasks that wait for each other: what no number of workers makes shorter. */
import { at } from '../../../domain/at.ts'
import type { PathStep } from './shapes.ts'
import type { Work } from './work.ts'

/** In the order of work; empty where nothing runs. */
export function criticalPath(work: Work): PathStep[] {
  const ends = work.seconds.map(() => 0)
  const starts = work.seconds.map(() => 0)
  const before = work.seconds.map(() => -1)
  const wait = (task: number, above: number) => {
    if (at(ends, above) < at(starts, task) || (at(before, task) >= 0 && at(ends, above) === at(starts, task))) return
    starts[task] = at(ends, above)
    before[task] = above
  }
  /** by node, the task of it that ends last */
  const lasts: number[] = []
  // nodes stand behind their parents, and so do their tasks
  work.nodes.forEach(({ first, count, barrierParents, barrierTasks }, node) => {
    let own = -1
    for (let task = first; task < first + count; task++) {
      for (const parent of barrierParents) wait(task, at(lasts, parent))
      ends[task] = at(starts, task) + at(work.seconds, task)
      for (const below of at(work.links, task) ?? []) wait(below, task)
      if (own < 0 || at(ends, task) > at(ends, own)) own = task
    }
    lasts[node] = own
    for (const below of barrierTasks) wait(below, own)
  })
  const last = lasts.reduce((a, b) => (b < 0 || (a >= 0 && at(ends, a) >= at(ends, b)) ? a : b), -1)
  const path: PathStep[] = []
  for (let task = last; task >= 0; task = at(before, task))
    path.push({ task: work.nameOf(task), seconds: at(work.seconds, task) })
  return path.reverse()
}
