/** A job's tasks as they are now: changed in place and counted along, so that a change costs what changes. */
import type { Output, TaskView } from '../../src-main/api.ts'
import { taskStates, type StateCounts, type TaskState } from '../../src-main/domain/status.ts'

type Runs = Output<'task.states'>['runs']

/** How many tasks are in which state. */
export function countsOf(tasks: readonly TaskView[]): Partial<Record<TaskState, number>> {
  const counts: Partial<Record<TaskState, number>> = {}
  for (const { state } of tasks) counts[state] = (counts[state] ?? 0) + 1
  return counts
}

export class Rows {
  readonly list: TaskView[]
  /** a new object with every change of it */
  counts: StateCounts
  private readonly tally: Map<TaskState, number>
  private readonly places: ReadonlyMap<number, number>

  constructor(list: readonly TaskView[]) {
    this.list = [...list]
    const counts = countsOf(list)
    this.counts = counts
    this.tally = new Map(taskStates.map((state) => [state, counts[state] ?? 0]))
    this.places = new Map(list.map((task, place) => [task.id, place]))
  }

  find(id: number): TaskView | undefined {
    return this.list[this.placeOf(id)]
  }

  /** -1 for a task that is not there. */
  placeOf(id: number): number {
    return this.places.get(id) ?? -1
  }

  /** Only the rows that change are made again. Returns which did. */
  put(patches: ReadonlyMap<number, Partial<TaskView>>): number[] {
    const changed = [...patches].filter(([id, patch]) => this.replace(this.placeOf(id), patch))
    this.counts = this.count()
    return changed.map(([id]) => id)
  }

  /** What the plan says of every task; null where these are not the plan's tasks. Returns which changed. */
  takeStates(runs: Runs): number[] | null {
    if (runs.reduce((sum, [, count]) => sum + count, 0) !== this.list.length) return null
    const changed: number[] = []
    let place = 0
    for (const [state, count] of runs) {
      for (const end = place + count; place < end; place++) {
        const task = this.list[place]
        if (task && task.state !== state && this.replace(place, { state })) changed.push(task.id)
      }
    }
    this.counts = this.count()
    return changed
  }

  private replace(place: number, patch: Partial<TaskView>): boolean {
    const task = this.list[place]
    if (!task) return false
    this.list[place] = { ...task, ...patch }
    if (patch.state === undefined || patch.state === task.state) return true
    this.tally.set(task.state, (this.tally.get(task.state) ?? 0) - 1)
    this.tally.set(patch.state, (this.tally.get(patch.state) ?? 0) + 1)
    return true
  }

  /** A state that no task has is not named. */
  private count(): StateCounts {
    const counts: Partial<Record<TaskState, number>> = {}
    for (const [state, n] of this.tally) if (n > 0) counts[state] = n
    return counts
  }
}
