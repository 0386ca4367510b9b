/** Jobs run to their end in front of somebody: which job, its plan, what happens, its outputs and a summary. */
import type { Output } from '../api.ts'
import type { App } from '../app.ts'
import { durationText, spanOf } from '../domain/durations.ts'
import { changeText } from '../domain/environment.ts'
import { isResumable, type JobStatus } from '../domain/status.ts'
import { warmText } from '../domain/warm.ts'
import { ask, isQuiet, note, tell, write } from './base.ts'
import { tellWarnings } from './log-rules.ts'
import { outputTable, planTable, stateText } from './print.ts'
import { follow, type Followed } from './watch.ts'

/** Which jobs run now, and what of them. */
export async function tellOpen(app: App, jobs: readonly number[]): Promise<void> {
  if (isQuiet()) return
  for (const job of jobs) {
    const { name, tasks, open, plan } = await ask(app, 'job.open', { job })
    if (open === 0) continue
    note(`job ${job} ${name}: ${open} of ${tasks} tasks to run`)
    note(planTable(plan))
    if (open > plan.length) note(`and ${open - plan.length} more: backlot tasks ${job}`)
  }
}

/** What is otherwise in this shell than where the job began. */
export async function tellSurroundings(app: App, job: number): Promise<void> {
  const { changed } = await ask(app, 'job.surroundings', { job })
  if (changed.length === 0) return
  const most = 5
  const rest = changed.length - most
  note(`the environment differs from that of the job’s first run:`)
  for (const one of changed.slice(0, most)) note(`  ${changeText(one)}`)
  if (rest > 0) note(`  and ${rest} more`)
}

/** Runs jobs and tells of each how it ended. */
export async function runAndTell(
  app: App,
  jobs: readonly number[],
  asJson: boolean,
  work: () => Promise<Followed[]>
): Promise<Followed[]> {
  const ends = await follow(app, { jobs, asJson, sum: (job) => stopped(app, job) }, work)
  for (const end of ends) if (!asJson) await summary(app, end)
  return ends
}

/** Of a job that was not waited for: how far it is, where its logs are and how it goes on. */
async function stopped(app: App, job: number): Promise<void> {
  const view = await ask(app, 'job.show', { job })
  note(await summaryText(app, view, view.status))
  tell(`logs: ${view.files}`)
  if (isResumable(view.status)) note(`go on: backlot resume ${job}`)
}

async function summary(app: App, { job, status }: { job: number; status: JobStatus }): Promise<void> {
  const view = await ask(app, 'job.show', { job })
  const done = status === 'succeeded'
  if (!isQuiet()) await tellOutputs(app, job)
  const text = await summaryText(app, view, status)
  if (done) tell(text)
  else note(text)
  const warm = warmText(await ask(app, 'job.warm', { job }))
  if (warm !== null) tell(`it ${warm}`)
  tell(`logs: ${view.files}`)
  if (!done) note(`see why: backlot tasks ${job}; try again: backlot retry ${job}; go on: backlot resume ${job}`)
  await tellWarnings(app, job)
}

async function tellOutputs(app: App, job: number): Promise<void> {
  const { nodes } = await ask(app, 'job.outputs', { job })
  const outputs = nodes.flatMap((node) => node.outputs)
  if (outputs.length > 0) write(outputTable(outputs))
}

/** `job 2 ✓ succeeded in 3.0 s: 6 succeeded (2 ran, 4 unchanged)`. */
async function summaryText(app: App, view: Output<'job.show'>, status: JobStatus): Promise<string> {
  const { ran, unchanged } = await ask(app, 'job.ran', { job: view.id })
  const how = unchanged > 0 ? ` (${ran} ran, ${unchanged} unchanged)` : ''
  const counts = Object.entries(view.counts).map(([s, n]) => `${n} ${s}${s === 'succeeded' ? how : ''}`)
  const took = view.startedAt !== null && view.endedAt !== null ? ` in ${durationText(spanOf(view, view.endedAt))}` : ''
  return `job ${view.id} ${stateText(status, process.stderr)}${took}: ${counts.join(', ')}`
}
