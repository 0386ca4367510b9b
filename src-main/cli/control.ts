/** Acting on jobs that exist. */
import type { Command } from 'commander'
import { ask, call, collect, findTasks, jobNumber, note, whole, withApp } from './base.ts'

/** pause, stop, omit, priority, delete */
export function addControlCommands(program: Command): void {
  program
    .command('pause <job>')
    .description('start nothing new of a job')
    .action(async (job: string) => {
      await call('job.pause', { job: jobNumber(job) ?? 0 })
      note(`job ${job} is paused; go on with: backlot resume ${job}`)
    })

  program
    .command('stop [job]')
    .description('end what runs of a job and queue it again; or cancel single tasks')
    .option('--task <task>', 'cancel this task (repeatable)', collect)
    .action((job: string | undefined, flags: { task?: string[] }) =>
      withApp(async (app) => {
        const tasks = await findTasks(app, flags.task)
        if (tasks) await ask(app, 'task.cancel', { tasks: tasks.map((t) => t.task) })
        else await ask(app, 'job.stop', { job: jobNumber(job) ?? (await ask(app, 'job.show', {})).id })
      })
    )

  program
    .command('omit <task...>')
    .description('skip tasks: they pass null on and block nothing')
    .action((texts: string[]) =>
      withApp(async (app) => {
        const tasks = await Promise.all(texts.map((text) => ask(app, 'task.find', { text })))
        await ask(app, 'task.omit', { tasks: tasks.map((t) => t.task) })
      })
    )

  program
    .command('priority <job> <n>')
    .description('jobs with a higher number start their tasks first')
    .action(async (job: string, n: string) => {
      await call('job.priority', { job: jobNumber(job) ?? 0, priority: whole(-1_000_000)(n) })
    })

  program
    .command('delete <job>')
    .description('forget a job with its logs and results')
    .action(async (job: string) => {
      await call('job.delete', { job: jobNumber(job) ?? 0 })
    })
}
