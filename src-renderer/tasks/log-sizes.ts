/** How large logs are: asked for the rows that are in view alone, since every answer costs a look at the disk. */
import { ask } from '../api.ts'
import { rowsOf } from '../state/columns.ts'
import { tasks } from '../state/tasks.svelte.ts'

/** where scrolling rests */
const restMs = 150
const mostRows = 200

class LogSizes {
  private timer: ReturnType<typeof setTimeout> | null = null

  /**
   * `inView`: the tasks in view, asked for once the table rests, since it makes the page lay itself out; those whose size
   * is known, or that never ran, are left out.
   */
  look(inView: () => readonly number[]): void {
    if (this.timer) clearTimeout(this.timer)
    this.timer = setTimeout(() => void this.ask(inView()), restMs)
  }

  private async ask(ids: readonly number[]): Promise<void> {
    const { job } = tasks
    const wanted = ids.filter((id) => {
      const task = tasks.find(id)
      return task && task.attempts > 0 && task.logBytes === undefined
    })
    if (job === null || wanted.length === 0) return
    const page = await ask('task.rows', { job, tasks: wanted.slice(0, mostRows) })
    if (page && job === tasks.job)
      tasks.learn(new Map(rowsOf(page.rows).map(({ id, logBytes }) => [id, { logBytes: logBytes ?? null }] as const)))
  }
}

export const logSizes = new LogSizes()
