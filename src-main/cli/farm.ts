/** What is asked of a farm about a job that is on it. */
import type { Command } from 'commander'
import type { App } from '../app.ts'
import { ask, Failure, findTasks, jobNumber, note, withApp, write } from './base.ts'
import { farmJob } from './follow.ts'
import { examples } from './help.ts'
import { cutMiddle } from '../domain/visible.ts'

/** farm */
export function addFarmCommand(program: Command): void {
  const farm = program
    .command('farm')
    .description('ask a job’s farm to try tasks again or to end them; where its logs are')
  act(farm, 'retry', 'try failed and canceled tasks again there (default: all of the newest job on a farm)')
  act(farm, 'kill', 'end tasks there, or without any the whole of what was submitted')
  addLog(farm)
}

/** Of a command that names thousands of tasks. */
const longestShown = 120

function act(farm: Command, what: 'retry' | 'kill', description: string): void {
  const command = farm
    .command(what)
    .argument('[job]', 'its number (default: the newest that is on a farm)')
    .option('--task <task...>', 'these tasks alone: numbers, names or JOB/NAME')
    .description(description)
    .action((job: string | undefined, { task }: { task?: string[] }) =>
      withApp(async (app) => {
        const tasks = await findTasks(app, task)
        const number = tasks?.[0]?.job ?? (await onFarm(app, job))
        const done = await ask(app, 'farm.act', { job: number, act: what, tasks: tasks?.map((one) => one.task) })
        const more = done.commands > 1 ? ` (the first of ${done.commands} commands)` : ''
        note(`${cutMiddle(done.command.slice(0, 6).join(' '), longestShown)}${more}`)
        if (done.said !== '') note(done.said)
        const { ok: isThere } = await app.call('job.show', { job: number })
        if (isThere) note(`see what comes of it: backlot follow ${number}`)
      })
    )
  examples(command, [`backlot farm ${what} 7`, `of job 7`], [`backlot farm ${what} --task 7/Render-2`, 'one task'])
}

/** The job of this number, which may be deleted here and go on there; else the newest on a farm. Errors (`usage`): none is. */
async function onFarm(app: App, text: string | undefined): Promise<number> {
  const job = jobNumber(text) ?? (await farmJob(app, undefined))?.id
  if (job !== undefined) return job
  throw new Failure({ kind: 'usage', message: 'no job is on a farm' })
}

function addLog(farm: Command): void {
  const command = farm
    .command('log')
    .argument('<task>', 'its number, its name, or JOB/NAME')
    .description('where the farm’s own log of a task’s last attempt is')
    .action((text: string) =>
      withApp(async (app) => {
        const { task } = await ask(app, 'task.find', { text })
        const last = (await ask(app, 'task.attempts', { task })).at(-1)
        if (!last?.farmLog)
          throw new Failure({
            kind: 'usage',
            message: `no log of the farm’s own is known of ${text}; ours: backlot log ${text}`
          })
        write(last.farmLog)
      })
    )
  examples(command, ['backlot farm log 7/Render-2', 'the path of its rqlog, or of Slurm’s output'])
}
