/** Carries out an action on tasks. */
import { counted } from '../../src-main/domain/counts.ts'
import type { TaskView } from '../../src-main/api.ts'
import { ask, desktop, tell } from '../api.ts'
import { askFarm, isOnFarm } from '../state/farm.ts'
import { questions } from '../state/question.svelte.ts'
import { toasts } from '../state/toasts.svelte.ts'
import { offersFor, questionOf, type ActionName, type Offer } from './actions.ts'
import { table } from './table.svelte.ts'
import { offerBack, queueAgain } from './undo.ts'

export async function act(offer: Offer): Promise<void> {
  const ids = offer.tasks.map((task) => task.id)
  const first = offer.tasks[0]
  if (!first) return
  const question = questionOf(offer)
  if (isOnFarm(first.job) && offer.name !== 'copy')
    return askFarm(first.job, offer.name === 'cancel' ? 'kill' : 'retry', ids)
  if (question && !(await questions.ask(question))) return
  switch (offer.name) {
    case 'retry':
    case 'downstream':
      return retry(first.job, ids, offer.name === 'downstream')
    case 'cancel':
      return told(offer, 'canceled', await ask('task.cancel', { tasks: ids }))
    case 'omit':
      return told(offer, 'omitted', await ask('task.omit', { tasks: ids }))
    case 'copy':
      return copyLastCommand(first.id, first.name)
  }
}

/** What can be done to these tasks, here or on the farm that has them. */
export const offersOf = (chosen: readonly TaskView[]): Offer[] => {
  const [first] = chosen
  return offersFor(chosen, first !== undefined && isOnFarm(first.job))
}

/** The same on what is selected, for a key. */
export function runOnChosen(name: ActionName): Promise<void> {
  const offer = offersOf(table.chosen).find((one) => one.name === name)
  return offer ? act(offer) : Promise.resolve()
}

/** Runs the job to its end. */
async function retry(job: number, tasks: number[], downstream: boolean): Promise<void> {
  if (await queueAgain(job, { tasks, downstream })) await ask('job.run', { job })
}

/** Of running tasks a cancel cannot be taken back: `changed` has the others. */
function told({ tasks }: Offer, done: string, changed: readonly number[] | null): void {
  const [first] = tasks
  if (!changed || !first) return
  const text = tasks.length === 1 ? `${first.name} was ${done}.` : `${counted(tasks.length, 'task')} were ${done}.`
  offerBack(first.job, text, changed, tasks.length)
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
