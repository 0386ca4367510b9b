/** What the menu of a job offers; of several selected ones, what goes for all of them. */
import type { JobView } from '../../src-main/api.ts'
import type { MenuItem } from '../parts/menu.ts'
import { jobs } from '../state/jobs.svelte.ts'
import { act, remove } from './act.ts'
import { offersFor } from './actions.ts'
import { chosenJobs } from './chosen.svelte.ts'

export async function removeChosen(): Promise<void> {
  const ids = chosenJobs.list.map(({ id }) => id)
  chosenJobs.clear()
  await remove(ids)
}

export function menuOf(job: JobView): MenuItem[] {
  const chosen = chosenJobs.list
  if (chosen.length > 1 && chosen.some(({ id }) => id === job.id))
    return [
      {
        label: `Delete ${chosen.length} jobs`,
        title: 'Delete these jobs with their logs and results',
        run: () => void removeChosen()
      }
    ]
  return offersFor(job, jobs.isStarted(job.id)).map(({ name, label, title }) => ({
    ...{ label, title },
    run: () => void act(name, job.id)
  }))
}
