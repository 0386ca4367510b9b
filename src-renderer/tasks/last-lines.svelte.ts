/** The last lines of the logs of tasks that have ended: asked for once somebody filters by words, since each is a look at the disk. */
import type { TaskView } from '../../src-main/api.ts'
import { ask } from '../api.ts'
import { tasks } from '../state/tasks.svelte.ts'

/** tasks that are asked for at once, and ms that this may hold the main process up */
const portion = 500
const portionMs = 8

class LastLines {
  /** counts up as lines come */
  version = $state(0)
  private job: number | null = null
  /** of an attempt, since the next one has another log */
  private known = new Map<number, { attempt: number; line: string }>()
  private busy = false
  private isWanted: () => boolean = () => false

  /** Empty where it is not known, or nothing was printed. Tracked by `version`. */
  readonly of = ({ id, attempts }: TaskView): string => {
    const known = this.known.get(id)
    return known?.attempt === attempts ? known.line : ''
  }

  /** Asks for those that are not known, until nobody wants them any more. */
  async want(isWanted: () => boolean): Promise<void> {
    this.isWanted = isWanted
    if (this.busy) return
    this.busy = true
    while (this.isWanted() && (await this.next()));
    this.busy = false
  }

  private async next(): Promise<boolean> {
    const { job } = tasks
    if (job === null) return false
    if (job !== this.job) {
      this.job = job
      this.known = new Map()
    }
    const wanted: TaskView[] = []
    for (const task of tasks.list) {
      if (wanted.length === portion) break
      if (task.state !== 'running' && task.attempts > 0 && this.known.get(task.id)?.attempt !== task.attempts)
        wanted.push(task)
    }
    if (wanted.length === 0) return false
    const found = await ask('task.tails', { job, tasks: wanted.map(({ id }) => id), ms: portionMs })
    if (!found || job !== tasks.job) return false
    found.lines.forEach((line, i) => {
      const task = wanted[i]
      if (task) this.known.set(task.id, { attempt: task.attempts, line: line ?? '' })
    })
    this.version++
    return true
  }
}

export const lastLines = new LastLines()
