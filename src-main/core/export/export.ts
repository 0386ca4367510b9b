/** Writes a job out: as the guide's job JSON, or as a bundle that runs without Backlot. Whole or not at all. */
import { chmodSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { writeGraph } from '../graph/flowpipe.ts'
import { pasteable } from '../job/interpreters.ts'
import { fail, ok, type Result } from '../result.ts'
import { ActiveJob } from '../run/active.ts'
import type { Evaluators } from '../run/load.ts'
import type { Store } from '../store/store.ts'
import { findJob } from '../store/views.ts'
import { evaluatorFiles, exportTasks, jobJson, taskFolder, writeFiles, type ExportTask } from './bundle.ts'
import type { ExportFormat } from './farms.ts'

export interface ExportRequest {
  store: Store
  dataDir: string
  evaluators: Evaluators
  job: number
  format: ExportFormat
  /** a file for job-json, a folder for bundle; null: job-json's text is returned */
  out: string | null
}

export interface Exported {
  /** the job JSON, where no file was asked for */
  text: string | null
  path: string | null
  /** what the reader should know, a sentence each */
  notes: string[]
}

/** Errors: `usage` for the target, `run` and `input` from the job itself. */
export function exportJob(request: ExportRequest): Result<Exported> {
  const job = new ActiveJob(request.store, request.job)
  return request.format === 'bundle' ? exportBundle(request, job) : exportJobJson(request, job)
}

function notesOf(tasks: readonly ExportTask[]): string[] {
  const deferred = tasks.filter(({ task }) => task.node.deferred && task.frames === null).map((t) => t.name)
  return deferred.length
    ? [
        `${deferred.join(', ')} is one task here: its frames come from upstream, so it could not be batched before a run`
      ]
    : []
}

/**
 * The commands of job-json need the records and a place for results: they stand in the data folder, and the commands
 * name them by absolute path.
 */
function exportJobJson({ dataDir, evaluators, out }: ExportRequest, job: ActiveJob): Result<Exported> {
  const folder = join(dataDir, 'jobs', String(job.id), 'export')
  const tasks = exportTasks(job, {
    evaluator: (kind) => join(folder, evaluatorFiles[kind]),
    task: (index) => join(folder, taskFolder(index), 'task.json'),
    node: process.execPath
  })
  if (!tasks.ok) return tasks
  rmSync(folder, { recursive: true, force: true })
  writeFiles(folder, job, tasks.value, evaluators)
  const text = jobJson(job, tasks.value, job.settings.cwd)
  const notes = [...notesOf(tasks.value), `the commands read and write below ${folder}`]
  if (out === null) return ok({ text, path: null, notes })
  const path = resolve(out)
  if (!existsSync(dirname(path)))
    return fail('usage', `there is no folder ${dirname(path)} to write ${out} into; make it first`)
  writeFileSync(`${path}.part`, text)
  renameSync(`${path}.part`, path)
  return ok({ text: null, path, notes })
}

function exportBundle({ store, evaluators, out }: ExportRequest, job: ActiveJob): Result<Exported> {
  if (out === null) return fail('usage', 'a bundle is a folder; name it with --out FOLDER')
  const folder = resolve(out)
  if (existsSync(folder) && readdirSync(folder).length > 0)
    return fail('usage', `${out} is there and not empty; name a new folder, nothing is overwritten`)
  const tasks = exportTasks(job, {
    evaluator: (kind) => evaluatorFiles[kind],
    task: (index) => `${taskFolder(index)}/task.json`,
    node: 'node'
  })
  if (!tasks.ok) return tasks
  const part = `${folder}.part`
  rmSync(part, { recursive: true, force: true })
  mkdirSync(part, { recursive: true })
  writeFiles(part, job, tasks.value, evaluators)
  writeFileSync(join(part, 'job.json'), jobJson(job, tasks.value, null))
  const graph = store.graph(findJob(store.db, job.id)?.graphId ?? 0)
  writeFileSync(join(part, 'graph.json'), `${writeGraph(graph)}\n`)
  writeFileSync(join(part, 'bundle.json'), bundleText(job, tasks.value))
  writeFileSync(join(part, 'README.txt'), readme)
  writeFileSync(join(part, 'run.sh'), runScript(tasks.value))
  chmodSync(join(part, 'run.sh'), 0o755)
  rmSync(folder, { recursive: true, force: true })
  renameSync(part, folder)
  return ok({ text: null, path: folder, notes: notesOf(tasks.value) })
}

const readme = `A render job that runs without Backlot.

job.json   the tasks: run each command in this folder when those it depends on have succeeded, or ./run.sh for all of them
nodes/     one record per node, by number
tasks/     one folder per task: task.json goes in, result.json comes out
Bring the results back with: backlot pull FOLDER
`

export const bundleVersion = 1

/** What `backlot pull` needs to know the job again. */
function bundleText(job: ActiveJob, tasks: readonly ExportTask[]): string {
  const entries = tasks.map(({ task }) => ({ node: task.node.identifier, batch: task.batch, frames: task.frames }))
  const interpreters = [...job.interpreters.values()]
  return `${JSON.stringify({ bundle: bundleVersion, name: job.name, settings: job.settings, interpreters, tasks: entries })}\n`
}

/** Every command in a legal order; a task that fails stops the script with its name. */
function runScript(tasks: readonly ExportTask[]): string {
  const lines = tasks.map(({ name, argv, env }) => `echo ${pasteable([name])}\n${pasteable(argv, env)}\n`)
  return `#!/bin/bash\n# Runs every task of this bundle, one after the other; a farm would run job.json's commands by their dependencies.\nset -e\ncd "$(dirname "$0")"\n${lines.join('')}`
}
