/**
 * What every export folder holds, so that it runs without Backlot: one record per node by number, one folder per task,
 * the evaluators, a script per interpreter. A task reads its inputs from the result files of the tasks before it
 * (docs/protocol.md, `links`).
 */
import { at } from '../../domain/at.ts'
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { mergeRuleOf } from '../convert/convert.ts'
import type { EvaluatorKind } from '../../domain/interpreter.ts'
import { mapTexts, rawArray, rawObject, rawText, type Raw } from '../../domain/json.ts'
import { mapped, type PathRule } from '../../domain/paths.ts'
import type { Edge } from '../graph/model.ts'
import { codeMembers, type StoredJob, type StoredNode } from '../job/stored-job.ts'
import {
  folderOf,
  interpretersOf,
  launchesOf,
  type Farm,
  type FarmFile,
  type FarmJob,
  type FarmNode,
  type FarmTask
} from './farm.ts'
import { pythonFiles, runnerFile } from './python-script.ts'
import { environmentProgram } from './environment.ts'
import {
  environmentScript,
  evaluatorFiles,
  interpretersFile,
  interpretersText,
  programOf,
  taskScript,
  toldFiles
} from './script.ts'
import { toldBy, type Launch } from './told.ts'

export const taskFile = (folder: string) => `tasks/${folder}/task.json`
const nodeFile = (position: number) => `nodes/${position}.json`

/** A job, the farm that names its folders, and who they are for. */
export interface Layout {
  active: StoredJob
  job: FarmJob
  /** below `tasks/`, by the task's index */
  folders: readonly string[]
}

export const layoutOf = (active: StoredJob, job: FarmJob, farm: Pick<Farm, 'label'>): Layout => ({
  active,
  job,
  folders: job.nodes.flatMap((node) => node.tasks.map((task) => folderOf(farm, node, task)))
})

/** Writes the records, the task files, the scripts and the evaluators into `folder`, which is there and empty. */
export function writeFiles(folder: string, layout: Layout, evaluators: Readonly<Record<EvaluatorKind, string>>): void {
  const { job, active } = layout
  const ofPosition = new Map(job.nodes.map((node) => [node.position, node]))
  const files = active.nodes.map((node): FarmFile => ({
    path: nodeFile(node.position),
    text: nodeText(node, ofPosition.get(node.position)?.tasks ?? [], layout)
  }))
  const byId = new Map(job.tasks.map((task) => [task.id, task]))
  for (const node of job.nodes)
    for (const task of node.tasks)
      files.push({ path: taskFile(at(layout.folders, task.index)), text: taskText(layout, node, task, byId) })
  files.push(...launchesOf(job).flatMap((launch, i) => commandFiles(job, launch, i)))
  files.push({ path: environmentScript, text: environmentProgram() })
  files.push({ path: interpretersFile, text: interpretersText(programsOf(job)) })
  putFiles(folder, files)
  const used = new Set(job.nodes.map((node) => node.interpreter.evaluator))
  if (job.workers.os === 'windows')
    copyFileSync(join(dirname(evaluators.python), 'backlot_task.py'), join(folder, runnerFile))
  for (const kind of used) if (kind !== 'none') copyFileSync(evaluators[kind], join(folder, evaluatorFiles[kind]))
}

/** What the scripts start, once each. */
const programsOf = (job: FarmJob) =>
  interpretersOf(job).flatMap((interpreter, i) => {
    const program = programOf(elsewhere({ interpreter, strict: false }, job.workers.paths).interpreter)
    return program === null ? [] : [{ name: interpreter.name, variable: variableOf(i), program }]
  })

const variableOf = (i: number): string => `interpreter_${i}`

/** The script of some tasks, and how it reads their logs. */
function commandFiles(job: FarmJob, launch: Launch, i: number): FarmFile[] {
  const { workers } = job
  const inPython =
    workers.os === 'windows' ? pythonFiles(launch, `commands/${i}.py`, evaluatorFiles, workers.paths) : []
  const path = `commands/${i}.sh`
  const { awk, marks } = toldBy(launch)
  const files = toldFiles(path)
  const variable = programOf(launch.interpreter) === null ? null : interpretersOf(job).indexOf(launch.interpreter)
  const program = variable === null ? null : variableOf(variable)
  const text = taskScript(elsewhere(launch, workers.paths), { path, hasMarks: marks !== null, program })
  return [
    { path, text, executable: true },
    { path: files.awk, text: awk },
    ...(marks === null ? [] : [{ path: files.marks, text: marks }]),
    ...inPython
  ]
}

/** With paths as the farm's machines see them. */
function elsewhere({ interpreter, strict }: Launch, rules: readonly PathRule[]): Launch {
  const there = (text: string) => mapped(text, rules)
  const env = Object.fromEntries(Object.entries(interpreter.env).map(([name, value]) => [name, there(value)]))
  const { argv, wrapper } = interpreter
  return { strict, interpreter: { ...interpreter, argv: argv.map(there), wrapper: wrapper.map(there), env } }
}

/** Writes files below `folder`, with the folders that they need. */
export function putFiles(folder: string, files: readonly FarmFile[]): void {
  for (const { path, text, executable } of files) {
    const full = join(folder, path)
    mkdirSync(dirname(full), { recursive: true })
    writeFileSync(full, text, { mode: executable ? 0o755 : 0o644 })
  }
}

/** A value with the paths in it as the other side sees them. */
export const mappedTexts = (raw: Raw, rules: readonly PathRule[]): Raw =>
  rules.length === 0 ? raw : mapTexts(raw, (text) => mapped(text, rules))

const nodeText = (node: StoredNode, tasks: readonly FarmTask[], { folders, job }: Layout): Raw =>
  rawObject([
    ['record', mappedTexts(node.fill(new Map()), job.workers.paths)],
    ['tasks', rawArray(tasks.map((t) => rawText(t.name)))],
    ['results', rawArray(tasks.map((t) => rawText(`../tasks/${folders[t.index]}/result.json`)))]
  ])

function taskText(layout: Layout, node: FarmNode, task: FarmTask, byId: ReadonlyMap<number, FarmTask>): Raw {
  const { incoming, deferred } = layout.active.task(task.id).node
  const source = deferred && !task.frames ? incoming.find(({ to }) => to.plug === 'frames') : undefined
  return rawObject([
    ['protocol', '1'],
    ['task', rawText(task.name)],
    ['interpreter', rawText(node.interpreter.name)],
    ...codeMembers(node.interpreter),
    ['record', rawText(`../../../${nodeFile(node.position)}`)],
    ['frames', task.frames ? rawArray(task.frames) : 'null'],
    ...(source ? [['framesFrom', framesFromText(layout.active, source)] as [string, Raw]] : []),
    // a batch's frames are known: where they came from is not asked again
    [
      'links',
      rawArray(
        incoming
          .filter((e) => !(task.frames && e.to.plug === 'frames'))
          .map((edge) => linkText(layout, task, edge, byId))
      )
    ]
  ])
}

/** How a node reads the frames that upstream gives it on the farm: as it would have here. */
const framesFromText = (active: StoredJob, source: Edge): Raw =>
  rawObject([
    ['source', rawText(active.sourceOf(source))],
    ['only', active.framesAsked ? rawArray(active.framesAsked) : 'null']
  ])

function linkText({ active, folders }: Layout, task: FarmTask, edge: Edge, byId: ReadonlyMap<number, FarmTask>): Raw {
  const parent = active.parentOf(edge)
  const rule = mergeRuleOf(parent.merge, edge.from.plug)
  const sources = active.plan.sourcesOf(task.id, parent.position)
  const from: [string, Raw][] = [['from', rawText(`../../../${nodeFile(parent.position)}`)]]
  const linked = sources.flatMap((id) => byId.get(id) ?? [])
  const some: [string, Raw][] = [
    ['results', rawArray(linked.map((t) => rawText(`../../../tasks/${folders[t.index]}/result.json`)))],
    ['tasks', rawArray(linked.map((t) => rawText(t.name)))]
  ]
  return rawObject([
    ['plug', rawText(edge.to.plug)],
    ['key', edge.to.key === null ? 'null' : rawText(edge.to.key)],
    ['output', rawText(edge.from.plug)],
    ['outputKey', edge.from.key === null ? 'null' : rawText(edge.from.key)],
    ['merge', rule === null ? 'null' : rawText(rule)],
    // the whole node is named by its file, once: never batches × batches
    ...(sources.length === active.plan.tasksOf(parent.position) ? from : some)
  ])
}
