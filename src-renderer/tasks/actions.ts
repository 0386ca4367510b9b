/** What can be done to the selected tasks, and to which of them. */
import { countText } from '../../src-main/domain/counts.ts'
import type { TaskView } from '../../src-main/api.ts'
import type { Question } from '../state/question.ts'
import { isDone, isRetryable, isStopped, mayFollow, statusOf } from '../../src-main/domain/status.ts'

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

/** What a farm can be asked to do with its tasks; nothing else is done to them. */
const there: Readonly<Partial<Record<ActionName, (typeof actions)[ActionName]>>> = {
  retry: {
    label: 'Retry on the farm',
    title: 'Ask the farm to try these tasks again',
    fits: ({ state }) => isStopped(statusOf(state))
  },
  cancel: {
    label: 'End on the farm',
    title: 'Ask the farm to end these tasks',
    fits: ({ state }) => !isDone(statusOf(state)) && !isStopped(statusOf(state))
  },
  copy: actions.copy
}

/**
 * Every action with the tasks it fits; the label says how many where that is only some of them. `onFarm`: the tasks are
 * their farm's.
 */
export function offersFor(chosen: readonly TaskView[], onFarm = false): Offer[] {
  return actionNames.flatMap((name) => {
    const action = onFarm ? there[name] : actions[name]
    if (!action) return []
    const { label, title, fits } = action
    if (name === 'copy') return { name, label, title, tasks: chosen.length === 1 ? chosen.filter(fits) : [] }
    const tasks = chosen.filter(fits)
    const some = tasks.length > 0 && tasks.length < chosen.length
    return { name, label: some ? `${label} (${tasks.length})` : label, title, tasks }
  })
}

/** more succeeded tasks are not thrown away without a question */
export const mostUnasked = 20

/** What is asked before done work is thrown away; null: not so much of it. */
export function questionOf({ name, tasks }: Pick<Offer, 'name' | 'tasks'>): Question | null {
  if (name !== 'retry' && name !== 'downstream' && name !== 'omit') return null
  const done = tasks.filter(({ state }) => state === 'succeeded').length
  if (done <= mostUnasked) return null
  const [number, all] = [done, tasks.length].map((n) => countText(n))
  const verb = name === 'omit' ? 'Omit' : 'Retry'
  const text =
    name === 'omit'
      ? `${number} of them have succeeded: their results count no more, and nothing is passed on from them.`
      : `${number} of them have succeeded: they run once more, and so does what was made from their results. A task that has begun cannot be brought back.`
  return { title: `${verb} ${all} tasks?`, text, yes: `${verb} ${all} tasks` }
}
