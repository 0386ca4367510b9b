/**
 * A job as files that run without Backlot: one record per node by number, one folder per task, the evaluators. A task
 * reads its inputs from the result files of the tasks before it (run/PROTOCOL.md, `links`).
 */
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { mergeRuleOf } from '../job/convert.ts'
import { maxDependencies } from '../job/dependencies.ts'
import { commandOf, fill, pasteable, type EvaluatorKind, type Interpreter } from '../job/interpreters.ts'
import { formatJson, rawArray, rawObject, rawText, type Raw } from '../json.ts'
import type { Edge } from '../model.ts'
import { caught, refuse, take, type Result } from '../result.ts'
import type { ActiveJob, ActiveNode, ActiveTask } from '../run/active.ts'
import { environmentOf } from '../run/launch.ts'

export const evaluatorFiles: Readonly<Record<EvaluatorKind, string>> = {
  python: 'backlot_evaluate.py',
  node: 'backlot_evaluate.mjs'
}

export interface ExportTask {
  task: ActiveTask
  /** number of its folder, and its place in job.json */
  index: number
  /** unique in the job (quirk Q11) */
  name: string
  argv: string[]
  env: Record<string, string>
  /** indices of the tasks it directly waits for */
  dependencies: number[]
}

/**
 * The tasks of a job as an export runs them; omitted ones are left out. `at` gives the paths that stand in the commands.
 * Errors: `run` for a missing interpreter, `input` where the dependencies written out would be too many.
 */
export function exportTasks(
  job: ActiveJob,
  at: { evaluator(kind: EvaluatorKind): string; task(index: number): string; node: string }
): Result<ExportTask[]> {
  return caught(() => {
    const states = job.plan.derive()
    const kept = [...job.tasks.values()].filter((task) => states.get(task.id) !== 'omitted')
    const indexOf = new Map(kept.map((task, i) => [task.id, i]))
    const names = uniqueNames(kept)
    let count = 0
    return kept.map((task, index): ExportTask => {
      const interpreter = take(job.interpreterOf(task))
      const upstream = job.plan.parentsOf(task.id).flatMap((id) => indexOf.get(id) ?? [])
      count += upstream.length
      if (count > maxDependencies) {
        refuse(
          'input',
          `${job.name} has more than ${maxDependencies} task dependencies when they are written out; use larger batches, or metadata.dependency "frame"`
        )
      }
      return {
        task,
        index,
        name: names[index] as string,
        ...commandFor(interpreter, at, index),
        dependencies: upstream.sort((a, b) => a - b)
      }
    })
  })
}

function commandFor(interpreter: Interpreter, at: Parameters<typeof exportTasks>[1], index: number) {
  const places = { evaluator: at.evaluator(interpreter.evaluator), node: at.node, task: at.task(index) }
  const own = Object.entries(interpreter.env).map(([name, value]) => [name, fill(value, places)] as const)
  return { argv: commandOf(interpreter, places), env: environmentOf(interpreter.evaluator, Object.fromEntries(own)) }
}

/** The shown name where only one task has it; else with a number behind it. */
function uniqueNames(tasks: readonly ActiveTask[]): string[] {
  const taken = new Set<string>()
  return tasks.map(({ name }) => {
    let unique = name
    for (let n = 2; taken.has(unique); n++) unique = `${name} (${n})`
    taken.add(unique)
    return unique
  })
}

/** The guide's job: `name` and `tasks[]` with `name`, `command`, `dependencies`, and what else a script needs. */
export function jobJson(job: ActiveJob, tasks: readonly ExportTask[], cwd: string | null): string {
  const list = tasks.map(({ task, name, argv, env, dependencies }) =>
    rawObject([
      ['name', rawText(name)],
      ['command', rawText(pasteable(argv, env, cwd ?? undefined))],
      ['dependencies', rawArray(dependencies.map((i) => rawText(tasks[i]?.name ?? '')))],
      ['argv', rawArray(argv.map(rawText))],
      ['frames', task.frames ? rawArray(task.frames) : 'null'],
      ['node', rawText(task.node.identifier)],
      ['interpreter', rawText(task.node.interpreter)],
      ['batch', String(task.batch)]
    ])
  )
  const text = rawObject([
    ['name', rawText(job.name)],
    ['tasks', rawArray(list)]
  ])
  return `${formatJson(text, 2)}\n`
}

const nodeFile = (node: ActiveNode) => `nodes/${node.position}.json`
export const taskFolder = (index: number) => `tasks/${index}`

/** Writes the records, the task files and the evaluators into `folder`, which is there and empty. */
export function writeFiles(
  folder: string,
  job: ActiveJob,
  tasks: readonly ExportTask[],
  evaluators: Readonly<Record<EvaluatorKind, string>>
): void {
  mkdirSync(join(folder, 'nodes'), { recursive: true })
  const byNode = new Map<ActiveNode, ExportTask[]>()
  for (const task of tasks) byNode.set(task.task.node, [...(byNode.get(task.task.node) ?? []), task])
  for (const node of job.nodes) writeFileSync(join(folder, nodeFile(node)), nodeText(node, byNode.get(node) ?? []))
  const byId = new Map(tasks.map((task) => [task.task.id, task]))
  for (const task of tasks) {
    mkdirSync(join(folder, taskFolder(task.index)), { recursive: true })
    writeFileSync(join(folder, taskFolder(task.index), 'task.json'), taskText(job, task, byId))
  }
  const used = new Set(tasks.map(({ task }) => job.interpreters.get(task.node.interpreter)?.evaluator))
  for (const kind of used) if (kind) copyFileSync(evaluators[kind], join(folder, evaluatorFiles[kind]))
}

const nodeText = (node: ActiveNode, tasks: readonly ExportTask[]): Raw =>
  rawObject([
    ['record', node.fill(new Map())],
    ['tasks', rawArray(tasks.map((t) => rawText(t.name)))],
    ['results', rawArray(tasks.map((t) => rawText(`../${taskFolder(t.index)}/result.json`)))]
  ])

function taskText(job: ActiveJob, { task }: ExportTask, byId: ReadonlyMap<number, ExportTask>): Raw {
  const interpreter = job.interpreters.get(task.node.interpreter)
  return rawObject([
    ['protocol', '1'],
    ['task', rawText(task.name)],
    ['interpreter', rawText(task.node.interpreter)],
    ['setup', rawText(interpreter?.setup ?? '')],
    ['record', rawText(`../../${nodeFile(task.node)}`)],
    ['frames', task.frames ? rawArray(task.frames) : 'null'],
    // a batch's frames are known: where they came from is not asked again
    [
      'links',
      rawArray(
        task.node.incoming
          .filter((e) => !(task.frames && e.to.plug === 'frames'))
          .map((edge) => linkText(job, task, edge, byId))
      )
    ]
  ])
}

function linkText(job: ActiveJob, task: ActiveTask, edge: Edge, byId: ReadonlyMap<number, ExportTask>): Raw {
  const parent = job.parentOf(edge)
  const rule = mergeRuleOf(parent.merge, edge.from.plug)
  const sources = job.plan.sourcesOf(task.id, parent.position)
  const from: [string, Raw][] = [['from', rawText(`../../${nodeFile(parent)}`)]]
  const linked = sources.flatMap((id) => byId.get(id) ?? [])
  const some: [string, Raw][] = [
    ['results', rawArray(linked.map((t) => rawText(`../../${taskFolder(t.index)}/result.json`)))],
    ['tasks', rawArray(linked.map((t) => rawText(t.name)))]
  ]
  return rawObject([
    ['plug', rawText(edge.to.plug)],
    ['key', edge.to.key === null ? 'null' : rawText(edge.to.key)],
    ['output', rawText(edge.from.plug)],
    ['outputKey', edge.from.key === null ? 'null' : rawText(edge.from.key)],
    ['merge', rule === null ? 'null' : rawText(rule)],
    // the whole node is named by its file, once: never batches × batches
    ...(sources.length === job.plan.tasksOf(parent.position) ? from : some)
  ])
}
