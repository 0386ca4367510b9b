/** The outputs of a job by node, kept fresh while it runs. */
import type { OutputView, TaskView } from '../../src-main/api.ts'
import { isDone, statusOf } from '../../src-main/domain/status.ts'
import { ask } from '../api.ts'

export interface NodeOutputs {
  identifier: string
  name: string
  complete: boolean
  outputs: OutputView[]
  /** files that its tasks' logs say they wrote */
  wrote: string[]
  /** the folder that its tasks start in */
  cwd: string
}

const everyMs = 1000

export class JobOutputs {
  nodes = $state.raw<NodeOutputs[] | null>(null)
  private readonly job: number
  private timer: ReturnType<typeof setTimeout> | null = null
  private askedAt = -everyMs
  private closed = false

  constructor(job: number) {
    this.job = job
  }

  /** Asks again, at most once a second. */
  refresh(): void {
    if (this.closed) return
    this.timer ??= setTimeout(
      () => {
        this.timer = null
        this.askedAt = performance.now()
        void ask('job.outputs', { job: this.job, partial: true }).then((answer) => {
          if (answer && !this.closed) this.nodes = answer.nodes
        })
      },
      Math.max(0, this.askedAt + everyMs - performance.now())
    )
  }

  close(): void {
    this.closed = true
    if (this.timer) clearTimeout(this.timer)
  }
}

export interface NodeTasks {
  tasks: TaskView[]
  done: number
  /** when the last of them ended: outputs of an older run are not shown from the cache */
  version: number
}

/** Of a node that is not done its outputs are asked for again so many times at most. */
const looks = 20

/** Changes when what `job.outputs` says may change: a node became complete, more of it is done, or it ran again. */
export const outputsKey = (nodes: ReadonlyMap<string, NodeTasks>): string =>
  [...nodes.values()]
    .map(({ tasks, done, version }) =>
      done < tasks.length ? `-${Math.floor((done * looks) / tasks.length)}` : version
    )
    .join()

/** All frames of a node's batches, printed; empty for a whole node. */
export const framesText = ({ tasks }: NodeTasks): string =>
  tasks
    .map(({ frames }) => frames)
    .filter((frames) => frames !== null)
    .join()

export function tasksByNode(list: readonly TaskView[]): Map<string, NodeTasks> {
  const nodes = new Map<string, NodeTasks>()
  for (const task of list) {
    const node = nodes.get(task.identifier) ?? { tasks: [], done: 0, version: 0 }
    node.tasks.push(task)
    if (isDone(statusOf(task.state))) node.done++
    node.version = Math.max(node.version, task.endedAt ?? 0)
    nodes.set(task.identifier, node)
  }
  return nodes
}
