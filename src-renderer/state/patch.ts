/** What events alone say about tasks. */
import type { TaskView } from '../../src-main/api.ts'
import type { RunEvent, TaskEvent } from '../../src-main/domain/events.ts'

/** An attempt starts with a clean slate; a requeued task keeps its state until the plan has been asked. */
function ofStatus(event: TaskEvent): Partial<TaskView> {
  const at = Date.parse(event.at)
  const { status, reason, took } = event
  if (status === 'queued') return { reason, changedAt: at }
  if (status !== 'running') return { state: status, reason, changedAt: at, endedAt: at, took }
  const blank = { endedAt: null, took: null, exitCode: null, progress: null, message: null, peakMemory: null }
  return { ...blank, state: status, reason, changedAt: at, startedAt: at, attempts: event.attempt ?? 0, logGrewAt: at }
}

/** By task, later events over earlier ones. */
export function patchesOf(events: readonly RunEvent[]): Map<number, Partial<TaskView>> {
  const patches = new Map<number, Partial<TaskView>>()
  const put = (task: number, patch: Partial<TaskView>) => patches.set(task, { ...patches.get(task), ...patch })
  for (const event of events) {
    if (event.type === 'task') put(event.task, ofStatus(event))
    if (event.type === 'progress')
      put(event.task, { progress: event.percent, message: event.message, logGrewAt: Date.parse(event.at) })
  }
  return patches
}

/** Ends and retries change what others wait for; a start changes only the task itself. */
export const changesOthers = (event: RunEvent): boolean =>
  event.type === 'job' || (event.type === 'task' && event.status !== 'running')
