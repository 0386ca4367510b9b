/** What a job would take on a farm. */
import { counted, countText } from '../domain/counts.ts'
import { InvalidArgumentError, type Command } from 'commander'
import type { ForecastView, NodeForecast } from '../api.ts'
import { limitText, mostWorkersAsked, secondsText, sourceText, usualWorkers } from '../domain/forecast.ts'
import { call, Failure, jobNumber, json, pair, write } from './base.ts'
import { examples, jobArgument } from './help.ts'
import { table } from './print.ts'

interface Flags {
  workers?: number[]
  batch?: Record<string, string>
  json?: boolean
}

/** forecast */
export function addForecastCommand(program: Command): void {
  const command = jobArgument(program.command('forecast'))
    .description('what a job (default: the newest) would take on so many workers, from what was measured of it')
    .option(
      '--workers <counts>',
      `how many, such as 1,10,50 (default: the worker profile’s, or ${usualWorkers.join()})`,
      counts
    )
    .option('--batch <node=size>', 'look at this batch size in place of the job’s (repeatable)', pair)
    .option('--json', 'as JSON; times in seconds')
    .action(async (job: string | undefined, { workers, batch, json: asJson }: Flags) => {
      const sizes = batch && Object.fromEntries(Object.entries(batch).map(([node, size]) => [node, sizeOf(node, size)]))
      const view = await call('job.forecast', { job: jobNumber(job), workers, batch: sizes })
      if (asJson) json('forecast', view)
      else write(forecastText(view))
    })
  examples(
    command,
    ['backlot forecast --workers 1,10,50', 'how long it takes on so many, and what limits it'],
    ['backlot forecast 3 --batch Render=20', 'with another batch size']
  )
}

function counts(text: string): number[] {
  return text.split(',').map((one) => {
    const count = Number(one)
    if (!/^\s*\d+\s*$/.test(one) || count < 1 || count > mostWorkersAsked)
      throw new InvalidArgumentError(
        `write it as whole numbers from 1 to ${countText(mostWorkersAsked)}, such as 1,10,50.`
      )
    return count
  })
}

function sizeOf(node: string, text: string): number {
  if (!/^[1-9]\d{0,6}$/.test(text)) {
    const message = `${node}: a batch size is a whole number of at least 1, not ${JSON.stringify(text)}`
    throw new Failure({ kind: 'usage', message })
  }
  return Number(text)
}

function forecastText(view: ForecastView): string {
  const { job, name, nodes, path, pathSeconds, notes, lowerBound, mostWorkers } = view
  const tasks = nodes.reduce((sum, node) => sum + node.tasks, 0)
  const bound = lowerBound ? ', at least: not all of it is known' : ''
  const useful = `More than ${countText(mostWorkers)} ${mostWorkers === 1 ? 'worker changes' : 'workers change'} nothing.`
  return [
    `job ${job}, ${name}: ${counted(tasks, 'task')}${bound}`,
    '',
    workersTable(view),
    '',
    `${useful} Critical path: ${secondsText(pathSeconds)}`,
    ...(path.length ? [`  ${pathText(path)}`] : []),
    '',
    nodeTable(nodes),
    ...adviceText(view),
    ...(notes.length ? ['', ...notes.map((note) => `note: ${note}`)] : [])
  ].join('\n')
}

const workersTable = ({ workers }: ForecastView): string =>
  table(
    ['WORKERS', 'WALL TIME', 'MACHINE TIME', 'BUSY', 'LIMITED BY', 'WITH THE BEST BATCHES'],
    workers.map(({ workers, wall, machine, utilisation, limitedBy, advice, advised }) => [
      countText(workers),
      secondsText(wall),
      secondsText(machine),
      `${Math.round(utilisation * 100)} %`,
      limitText(limitedBy),
      advised && advice.some(({ size, now }) => size !== null && size !== now)
        ? `${secondsText(advised.wall)}, machines ${secondsText(advised.machine)}`
        : ''
    ])
  )

/** So many steps of a path are shown at either end. */
const shownSteps = 4

function pathText(path: ForecastView['path']): string {
  const texts = path.map(({ task, seconds }) => `${task} ${secondsText(seconds)}`)
  if (texts.length <= 2 * shownSteps) return texts.join(' → ')
  const left = texts.length - 2 * shownSteps
  return [...texts.slice(0, shownSteps), `${left} more`, ...texts.slice(-shownSteps)].join(' → ')
}

const nodeTable = (nodes: readonly NodeForecast[]): string =>
  table(
    ['NODE', 'TASKS', 'BATCH', 'START-UP', 'PER FRAME', 'A TASK', 'FROM'],
    nodes.map((node) => [
      node.name,
      countText(node.tasks),
      node.batchSize === null ? '' : String(node.batchSize),
      node.batchSize === null ? '' : secondsText(node.startup),
      node.batchSize === null ? '' : secondsText(node.perFrame),
      node.source === 'none' ? 'not known' : secondsText(node.mean),
      sourceText(node)
    ])
  )

/** The best batch sizes; what is the same for several numbers of workers is one line. */
function adviceText({ workers, nodes }: ForecastView): string[] {
  const all = workers.flatMap(({ workers: count, advice }) => advice.map((one) => ({ ...one, count })))
  const lines = Map.groupBy(all, ({ node, size, why }) => JSON.stringify([node, size, why]))
  const rows = [...lines.values()].flatMap((same) => {
    const [first] = same
    if (!first) return []
    const { node, now, size, why } = first
    const counts = same.map(({ count }) => countText(count)).join(', ')
    return [[nodes[node]?.name ?? '', counts, String(now), size === null ? '' : String(size), why]]
  })
  return rows.length ? ['', table(['NODE', 'WORKERS', 'BATCH NOW', 'BEST', 'WHY'], rows)] : []
}
