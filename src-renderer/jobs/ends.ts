/** Tells of jobs that fail while another place is shown, with the way there. */
import { hear } from '../api.ts'
import { here } from '../state/place.svelte.ts'
import { showFailure } from './act.ts'
import { toasts } from '../state/toasts.svelte.ts'

/** Returns how to stop. */
export const tellEnds = (): (() => void) =>
  hear((events) => {
    for (const event of events) {
      if (event.type !== 'job' || event.status !== 'failed') continue
      const { job, name } = event
      if (here.place.kind === 'job' && here.place.job === job) continue
      toasts.done(`${name} (#${job}) failed.`, { title: 'Show', run: () => showFailure(job) })
    }
  })
