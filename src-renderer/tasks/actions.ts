/** What can be done to the selected tasks, and to which of them. */
import type { TaskView } from '../../src-main/api.ts'
import { isRetryable, mayFollow, statusOf } from '../../src-main/domain/status.ts'

export const actionNames = ['retry', 'downstream', 'cancel', 'omit', 'copy'] as const
export type ActionName = (typeof actionNames)[number]

const actions: Readonly<Record<ActionName, { label: string; title: string; fits: (task: TaskView) => boolean }>> = {
  retry: {
    label: 'Retry',
    title: 'Requeue the tasks that have ended and run the job',
    fits: ({ state }) => isRetryable(statusOf(state))
  },
  downstream: {
    label: 'Retry with downstream',
    title: 'Requeue the tasks that have ended with everything downstream of them, and run the job',
    fits: ({ state }) => isRetryable(statusOf(state))
  },
  cancel: {
    label: 'Cancel',
    title: 'Kill running tasks and take queued ones out of the queue',
    fits: ({ state }) => mayFollow(statusOf(state), 'canceled')
  },
  omit: {
    label: 'Omit',
    title: 'Skip these tasks: what is downstream runs without them',
    fits: ({ state }) => mayFollow(statusOf(state), 'omitted')
  },
  copy: {
    label: 'Copy command',
    title: 'Copy the command of the last attempt, to paste into a terminal',
    fits: (task) => task.attempts > 0
  }
}

export interface Offer {
  name: ActionName
  label: string
  title: string
  tasks: readonly TaskView[]
}

/** Every action with the tasks it fits; the label says how many where that is only some of them. */
export function offersFor(chosen: readonly TaskView[]): Offer[] {
  return actionNames.map((name) => {
    const { label, title, fits } = actions[name]
    if (name === 'copy') return { name, label, title, tasks: chosen.length === 1 ? chosen.filter(fits) : [] }
    const tasks = chosen.filter(fits)
    const some = tasks.length > 0 && tasks.length < chosen.length
    return { name, label: some ? `${label} (${tasks.length})` : label, title, tasks }
  })
}
