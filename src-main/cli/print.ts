/** What people read on the terminal. Data goes to stdout, progress to stderr. */
import type { ChangedTask, GuideRow, JobView, OutputView, PlannedTask, TaskView } from '../api.ts'
import type { Column } from '../domain/column.ts'
import { columns } from '../domain/columns.ts'
import { jobColumns } from '../domain/job-columns.ts'
import { problemNames, problemSentence, type Problem } from '../domain/problems.ts'
import type { WhyStep } from '../core/job/why.ts'
import { looks, type AnyState } from '../domain/status.ts'
import { cutMiddle } from '../domain/visible.ts'
import { oneLine, styled, unstyled, type Style } from './outlet.ts'
import { widthOf } from './status-line.ts'

export function stateText(state: AnyState, stream: NodeJS.WriteStream): string {
  const { sign, label, ansi } = looks[state]
  return styled(ansi, `${sign} ${label}`, stream)
}

/** Columns as wide as their widest cell; the last one is not padded. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const width = (text: string) => widthOf(unstyled(text))
  const all = [head, ...rows].map((row) => row.map(oneLine))
  const widths = head.map((_, i) => all.reduce((most, row) => Math.max(most, width(row[i] ?? '')), 0))
  const pad = (cell: string, i: number, row: readonly string[]) =>
    i === row.length - 1 ? cell : cell + ' '.repeat((widths[i] ?? 0) - width(cell))
  return all.map((row) => row.map(pad).join('  ').trimEnd()).join('\n')
}

/** Rows in the columns that the terminal shows of them; `paint`: instead of a cell's text. */
function columnTable<T, K extends string>(
  columns: readonly (Column<T> & { key: K })[],
  rows: readonly T[],
  now: number,
  paint: (key: K, row: T) => string | null
): string {
  const shown = columns.filter(({ terminal }) => terminal)
  return table(
    shown.map(({ header }) => header.toUpperCase()),
    rows.map((row) => shown.map(({ key, text }) => paint(key, row) ?? text(row, now)))
  )
}

/** `sizes`: bytes by job; null, or without an entry: not told. */
export const jobTable = (jobs: readonly JobView[], sizes: ReadonlyMap<number, number | null>, now: number): string =>
  columnTable(
    jobColumns,
    jobs.map((job) => ({ ...job, bytes: sizes.get(job.id) })),
    now,
    (key, { status }) => (key === 'status' ? stateText(status, process.stdout) : null)
  )

export const taskTable = (tasks: readonly TaskView[], now: number): string =>
  columnTable(columns, tasks, now, (key, { state }) => (key === 'state' ? stateText(state, process.stdout) : null))

export const planTable = (tasks: readonly PlannedTask[]): string =>
  table(
    ['#', 'TASK', 'FRAMES', 'INTERPRETER', 'WAITS FOR'],
    tasks.map((task, i) => [
      String(i + 1),
      task.name,
      task.frames ?? '',
      task.interpreter,
      task.note ?? waits(task.waitsFor, task.waitsForCount)
    ])
  )

function waits(names: readonly string[], count: number): string {
  if (count === 0) return 'nothing: it can start at once'
  const first = names.slice(0, 4)
  return count > first.length ? `${first.join(', ')} and ${count - first.length} more` : first.join(', ')
}

const runsText = (runs: boolean | null): string => (runs === null ? 'may run' : runs ? 'runs' : 'stays')

/** What would run of a graph where only what changed does, and why. */
export function changedText(tasks: readonly ChangedTask[]): string {
  const of = (runs: boolean | null) => tasks.filter((task) => task.runs === runs).length
  const rows = tasks.map((task) => [task.name, task.frames ?? '', runsText(task.runs), task.why])
  const may = of(null) > 0 ? `, ${of(null)} may run` : ''
  return `${table(['TASK', 'FRAMES', '', 'WHY'], rows)}\n${of(true)} would run${may}, ${of(false)} unchanged`
}

const sideText = ({ tasks, batches }: GuideRow['ours']) => {
  const more = tasks > batches.length && batches.length > 0 ? ` and ${tasks - batches.length} more` : ''
  return tasks === 0 ? '0' : `${tasks}${batches.length ? `: ${batches.join(' | ')}${more}` : ''}`
}

/** Tasks and their frames on either side, one row a node. */
export const guideTable = (nodes: readonly GuideRow[]): string =>
  table(
    ['NODE', 'TASKS HERE', 'TASKS OF THE GUIDE', 'LOST FRAMES', 'WHAT THE GUIDE LOSES'],
    nodes.map((node) => [
      node.name,
      sideText(node.ours),
      sideText(node.guide),
      node.lostFrames ?? '',
      node.losses.map(({ message, quirk }) => `${message} (${quirk})`).join('; ')
    ])
  )

const severityStyle: Readonly<Record<Problem['severity'], Style>> = { error: 'red', warning: 'yellow', info: 'gray' }

export const severityText = (severity: Problem['severity'], stream: NodeJS.WriteStream): string =>
  styled(severityStyle[severity], severity, stream)

/** So much of a name, and of what is said, stands in a line. */
const longestName = 80
const longestSaid = 1000

/** On a line each, whatever the names in it: what, and how to mend it. */
export function problemText(problem: Problem, stream: NodeJS.WriteStream): string {
  const { severity, message, remedy } = problem
  const names = problemNames(problem)
  const where = names === null ? null : cutMiddle(oneLine(names), longestName)
  const said = problemSentence({ name: where, message: cutMiddle(oneLine(message), longestSaid) })
  return `${severityText(severity, stream)} ${said}\n  → ${cutMiddle(oneLine(remedy), longestSaid)}`
}

export function outputTable(outputs: readonly OutputView[]): string {
  const short = (text: string) => (text.length > 100 ? `${text.slice(0, 99)}…` : text)
  return table(
    ['NODE', 'OUTPUT', 'MERGED', 'VALUE'],
    outputs.map((o) => [o.node, o.output, o.how === 'one' ? '' : o.how, short(o.value)])
  )
}

export function whyText(steps: readonly WhyStep[], reason: string | null, lines: readonly string[]): string {
  const chain = steps.map((step, i) => {
    const among = step.among > 1 ? ` (one of ${step.among})` : ''
    return `${'  '.repeat(i)}${i ? '└ ' : ''}${oneLine(step.name)} (task ${step.task})${among} ${looks[step.state].now}`
  })
  const indent = '  '.repeat(steps.length)
  return [
    ...chain,
    ...(reason ? [`${indent}${oneLine(reason)}`] : []),
    ...lines.map((line) => `${indent}| ${line}`)
  ].join('\n')
}
