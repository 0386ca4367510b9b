/** Views whose code is not needed for the first picture, which is a job's tasks and log. */
export const later = {
  allJobs: () => import('./AllJobs.svelte'),
  compare: () => import('./CompareDialog.svelte'),
  convert: () => import('./Convert.svelte'),
  exports: () => import('./ExportDialog.svelte'),
  forecast: () => import('../forecast/Forecast.svelte'),
  graph: () => import('./GraphView.svelte'),
  interpreters: () => import('./Interpreters.svelte'),
  outputs: () => import('./Outputs.svelte'),
  rehearsal: () => import('./Rehearsal.svelte'),
  settings: () => import('./Settings.svelte'),
  timeline: () => import('./Timeline.svelte')
} as const

/** Brings them while nothing else is to be done, so that nobody waits for one. */
export function bringLater(): void {
  const [...rest] = Object.values(later)
  const next = () => {
    const load = rest.shift()
    // what fails is said where it is shown
    if (load) requestIdleCallback(() => void load().then(next, next))
  }
  next()
}
