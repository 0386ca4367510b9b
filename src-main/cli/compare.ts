/** Two runs side by side. */
import type { Command } from 'commander'
import type { Output } from '../api.ts'
import { taskName } from '../core/convert/convert.ts'
import { table } from './print.ts'
import { valueText, type Difference } from '../domain/environment.ts'
import { durationText } from '../domain/durations.ts'
import { call, jobNumber, json, write } from './base.ts'
import { notSo } from './exit-codes.ts'
import { examples } from './help.ts'

type Compared = Output<'job.compare'>['tasks'][number]

/** compare */
export function addCompareCommand(program: Command): void {
  const command = program
    .command('compare')
    .argument('<left>', 'the number of a job, such as the one that ran first')
    .argument('<right>', 'the number of the job to hold against it')
    .description(
      'what two runs of a job gave, how long they took and how they ended, task by task (exit code 5: they differ)'
    )
    .option('--all', 'also the tasks that are the same')
    .option('--json', 'as JSON')
    .action(async (left: string, right: string, flags: { all?: boolean; json?: boolean }) => {
      const ids = { left: jobNumber(left) as number, right: jobNumber(right) as number }
      const compared = await call('job.compare', ids)
      const shown = flags.all ? compared.tasks : compared.tasks.filter((task) => task.differs)
      if (flags.json) json('compare', { ...compared, tasks: shown })
      else if (shown.length) write(comparisonTable(shown))
      else write(`job ${ids.left} and job ${ids.right} gave the same`)
      if (!flags.json && compared.environment?.length) write(environmentTable(compared.environment))
      if (compared.tasks.some((task) => task.differs)) process.exitCode = notSo
    })
  examples(
    command,
    ['backlot compare 1 2', 'what is other in job 2'],
    ['backlot compare 1 2 --all', 'times of all tasks']
  )
}

const comparisonTable = (tasks: readonly Compared[]): string =>
  table(
    ['TASK', 'LEFT', 'TIME', 'EXIT', 'RIGHT', 'TIME', 'EXIT', 'OUTPUTS THAT DIFFER'],
    tasks.map(({ node, batch, left, right, outputs }) => [
      taskName(node, batch),
      ...sideCells(left),
      ...sideCells(right),
      outputs.map((one) => `${one.output}: ${short(one.left)} → ${short(one.right)}`).join('; ')
    ])
  )

const environmentTable = (differences: readonly Difference[]): string =>
  `\n${table(
    ['VARIABLE', 'LEFT', 'RIGHT'],
    differences.map((one) => [one.name, valueText(one, one.left), valueText(one, one.right)])
  )}`

const sideCells = (side: Compared['left']): string[] =>
  side ? [side.status, durationText(side.duration), String(side.exitCode ?? '')] : ['not there', '', '']

/** So much of a value is shown in a line. */
const shown = 60
const short = (value: string | null): string =>
  value === null ? 'nothing' : value.length > shown ? `${value.slice(0, shown)}…` : value
