/** What is asked of a farm about a job that is on it. */
import type { Command } from 'commander'
import type { App } from '../app.ts'
import { ask, Failure, findTasks, note, withApp, write } from './base.ts'
import { farmJob } from './follow.ts'
import { examples } from './help.ts'

/** farm */
export function addFarmCommand(program: Command): void {
  const farm = program
    .command('farm')
    .description('ask a job’s farm to try tasks again or to end them; where its logs are')
  act(farm, 'retry', 'try failed and canceled tasks again there (default: all of the newest job on a farm)')
  act(farm, 'kill', 'end tasks there, or without any the whole of what was submitted')
  addLog(farm)
}

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
        note(done.command.slice(0, 6).join(' '))
        if (done.said !== '') note(done.said)
        note(`see what comes of it: backlot follow ${number}`)
      })
    )
  examples(command, [`backlot farm ${what} 7`, `of job 7`], [`backlot farm ${what} --task 7/Render-2`, 'one task'])
}

/** Errors (`usage`): the job is on no farm, or none is. */
async function onFarm(app: App, text: string | undefined): Promise<number> {
  const job = await farmJob(app, text)
  if (job) return job.id
  throw new Failure({
    kind: 'usage',
    message: text === undefined ? 'no job is on a farm' : `job ${text} is on no farm`
  })
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
