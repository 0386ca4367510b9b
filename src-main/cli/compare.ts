/** Two runs side by side; of a farm's run also its machines, what the rehearsal had said, and the forecast beside what came. */
import { countText } from '../domain/counts.ts'
import type { Command } from 'commander'
import type { Output } from '../api.ts'
import { taskName } from '../core/convert/convert.ts'
import { table } from './print.ts'
import { valueText, type Difference } from '../domain/environment.ts'
import { bytesText, durationText } from '../domain/durations.ts'
import { pictureText, picturesSentences, usualPictures, type PicturesBeside } from '../domain/pictures-beside.ts'
import { call, jobNumber, json, whole, write } from './base.ts'
import { farmTexts, warnedText } from './compare-farm.ts'
import { notSo } from './exit-codes.ts'
import { examples } from './help.ts'

type Compared = Output<'job.compare'>

interface Flags {
  all?: boolean
  pictures?: boolean
  most?: number
  json?: boolean
}

/** compare */
export function addCompareCommand(program: Command): void {
  const command = program
    .command('compare')
    .argument(
      '<job>',
      'the number of a job, such as the one that ran first; alone: one that was brought back from a farm'
    )
    .argument(
      '[other]',
      'the number of the job to hold against it (default: a farm’s run against the job it was exported from)'
    )
    .description(
      'what two runs of a job gave, how long they took and how they ended, task by task (exit code 5: they differ)'
    )
    .option('--all', 'also the tasks that are the same')
    .option('--pictures', 'also the pixels of the pictures that outputs name, which takes as long as reading them')
    .option(
      '--most <n>',
      `with --pictures: at most so many are read, the first of each task before the second (default: ${usualPictures})`,
      whole(1)
    )
    .option('--json', 'as JSON')
    .action(async (one: string, other: string | undefined, flags: Flags) => {
      const first = jobNumber(one) as number
      const ids = other === undefined ? { right: first } : { left: first, right: jobNumber(other) as number }
      const compared = await call('job.compare', ids)
      const pictures = flags.pictures || flags.most ? await picturesOf(compared, flags.most) : null
      const shown = {
        ...compared,
        pictures,
        tasks: flags.all ? compared.tasks : compared.tasks.filter((task) => task.differs)
      }
      if (flags.json) json('compare', shown)
      else write(comparedText(shown, compared.tasks))
      if (compared.tasks.some((task) => task.differs) || pictures?.pictures.length) process.exitCode = notSo
    })
  examples(
    command,
    ['backlot compare 1 2', 'what is other in job 2'],
    ['backlot compare 1 2 --all', 'times of all tasks'],
    ['backlot compare 7', 'a farm’s run against the job it was exported from: hosts, rehearsal, forecast'],
    ['backlot compare 7 --pictures --most 1000', 'also which pictures differ, and by how much']
  )
}

async function picturesOf({ left, right }: Compared, most?: number): Promise<PicturesBeside> {
  const found = await call('job.pictures', { left, right, ...(most === undefined ? {} : { most }) })
  const { pictures, same, shared, firstShared, rest } = found
  return { pictures, same, shared, firstShared, rest }
}

/** `all`: also the tasks that are not shown. */
function comparedText(shown: Compared & { pictures: PicturesBeside | null }, all: Compared['tasks']): string {
  const { left, right, environment, tasks, pictures } = shown
  const same = `job ${left} and job ${right} gave the same`
  return [
    tasks.length ? comparisonTable(shown) : same,
    ...(all.some((task) => task.left && task.right) ? [] : [nothingShared]),
    ...(environment?.length ? [environmentTable(environment)] : []),
    ...(pictures ? [picturesText(pictures, shown.farm !== null)] : []),
    ...farmTexts(shown, all)
  ].join('\n\n')
}

const nothingShared = 'no task is in both jobs: they are of different graphs'

function comparisonTable({ farm, tasks }: Compared): string {
  const head = ['TASK', 'LEFT', 'TIME', 'EXIT', 'RIGHT', 'TIME', 'EXIT', 'OUTPUTS THAT DIFFER']
  if (!farm)
    return table(
      head,
      tasks.map((task) => [...plainCells(task), outputsText(task)])
    )
  const there = ['TASK', 'LEFT', 'TIME', 'EXIT', 'MEMORY', 'ON', 'RIGHT', 'TIME', 'EXIT', 'MEMORY']
  return table(
    [...there, 'REHEARSAL', 'OUTPUTS THAT DIFFER'],
    tasks.map((task) => [
      ...[taskName(task.node, task.batch), ...sideCells(task.left), memoryText(task.left)],
      ...[task.right?.host ?? '', ...sideCells(task.right), memoryText(task.right)],
      ...[warnedText(farm, task), outputsText(task)]
    ])
  )
}

const plainCells = ({ node, batch, left, right }: Compared['tasks'][number]): string[] => [
  taskName(node, batch),
  ...sideCells(left),
  ...sideCells(right)
]

const outputsText = ({ outputs }: Compared['tasks'][number]): string =>
  outputs.map((one) => `${one.output}: ${short(one.left)} → ${short(one.right)}`).join('; ')

/** More lines than anybody reads; --json has them all. */
const mostPictures = 200

function picturesText(found: PicturesBeside, isFarm: boolean): string {
  const more = found.pictures.length - mostPictures
  const rows = found.pictures
    .slice(0, mostPictures)
    .map((one) => [taskName(one.node, one.batch), one.output, one.right ?? one.left ?? '', pictureText(one)])
  return [
    ...(rows.length ? [table(['TASK', 'OUTPUT', 'PICTURE', 'BESIDE THE OTHER RUN’S'], rows)] : []),
    ...(more > 0 ? [`and ${countText(more)} more, which --json has`] : []),
    ...picturesSentences(found, isFarm)
  ].join('\n')
}

const environmentTable = (differences: readonly Difference[]): string =>
  table(
    ['VARIABLE', 'LEFT', 'RIGHT'],
    differences.map((one) => [one.name, valueText(one, one.left), valueText(one, one.right)])
  )

type Side = Compared['tasks'][number]['left']

const sideCells = (side: Side): string[] =>
  side ? [side.status, durationText(side.duration), String(side.exitCode ?? '')] : ['not there', '', '']

const memoryText = (side: Side): string => (side?.peakMemory ? bytesText(side.peakMemory) : '')

/** So much of a value is shown in a line. */
const shown = 60
const short = (value: string | null): string =>
  value === null ? 'nothing' : value.length > shown ? `${value.slice(0, shown)}…` : value
