/** Carries out an action on tasks. */
import { ask, desktop, tell } from '../api.ts'
import { toasts } from '../state/toasts.svelte.ts'
import type { Offer } from './actions.ts'

export async function act(offer: Offer): Promise<void> {
  const ids = offer.tasks.map((task) => task.id)
  const first = offer.tasks[0]
  if (!first) return
  switch (offer.name) {
    case 'retry':
    case 'downstream':
      return retry(first.job, ids, offer.name === 'downstream')
    case 'cancel':
      await ask('task.cancel', { tasks: ids })
      return
    case 'omit':
      await ask('task.omit', { tasks: ids })
      return
    case 'copy':
      return copyLastCommand(first.id, first.name)
  }
}

/** Runs the job to its end. */
async function retry(job: number, tasks: number[], downstream: boolean): Promise<void> {
  if (await ask('task.retry', { job, tasks, downstream })) await ask('job.run', { job })
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
