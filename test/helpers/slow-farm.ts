/**
 * A job on so many workers, played the slow way: task by task, every dependency written out. Shares no code with the core:
 * what is checked may not be what checks.
 */
import { linkedPlaces } from './oracle.ts'

export interface SlowNode {
  parents: number[]
  dependency: 'node' | 'frame'
  interpreter: string
  priority: number
  tasks: { frames: string[] | null; omitted: boolean; seconds: number }[]
}

interface SlowTask {
  node: number
  seconds: number
  omitted: boolean
  needs: number[]
}

/** Every task with all that it waits for, in the order of the nodes. */
export function slowTasks(nodes: readonly SlowNode[]): SlowTask[] {
  const firsts = nodes.map((_, i) => nodes.slice(0, i).reduce((sum, node) => sum + node.tasks.length, 0))
  return nodes.flatMap((node, index) =>
    node.tasks.map(({ seconds, omitted }, place) => {
      const needs = node.parents.flatMap((parent) => {
        const above = nodes[parent]?.tasks ?? []
        const links = linkedPlaces(above, node.tasks, node.dependency)
        return (links?.[place] ?? above.map((_, i) => i)).map((i) => (firsts[parent] ?? 0) + i)
      })
      return { node: index, seconds, omitted, needs }
    })
  )
}

/** Seconds from the first start to the last end. */
export function slowWall(
  nodes: readonly SlowNode[],
  workers: number,
  limits: Readonly<Record<string, number>>
): number {
  const tasks = slowTasks(nodes)
  const done = new Set(tasks.flatMap((task, i) => (task.omitted ? [i] : [])))
  const running = new Map<number, number>()
  let now = 0
  for (;;) {
    for (;;) {
      const mayStart = tasks.flatMap((task, i) => {
        const { interpreter = '', priority = 0 } = nodes[task.node] ?? {}
        const same = [...running.keys()].filter((j) => nodes[tasks[j]?.node ?? -1]?.interpreter === interpreter).length
        const fits = running.size < workers && same < (limits[interpreter] ?? Infinity)
        const free = !done.has(i) && !running.has(i) && task.needs.every((need) => done.has(need))
        return fits && free ? [{ i, priority, seconds: task.seconds }] : []
      })
      const [next] = mayStart.sort((a, b) => b.priority - a.priority || a.i - b.i)
      if (!next) break
      running.set(next.i, now + next.seconds)
    }
    if (running.size === 0) return now
    now = Math.min(...running.values())
    for (const [task, end] of [...running])
      if (end === now) {
        running.delete(task)
        done.add(task)
      }
  }
}

/** Seconds of the longest chain of tasks. */
export function slowPath(nodes: readonly SlowNode[]): number {
  const tasks = slowTasks(nodes)
  const longest = (i: number): number => {
    const task = tasks[i]
    if (!task || task.omitted) return 0
    return task.seconds + Math.max(0, ...task.needs.map(longest))
  }
  return Math.max(0, ...tasks.map((_, i) => longest(i)))
}
