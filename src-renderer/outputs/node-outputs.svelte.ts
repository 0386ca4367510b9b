/** The outputs of a job by node, kept fresh while it runs. */
import type { OutputView, TaskView } from '../../src-main/api.ts'
import { ask } from '../api.ts'

export interface NodeOutputs {
  identifier: string
  name: string
  complete: boolean
  outputs: OutputView[]
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
        void ask('job.outputs', { job: this.job }).then((answer) => {
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
  frames: string
  /** when the last of them ended: outputs of an older run are not shown from the cache */
  version: number
}

export function tasksByNode(list: readonly TaskView[]): Map<string, NodeTasks> {
  const nodes = new Map<string, NodeTasks>()
  for (const task of list) {
    const node = nodes.get(task.identifier) ?? { tasks: [], done: 0, frames: '', version: 0 }
    node.tasks.push(task)
    if (task.state === 'succeeded' || task.state === 'omitted') node.done++
    if (task.frames !== null) node.frames += (node.frames ? ',' : '') + task.frames
    node.version = Math.max(node.version, task.endedAt ?? 0)
    nodes.set(task.identifier, node)
  }
  return nodes
}
