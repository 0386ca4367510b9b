/** What is done to tasks and can be taken back: the toast that offers it. */
import { counted } from '../../src-main/domain/counts.ts'
import { ask } from '../api.ts'
import { tasks } from '../state/tasks.svelte.ts'
import { toasts } from '../state/toasts.svelte.ts'

/** `changed`: what the core can bring back of it; where that is nothing, nothing is offered. */
export function offerBack(job: number, text: string, changed: readonly number[], all: number): void {
  if (changed.length === 0) return toasts.note(text)
  const title = changed.length >= all ? 'Undo' : `Undo for ${counted(changed.length, 'task')}`
  toasts.undoable(text, () => takeBack(job, changed), title)
}

async function takeBack(job: number, changed: readonly number[]): Promise<void> {
  const back = await ask('task.undo', { job, tasks: [...changed] })
  if (!back) return
  const rest = changed.length - back.length
  if (rest > 0)
    toasts.note(
      `${counted(rest, 'task')} had begun, or what ${rest === 1 ? 'it was' : 'they were'} made from: left as it is.`
    )
}

interface Wish {
  /** without them: all that failed or were canceled */
  tasks?: number[]
  downstream?: boolean
}

/** Queues tasks again; whether that was done. Nothing is started. */
export async function queueAgain(job: number, wish: Wish = {}): Promise<boolean> {
  const again = await ask('task.retry', { job, ...wish })
  if (!again) return false
  const [first] = again
  if (first === undefined) return true
  const only = again.length === 1 ? tasks.find(first)?.name : undefined
  const text = `${only ?? counted(again.length, 'task')} ${again.length === 1 ? 'is' : 'are'} queued again.`
  offerBack(job, text, again, again.length)
  return true
}
