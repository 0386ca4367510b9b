/** What can be done to chosen tasks, and to which of them. */
import type { TaskView } from '../../src-main/api.ts'
import { isRetryable, mayFollow, statusOf } from '../../src-main/domain/status.ts'

export const actionNames = ['retry', 'downstream', 'cancel', 'omit', 'copy'] as const
export type ActionName = (typeof actionNames)[number]

const hasEnded = ({ state }: TaskView): boolean => isRetryable(statusOf(state))

const actions: Readonly<Record<ActionName, { label: string; title: string; fits: (task: TaskView) => boolean }>> = {
  retry: {
    label: 'Retry',
    title: 'Queue again what has ended, and run the job',
    fits: hasEnded
  },
  downstream: {
    label: 'Retry with downstream',
    title: 'Queue again what has ended and all that follows from it, and run the job',
    fits: hasEnded
  },
  cancel: {
    label: 'Cancel',
    title: 'End what runs and take what is queued out of the queue',
    fits: (task) => !hasEnded(task)
  },
  omit: {
    label: 'Omit',
    title: 'Skip: what follows goes on without it',
    fits: (task) => mayFollow(statusOf(task.state), 'omitted')
  },
  copy: {
    label: 'Copy command',
    title: 'The command of the last attempt, to paste into a terminal',
    fits: (task) => task.attempts > 0
  }
}

export interface Offer {
  name: ActionName
  label: string
  title: string
  tasks: readonly TaskView[]
}

/** Every action with the tasks it fits; where that is not all of them the label says how many. */
export function offersFor(chosen: readonly TaskView[]): Offer[] {
  return actionNames.map((name) => {
    const { label, title, fits } = actions[name]
    if (name === 'copy') return { name, label, title, tasks: chosen.length === 1 ? chosen.filter(fits) : [] }
    const tasks = chosen.filter(fits)
    const some = tasks.length > 0 && tasks.length < chosen.length
    return { name, label: some ? `${label} (${tasks.length})` : label, title, tasks }
  })
}
