/** Does to tasks what was chosen for them. */
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
      return void (await ask('task.cancel', { tasks: ids }))
    case 'omit':
      return void (await ask('task.omit', { tasks: ids }))
    case 'copy':
      return copyCommand(first.id, first.name)
  }
}

/** The job runs on by itself; its end is nothing to wait for here. */
async function retry(job: number, tasks: number[], downstream: boolean): Promise<void> {
  if (await ask('task.retry', { job, tasks, downstream })) void ask('job.run', { job })
}

async function copyCommand(task: number, name: string): Promise<void> {
  const attempts = await ask('task.attempts', { task })
  const command = attempts?.at(-1)?.command
  if (command) await desktop('copy', { text: command })
  if (command) toasts.note(`The command of ${name} was copied.`)
  else if (attempts) toasts.error(`${name} has no command to copy: nothing was started for it.`)
}

/** Null where the chain cannot be told, such as when the task is gone. */
export async function whyOf(task: number) {
  const told = await tell('task.why', { task })
  return 'value' in told ? told.value : null
}

export type Why = NonNullable<Awaited<ReturnType<typeof whyOf>>>
