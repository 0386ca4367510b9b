/** Reading what the store holds. */
import { counted } from '../domain/counts.ts'
import { Option, type Command } from 'commander'
import { outputsText } from './outputs.ts'
import { outputTable, table, taskTable, whyText } from './print.ts'
import { durationText, tookOf } from '../domain/durations.ts'
import { taskStates, type TaskState } from '../domain/status.ts'
import { ask, call, jobNumber, json, note, withApp, write } from './base.ts'
import { examples, jobArgument, oneOf, taskArgument } from './help.ts'
import { oneLine } from './outlet.ts'

/** tasks, attempts, why, outputs */
export function addLookCommands(program: Command): void {
  addTasks(program)
  addAttempts(program)
  addWhy(program)
  addOutputs(program)
}

function addTasks(program: Command): void {
  const command = jobArgument(program.command('tasks'))
    .description('the tasks of a job')
    .option('--json', 'as JSON')
    .addOption(oneOf(new Option('--state <state>', 'only those in this state (repeatable)'), taskStates))
    .action(async (job: string | undefined, flags: { json?: boolean; state?: TaskState[] }) => {
      const { tasks } = await call('task.list', { job: jobNumber(job) })
      const shown = flags.state ? tasks.filter((task) => flags.state?.includes(task.state)) : tasks
      if (flags.json) json('tasks', shown)
      else write(taskTable(shown, Date.now()))
    })
  examples(
    command,
    ['backlot tasks', 'of the newest job'],
    ['backlot tasks 3 --state failed --state blocked', 'what to look at first']
  )
}

function addAttempts(program: Command): void {
  const command = taskArgument(program.command('attempts'))
    .description('every run of a task’s command, with its log')
    .option('--json', 'as JSON')
    .action((text: string, flags: { json?: boolean }) =>
      withApp(async (app) => {
        const { task } = await ask(app, 'task.find', { text })
        const attempts = await ask(app, 'task.attempts', { task })
        const row = (a: (typeof attempts)[number]) => [
          String(a.number),
          a.end ?? 'running',
          String(a.exitCode ?? a.signal ?? ''),
          durationText(a.endedAt === null ? null : tookOf(a, a.endedAt)),
          a.log,
          a.reason ?? warningsText(a)
        ]
        if (flags.json)
          json(
            'attempts',
            attempts.map(({ wrote, ...one }) => ({ ...one, wrote: wrote && [...wrote] }))
          )
        else write(table(['TRY', 'END', 'CODE', 'TIME', 'LOG', 'REASON'], attempts.map(row)))
      })
    )
  examples(command, ['backlot attempts Comp-3', 'how often it ran, and how each ended'])
}

const warningsText = ({ warnings, warning }: { warnings: number | null; warning: string | null }): string =>
  warnings ? `${counted(warnings, 'warning')}: ${warning ?? ''}` : ''

const mostFiles = 20

/** Files that logs say were written, the first of each node. */
function wroteTable(nodes: readonly { name: string; wrote: readonly string[] }[]): string {
  const rows = nodes.flatMap(({ name, wrote }) => [
    ...wrote.slice(0, mostFiles).map((path) => [name, path]),
    ...(wrote.length > mostFiles ? [[name, `… and ${wrote.length - mostFiles} more`]] : [])
  ])
  return table(['NODE', 'WROTE, AS ITS LOG SAYS'], rows)
}

function addWhy(program: Command): void {
  const command = taskArgument(program.command('why'))
    .description('why a task does not run: the chain down to the cause')
    .option('--json', 'as JSON')
    .action((text: string, flags: { json?: boolean }) =>
      withApp(async (app) => {
        const { task } = await ask(app, 'task.find', { text })
        const why = await ask(app, 'task.why', { task })
        if (flags.json) json('why', why)
        else write(whyText(why.steps, why.reason, why.lastLines))
      })
    )
  examples(command, ['backlot why Comp-3', 'what it waits for, down to the task that failed'])
}

function addOutputs(program: Command): void {
  const command = jobArgument(program.command('outputs'))
    .description('what the nodes of a job wrote back')
    .option('--json', '{"node identifier": {"output": value}}, values as they were written; NaN and Infinity as texts')
    .addOption(
      new Option('--by <what>', 'with --json: the key of a node; name also makes objects of sub-plugs').choices([
        'identifier',
        'name'
      ])
    )
    .action(async (job: string | undefined, flags: { json?: boolean; by?: 'identifier' | 'name' }) => {
      const { nodes } = await call('job.outputs', { job: jobNumber(job) })
      write(flags.json ? outputsText(nodes, flags.by) : outputTable(nodes.flatMap((node) => node.outputs)))
      const wrote = nodes.filter((node) => node.wrote.length > 0)
      if (wrote.length && !flags.json) write(`\n${wroteTable(wrote)}`)
      const open = nodes.filter((node) => !node.complete).map((node) => node.name)
      if (open.length && !flags.json) note(oneLine(`not done, so without outputs: ${open.join(', ')}`))
    })
  examples(
    command,
    ['backlot outputs', 'of the newest job, as a table'],
    ['backlot outputs 3 --json', 'whole values, to be read by a program']
  )
}
