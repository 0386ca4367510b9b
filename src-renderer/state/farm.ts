/** A job that is on a farm, while it is shown: brought up to date again and again; what is asked of its farm. */
import { isRemote } from '../../src-main/domain/farm-run.ts'
import { ask, tell } from '../api.ts'
import { spokenSentence } from '../parts/words.ts'
import { jobs } from './jobs.svelte.ts'
import { questions } from './question.svelte.ts'
import { toasts } from './toasts.svelte.ts'

/** Between two looks, ms. */
const lookMs = 3000

/** What runs and fails of this job is its farm's to start and to end. */
export const isOnFarm = (job: number): boolean => isRemote(jobs.find(job)?.farm ?? null)

/** Looks until it is told to stop; says the first failure, and once why it cannot look. */
export function followFarm(job: number, show: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | null = null
  let isOver = false
  let failed = jobs.find(job)?.counts.failed ?? 0
  const look = async () => {
    const view = jobs.find(job)
    if (view?.farm && isRemote(view.farm) && !document.hidden) {
      const { folder, run } = view.farm
      const told = await tell('job.pull', { path: folder, run: run ?? undefined, ask: true })
      if (isOver) return
      if ('error' in told) toasts.error(spokenSentence(told.error.message))
      else {
        if (failed === 0 && told.value.failed > 0)
          toasts.done(`A task of ${view.name} (#${job}) failed on its farm.`, { title: 'Show', run: show })
        failed = told.value.failed
        await jobs.look(job)
      }
    }
    if (!isOver) timer = setTimeout(() => void look(), lookMs)
  }
  void look()
  return () => {
    isOver = true
    if (timer) clearTimeout(timer)
  }
}

/** `tasks` null: all of the job. What it takes away is asked about. */
export async function askFarm(job: number, act: 'retry' | 'kill', tasks: readonly number[] | null): Promise<void> {
  const what = tasks === null ? 'all of it' : tasks.length === 1 ? 'this task' : `${tasks.length} tasks`
  const question = {
    title: `End ${what} on the farm?`,
    text: 'What runs there is ended, and what waits does not start. The farm decides whether it can be taken back.',
    yes: 'End on the farm'
  }
  if (act === 'kill' && !(await questions.ask(question))) return
  const done = await ask('farm.act', { job, act, tasks: tasks === null ? undefined : [...tasks] })
  if (!done) return
  const [program = ''] = done.command
  toasts.note(`${program} has taken it${done.said === '' ? '.' : `: ${done.said}`}`)
}
