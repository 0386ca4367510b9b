/** The window's first picture sooner: its calls are made once while Chromium still starts. */
import type { App } from './app.ts'

/**
 * Asks what the page will ask first. Thrown away are the answers, which may be others by then; what stays is the calls'
 * code, compiled statements and the store's pages in memory. A refusal is told to the page when it asks itself.
 */
export async function firstCalls(core: App): Promise<void> {
  const jobs = await core.call('job.list', {})
  await core.call('runner.show', {})
  const newest = jobs.ok ? jobs.value[0]?.id : undefined
  if (newest === undefined) return
  await core.call('task.states', { job: newest })
  await core.call('task.rows', { job: newest, limit: 100 })
  await core.call('rehearsal.show', { job: newest })
  await core.call('job.warm', { job: newest })
}
