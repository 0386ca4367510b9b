/** What a run of only what changed would do with each task: a dry run, of which the store keeps nothing. */
import type { Input } from '../contract.ts'
import { settingsOf, type JobSettings } from '../domain/settings.ts'
import { rangeText } from '../domain/frames.ts'
import { ok, type Result } from '../domain/result.ts'
import { isDone, statusOf, type TaskState } from '../domain/status.ts'
import type { Problem } from '../domain/problems.ts'
import { codeOfJob } from '../core/job/code.ts'
import { StoredJob, type StoredTask } from '../core/job/stored-job.ts'
import { Unchanged, type Changed, type Found } from '../core/run/unchanged.ts'
import type { Context } from './context.ts'
import type { PlannedTask } from './handler.ts'
import { checked, convertInput, type Checked, type Converted } from './prepare.ts'

/** A task, whether it would run (null: that hangs on what runs before it), and why. */
export interface ChangedTask extends PlannedTask {
  runs: boolean | null
  why: string
}

/** Errors: of the conversion. */
export async function changedTasks(
  context: Context,
  input: Input<'graph.changed'>
): Promise<Result<{ tasks: ChangedTask[]; problems: Problem[] }>> {
  const converted = await convertInput(context, input)
  if (!converted.ok) return converted
  const found = await checked(context, converted.value)
  const { options } = converted.value
  const settings = settingsOf({ changed: true }, { cwd: process.cwd(), slots: context.slots, options })
  const tasks = context.store.pretend(() => {
    const id = createAs(context, converted.value, found, settings)
    return new Pretended(context, id).tasks()
  })
  return ok({ tasks, problems: found.problems })
}

function createAs(context: Context, { job, loaded }: Converted, found: Checked, settings: JobSettings): number {
  const { store } = context
  const now = Date.now()
  const graphId = store.importGraph(loaded, now)
  const from = { origin: null, code: codeOfJob(job, found.interpreters, found.checks) }
  const interpreters = store.interpreters()
  return store.createJob({ job, graphId, settings, interpreters, from, source: loaded.source }, now)
}

type Decision = Pick<ChangedTask, 'runs' | 'why'>

/** So many tasks that a task waits for are named. */
const mostNamed = 4

/** A job whose tasks are decided one after the other, those upstream first, as a run would; nothing of it starts. */
class Pretended {
  private readonly context: Context
  private job: StoredJob
  private unchanged: Unchanged
  private readonly decided = new Map<number, Decision>()
  /** nodes whose batches were made of upstream's frames */
  private readonly batched = new Set<number>()

  constructor(context: Context, id: number) {
    this.context = context
    this.job = new StoredJob(context.store, id)
    this.unchanged = new Unchanged(context, this.job)
  }

  tasks(): ChangedTask[] {
    for (let next = this.next(); next; next = this.next()) this.decide(next)
    const states = this.job.plan.derive()
    return [...this.job.tasks.values()].map((task) => {
      const above = this.job.plan.parentsOf(task.id)
      const state = states.get(task.id)
      const omitted = state === 'omitted'
      return {
        ...{ name: task.name, node: task.node.identifier, interpreter: task.node.interpreter },
        frames: task.frames && rangeText(task.frames),
        waitsFor: above.slice(0, mostNamed).map((id) => this.job.task(id).name),
        waitsForCount: above.length,
        note: omitted ? 'omitted' : null,
        ...(omitted ? { runs: false, why: 'it is omitted' } : (this.decided.get(task.id) ?? this.open(task, states)))
      }
    })
  }

  private next(): StoredTask | null {
    const found = this.job.plan.next(() => true)
    return found ? this.job.task(found.id) : null
  }

  private decide(task: StoredTask): void {
    if (task.node.deferred && !this.batched.has(task.node.id)) return this.expand(task)
    const ready = this.job.ready(task)
    if (!ready.ok) return this.runs(task, `it fails: ${ready.error.message}`)
    const looked: Found | Changed = this.unchanged.look(task, ready.value.file)
    if ('why' in looked) return this.runs(task, looked.why)
    const { reason } = this.unchanged.count(task, looked, Date.now())
    this.job.plan.mark(task.id, 'succeeded')
    this.decided.set(task.id, { runs: false, why: reason })
  }

  /** It is never done here, so what is downstream of it stays open. */
  private runs(task: StoredTask, why: string): void {
    this.context.store.begin(task.id, Date.now(), null)
    this.job.plan.mark(task.id, 'running')
    this.decided.set(task.id, { runs: true, why })
  }

  private expand(task: StoredTask): void {
    const { store } = this.context
    const made = this.job.deferredBatches(task)
    if (!made.ok) return this.runs(task, `it fails: ${made.error.message}`)
    this.batched.add(task.node.id)
    store.expand({ job: this.job.id, id: task.node.id }, made.value, Date.now())
    this.job = new StoredJob(store, this.job.id)
    this.unchanged = new Unchanged(this.context, this.job)
  }

  private open(task: StoredTask, states: ReadonlyMap<number, TaskState>): Decision {
    const waits = this.job.plan
      .parentsOf(task.id)
      .filter((id) => !isDone(statusOf(states.get(id) ?? 'waiting')))
      .map((id) => this.job.task(id).name)
    const more = waits.length - mostNamed
    const why = this.unchanged.surely(task)
    if (why !== null) return { runs: true, why }
    const names = `${waits.slice(0, mostNamed).join(', ')}${more > 0 ? ` and ${more} more` : ''}`
    return { runs: null, why: `only if ${names || task.name} give${waits.length === 1 ? 's' : ''} something else` }
  }
}
