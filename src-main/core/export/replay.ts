/**
 * Proves an export: what a farm's file says, read back, must be the job again: the same tasks and frames, and the same
 * tasks reachable from each. Direct edges may differ (Tractor writes a tree), what has to be done before what may not.
 */
import { at } from '../../domain/at.ts'
import { plainText } from '../../domain/frames.ts'
import { folderOf, type Farm, type FarmJob, type Replay } from './farm.ts'

type Waits = readonly { tasks: readonly number[]; on: readonly number[] }[]

/** At most so many differences are told. */
const mostTold = 20

/** What the replay says otherwise than the job, a sentence each; empty: they are the same. */
export function differences(job: FarmJob, farm: Farm, replay: Replay): string[] {
  const indexOf = new Map<string, number>()
  const found: string[] = []
  for (const node of job.nodes) {
    for (const task of node.tasks) {
      const folder = folderOf(farm, node, task)
      indexOf.set(folder, task.index)
      const frames = replay.tasks.get(folder)
      const own = task.frames?.map(plainText) ?? []
      if (frames === undefined) found.push(`the file lacks the task ${task.name} (${folder})`)
      else if (frames !== null && JSON.stringify(frames) !== JSON.stringify(own))
        found.push(`the file gives ${task.name} the frames ${frames.join()}, the job ${own.join() || 'none'}`)
    }
  }
  for (const folder of replay.tasks.keys())
    if (!indexOf.has(folder)) found.push(`the file has a task ${folder} that is not of the job`)
  if (found.length === 0) found.push(...reachDifferences(job, waitsOfJob(job, farm), waitsOfReplay(replay, indexOf)))
  return found.slice(0, mostTold)
}

/** What the job makes wait, as this farm can say it: frame dependencies that it does not keep are whole parents. */
function waitsOfJob(job: FarmJob, farm: Farm): Waits {
  return job.nodes.flatMap((node) =>
    node.parents.flatMap((link) => {
      if (!link.tasks || !farm.keeps(node, link, job))
        return [{ tasks: node.tasks.map((t) => t.index), on: link.parent.tasks.map((t) => t.index) }]
      return link.tasks.map((on, i) => ({ tasks: [node.tasks[i]?.index ?? -1], on: on.map((t) => t.index) }))
    })
  )
}

const waitsOfReplay = (replay: Replay, indexOf: ReadonlyMap<string, number>): Waits => {
  const indices = (folders: readonly string[]) => folders.flatMap((folder) => indexOf.get(folder) ?? [])
  return replay.waits.map(({ tasks, on }) => ({ tasks: indices(tasks), on: indices(on) }))
}

/** Tasks whose ancestors are looked at in one pass: a bit each. */
const blockSize = 1024

function reachDifferences(job: FarmJob, ours: Waits, theirs: Waits): string[] {
  const count = job.tasks.length
  const [a, b] = [new Reach(count, ours), new Reach(count, theirs)]
  if (b.circle) return ['the file has tasks that wait for each other (a cycle)']
  const found: string[] = []
  const name = (index: number) => job.tasks[index]?.name ?? String(index)
  for (let from = 0; from < count && found.length < mostTold; from += blockSize) {
    const [x, y] = [a.ancestors(from), b.ancestors(from)]
    for (let task = 0; task < count; task++) {
      for (let word = 0; word < blockSize / 32; word++) {
        const place = task * (blockSize / 32) + word
        const [own, read] = [x[place] ?? 0, y[place] ?? 0]
        if (own === read) continue
        const bit = 31 - Math.clz32(own ^ read)
        const other = name(from + word * 32 + bit)
        found.push(
          (own >>> bit) & 1
            ? `the file lets ${name(task)} start before ${other} has ended`
            : `the file makes ${name(task)} wait for ${other}, which it need not`
        )
        if (found.length >= mostTold) return found
      }
    }
  }
  return found
}

/** Tasks and one vertex per wait, in an order in which what is waited for comes first. */
class Reach {
  readonly circle: boolean
  private readonly count: number
  private readonly above: number[][]
  private readonly order: number[] = []

  constructor(count: number, waits: Waits) {
    this.count = count
    this.above = Array.from({ length: count + waits.length }, () => [])
    const below: number[][] = this.above.map(() => [])
    const join = (from: number, to: number) => {
      below[from]?.push(to)
      this.above[to]?.push(from)
    }
    waits.forEach(({ tasks, on }, i) => {
      for (const task of on) join(task, count + i)
      for (const task of tasks) join(count + i, task)
    })
    const open = this.above.map((list) => list.length)
    open.forEach((n, vertex) => n === 0 && this.order.push(vertex))
    for (const vertex of this.order)
      for (const next of below[vertex] ?? []) if ((open[next] = at(open, next) - 1) === 0) this.order.push(next)
    this.circle = this.order.length < this.above.length
  }

  /** Per vertex `blockSize` bits: which of the tasks from `from` on have to end before it. */
  ancestors(from: number): Uint32Array {
    const words = blockSize / 32
    const bits = new Uint32Array(this.above.length * words)
    const add = (place: number, mask: number) => {
      bits[place] = (bits[place] ?? 0) | mask
    }
    for (const vertex of this.order) {
      for (const above of this.above[vertex] ?? []) {
        for (let word = 0; word < words; word++) add(vertex * words + word, bits[above * words + word] ?? 0)
        const place = above - from
        // a wait is no task: two files may say the same with other waits
        if (above < this.count && place >= 0 && place < blockSize) {
          add(vertex * words + (place >> 5), 1 << (place & 31))
        }
      }
    }
    return bits
  }
}
