/** Acting on jobs that exist. */
import type { Command } from 'commander'
import type { JobView } from '../api.ts'
import type { App } from '../app.ts'
import { countText } from '../domain/counts.ts'
import { isUnfinished } from '../domain/status.ts'
import { ask, call, collect, findTasks, jobNumber, note, whole, withApp } from './base.ts'
import { notSo } from './exit-codes.ts'
import { examples, jobArgument, taskArgument } from './help.ts'

/** pause, stop, omit, priority */
export function addControlCommands(program: Command): void {
  addPause(program)
  addStop(program)
  addOmit(program)
  addPriority(program)
}

function addPause(program: Command): void {
  const command = jobArgument(program.command('pause'), '<job>')
    .description('start nothing new of a job')
    .action(async (job: string) => {
      const number = jobNumber(job) ?? 0
      await call('job.pause', { job: number })
      note(toldOf(await call('job.show', { job: number }), 'pause', 'paused'))
    })
  examples(command, ['backlot pause 3', 'what runs goes on; nothing new of job 3 starts'])
}

function addStop(program: Command): void {
  const command = jobArgument(program.command('stop'))
    .description('end what runs of a job and queue it again; or cancel single tasks')
    .option('--task <task>', 'cancel this task (repeatable)', collect)
    .action((job: string | undefined, flags: { task?: string[] }) =>
      withApp(async (app) => {
        const tasks = await findTasks(app, flags.task)
        if (tasks) {
          await ask(app, 'task.cancel', { tasks: tasks.map((t) => t.task) })
          await tellBecame(app, tasks, 'canceled')
          return
        }
        const number = jobNumber(job) ?? (await ask(app, 'job.show', {})).id
        await ask(app, 'job.stop', { job: number })
        note(toldOf(await ask(app, 'job.show', { job: number }), 'stop', 'stopped'))
      })
    )
  examples(
    command,
    ['backlot stop 3', 'end what runs of job 3; go on with backlot resume 3'],
    ['backlot stop --task Comp-3', 'cancel one task alone']
  )
}

function addOmit(program: Command): void {
  const command = taskArgument(program.command('omit'), '<task...>')
    .description('skip tasks: they pass null on and block nothing')
    .action((texts: string[]) =>
      withApp(async (app) => {
        const tasks = await Promise.all(texts.map((text) => ask(app, 'task.find', { text })))
        await ask(app, 'task.omit', { tasks: tasks.map((t) => t.task) })
        await tellBecame(app, tasks, 'omitted')
      })
    )
  examples(command, ['backlot omit Denoise-0 Denoise-1', 'what waits for them goes on without them'])
}

/** What became of a job that was to be held up. */
function toldOf({ id, status }: JobView, verb: 'pause' | 'stop', done: 'paused' | 'stopped'): string {
  return isUnfinished(status)
    ? `job ${id} is ${done}; go on with: backlot resume ${id}`
    : `job ${id} has ended; there is nothing to ${verb}`
}

/** Of how many tasks it is so; of which it is not, and why. */
async function tellBecame(
  app: App,
  asked: readonly { task: number; job: number }[],
  wanted: 'canceled' | 'omitted'
): Promise<void> {
  const jobs = [...new Set(asked.map(({ job }) => job))]
  const lists = await Promise.all(jobs.map((job) => ask(app, 'task.list', { job })))
  const ids = new Set(asked.map(({ task }) => task))
  const found = lists.flatMap(({ tasks }) => tasks).filter(({ id }) => ids.has(id))
  const became = found.filter(({ state }) => state === wanted)
  const [only] = became
  if (only) note(became.length === 1 ? `${only.name} is ${wanted}` : `${countText(became.length)} tasks are ${wanted}`)
  for (const { id, name, state } of found) {
    if (state === wanted) continue
    const how = state === 'running' ? `; end it first with: backlot stop --task ${id}` : ''
    note(`${name} is ${state}, so it is not ${wanted}${how}`)
    process.exitCode = notSo
  }
}

function addPriority(program: Command): void {
  const command = jobArgument(program.command('priority'), '<job>')
    .argument('<n>', 'a whole number; jobs have 0 unless they are given another', whole(-1_000_000))
    .description('jobs with a higher number start their tasks first')
    .action(async (job: string, priority: number) => {
      await call('job.priority', { job: jobNumber(job) ?? 0, priority })
      note(`job ${job} has priority ${priority}`)
    })
  examples(
    command,
    ['backlot priority 3 10', 'job 3 before all others'],
    ['backlot priority 3 -- -1', 'after all others']
  )
}
