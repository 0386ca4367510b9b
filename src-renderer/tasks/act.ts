/** Carries out an action on tasks. */
import type { TaskView } from '../../src-main/api.ts'
import { isQueued } from '../../src-main/domain/status.ts'
import { ask, desktop, tell } from '../api.ts'
import { questions } from '../state/question.svelte.ts'
import { toasts } from '../state/toasts.svelte.ts'
import { offersFor, questionOf, type ActionName, type Offer } from './actions.ts'
import { table } from './table.svelte.ts'

export async function act(offer: Offer): Promise<void> {
  const ids = offer.tasks.map((task) => task.id)
  const first = offer.tasks[0]
  if (!first) return
  const question = questionOf(offer)
  if (question && !(await questions.ask(question))) return
  switch (offer.name) {
    case 'retry':
    case 'downstream':
      return retry(first.job, ids, offer.name === 'downstream')
    case 'cancel':
      if (await ask('task.cancel', { tasks: ids })) offerBack('canceled', offer.tasks)
      return
    case 'omit':
      if (await ask('task.omit', { tasks: ids })) offerBack('omitted', offer.tasks)
      return
    case 'copy':
      return copyLastCommand(first.id, first.name)
  }
}

/** The same on what is selected, for a key. */
export function runOnChosen(name: ActionName): Promise<void> {
  const offer = offersFor(table.chosen).find((one) => one.name === name)
  return offer ? act(offer) : Promise.resolve()
}

/** Runs the job to its end. */
async function retry(job: number, tasks: number[], downstream: boolean): Promise<void> {
  if (await ask('task.retry', { job, tasks, downstream })) await ask('job.run', { job })
}

const count = (n: number): string => `${n.toLocaleString('en')} ${n === 1 ? 'task' : 'tasks'}`

/**
 * Says what was done; tasks that had not run are queued again by an undo. Of those that had, the core does not bring back
 * what they were, so nothing is offered that would only look like it.
 */
function offerBack(done: 'canceled' | 'omitted', tasks: readonly TaskView[]): void {
  const back = tasks.filter(({ state }) => isQueued(state))
  const [first] = back
  const text = tasks.length === 1 ? `${tasks[0]?.name ?? ''} was ${done}.` : `${count(tasks.length)} were ${done}.`
  if (!first) return toasts.note(text)
  const title = back.length === tasks.length ? 'Undo' : `Undo for ${back.length.toLocaleString('en')} that had not run`
  toasts.undoable(text, () => ask('task.retry', { job: first.job, tasks: back.map(({ id }) => id) }), title)
}

async function copyLastCommand(task: number, name: string): Promise<void> {
  const attempts = await ask('task.attempts', { task })
  if (attempts) await copyCommand(attempts.at(-1)?.command ?? null, name)
}

/** `command`: an attempt's, as `task.attempts` gives it. */
export async function copyCommand(command: string | null, name: string): Promise<void> {
  if (command === null)
    return toasts.error(`${name} has no command to copy: nothing was started, or its interpreter was removed.`)
  await desktop('copy', { text: command })
  toasts.note(`The command of ${name} was copied; paste it into a terminal to run the attempt again.`)
}

/** Null where nothing can be said, for example because the task is gone. */
export async function whyOf(task: number) {
  const told = await tell('task.why', { task })
  return 'value' in told ? told.value : null
}

export type Why = NonNullable<Awaited<ReturnType<typeof whyOf>>>
