/** Writes a job out: the guide's job JSON, a bundle, or a farm's format. Whole or not at all. */
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { at as item } from '../../domain/at.ts'
import { join, resolve } from 'node:path'
import { writeGraph } from '../graph/write.ts'
import { pasteable } from '../../domain/command.ts'
import { isError, type Problem } from '../../domain/problems.ts'
import { memberOf, rawArray } from '../../domain/json.ts'
import { visible } from '../../domain/visible.ts'
import { caught, caughtLater, fail, ok, refuse, take, type Result } from '../../domain/result.ts'
import { StoredJob } from '../job/stored-job.ts'
import type { Evaluators } from '../evaluator/call.ts'
import { removedFolder } from '../store/files.ts'
import { makeWholeFolder, writeWholeFile } from '../store/whole.ts'
import type { Store } from '../store/store.ts'
import { rehearsalOf } from '../store/rehearsals.ts'
import { jobRow, warmOf } from '../store/views.ts'
import { layoutOf, putFiles, taskFile, writeFiles, type Layout } from './bundle.ts'
import {
  anyWorkers,
  batchLabel,
  farmJob,
  folderOf,
  problem,
  scriptOf,
  type Farm,
  type FarmFile,
  type FarmJob
} from './farm.ts'
import { farmNames, type ExportFormat } from '../../domain/formats.ts'
import { jobJson } from './job-json.ts'
import { shown } from '../graph/names.ts'
import { codeFilesOf } from '../store/earlier.ts'
import { rehearsalLosses, warmLosses } from './losses.ts'
import { bundleLosses, jobJsonLosses } from './plain-losses.ts'
import { surroundingLosses } from './surroundings.ts'
import { surroundingsHere } from '../attempt/around.ts'
import { firstEnvironment } from '../store/environments.ts'
import { assetsOf, measuredNodes, noAssets, workersOf } from './measured.ts'
import { differences } from './replay.ts'
import { evaluatorFiles } from './script.ts'
import { jobJsonKind, mayExport } from './target.ts'
import { bundleVersion } from './pulled/bundle-file.ts'
import { readmeText } from './readme.ts'
import { writers } from './writers.ts'

export interface ExportRequest {
  store: Store
  dataDir: string
  evaluators: Evaluators
  job: number
  format: ExportFormat
  /** a file for job-json, a folder for the others; null: job-json's text is returned */
  out: string | null
  /** read the farm's file back and compare it with the job before it is put in place */
  verify: boolean
}

export interface Exported {
  /** the job JSON, where no file was asked for */
  text: string | null
  path: string | null
  /** what the format cannot carry or changes: the loss report */
  problems: Problem[]
  /** the written file was read back and is the job */
  verified: boolean
}

/** What an export would be, without writing anything. */
export interface Preview {
  format: ExportFormat
  problems: Problem[]
  files: { path: string; bytes: number; text: string }[]
}

/** So much of a file is shown. */
const previewChars = 200_000

const plain: Pick<Farm, 'label'> = { label: (_, task) => batchLabel(task) }

const farmOf = (format: ExportFormat): Farm | null =>
  format === 'job-json' || format === 'bundle' ? null : writers[format]

/** Errors: `usage` for the target, `run` and `input` from the job itself or from what its farm would refuse. */
export function exportJob(request: ExportRequest): Promise<Result<Exported>> {
  return caughtLater(async () => {
    take(mayExport(request))
    const { layout, problems } = looked(request)
    const stop = problems.find(isError)
    if (stop) refuse('input', `${stop.name ?? layout.job.name}: ${stop.message}; ${stop.remedy}`, { problems })
    if (request.format === 'job-json' || request.out === null) return await exportJobJson(request, layout, problems)
    return await exportFolder({ ...request, out: request.out }, layout, problems)
  })
}

/** The loss report and the files of a format. Errors as of `exportJob`, but for what the loss report says. */
export function previewJob(request: Omit<ExportRequest, 'out' | 'verify'>): Result<Preview> {
  return caught(() => {
    const { layout, problems } = looked(request)
    const refused = problems.some(isError)
    const files = refused ? [] : ownFiles(request, layout, join(request.dataDir, 'export'))
    return {
      format: request.format,
      problems,
      files: files.map(({ path, text }) => ({
        path,
        bytes: Buffer.byteLength(text),
        text: text.slice(0, previewChars)
      }))
    }
  })
}

/** The job as the format has it, and its loss report. */
function looked({ store, dataDir, job, format }: Pick<ExportRequest, 'store' | 'dataDir' | 'job' | 'format'>) {
  const active = new StoredJob(store, job)
  const limits = measuredNodes(store.db, job, (task) => active.tasks.get(task)?.node.position ?? -1)
  // no other format has a place for them, and a job has many ledgers
  const assets = format === 'openjd' ? assetsOf(store.db, job, dataDir) : noAssets
  const workers = workersOf(store.db, job) ?? anyWorkers
  const forFarm = take(farmJob(active, { limits, assets, workers }))
  const layout = layoutOf(active, forFarm, farmOf(format) ?? plain)
  const isDocument = format === 'job-json'
  const found = rehearsalOf(store.db, job)?.report?.findings ?? null
  const here = {
    code: codeFilesOf(store.db, job).map(({ path }) => path),
    folders: active.nodes.flatMap((node) => node.folder() ?? []),
    around: firstEnvironment(store.db, job) ?? surroundingsHere()
  }
  const problems = [
    ...deferredLosses(forFarm, active),
    // the guide's job JSON is a document, no job for a farm
    ...(isDocument ? [] : [...rehearsalLosses(forFarm, found), ...warmLosses(forFarm, warmOf(store.db, job))]),
    ...formatLosses(format, forFarm),
    ...shellLosses(format, forFarm),
    ...surroundingLosses(forFarm, here, !isDocument)
  ]
  return { layout, problems }
}

function formatLosses(format: ExportFormat, job: FarmJob): Problem[] {
  if (format === 'job-json') return jobJsonLosses(job)
  return format === 'bundle' ? bundleLosses(job) : writers[format].problems(job)
}

const onWindows = farmNames.filter((name) => writers[name].onWindows)

/** Farms whose commands are a shell's, whatever their machines are. */
function shellLosses(format: ExportFormat, { workers }: FarmJob): Problem[] {
  const farm = farmOf(format)
  if (workers.os !== 'windows' || farm === null || farm.onWindows) return []
  return [
    problem(null, {
      severity: 'warning',
      code: 'shell',
      message: 'its workers run Windows (backlot.worker.yaml), and these commands need /bin/sh',
      remedy: `export for ${onWindows.join(', ')} or as a bundle, whose commands are Python’s there`
    })
  ]
}

const deferredLosses = (job: FarmJob, active: StoredJob): Problem[] =>
  job.nodes
    .filter((node) => active.nodes[node.position]?.deferred && node.tasks[0]?.frames === null)
    .map((node) =>
      problem(node, {
        severity: 'warning',
        code: 'deferred',
        message: `${shown(node.name)} is one task here: its frames come from upstream, so it cannot be batched before a run`,
        remedy: 'run the job here once, then export it: its batches are known then'
      })
    )

/** What a format has beyond the files that every export has. */
function ownFiles(request: Pick<ExportRequest, 'format' | 'dataDir'>, layout: Layout, root: string): FarmFile[] {
  const farm = farmOf(request.format)
  if (farm) return farm.files(layout.job, root)
  const isFile = request.format === 'job-json'
  const folder = exportFolderOf(request.dataDir, layout)
  const at = (path: string) => (isFile ? join(folder, path) : path)
  const text = take(
    jobJson(layout.job, {
      evaluators: { python: at(evaluatorFiles.python), node: at(evaluatorFiles.node) },
      task: (task) => at(taskFile(item(layout.folders, task.index))),
      node: isFile ? process.execPath : 'node',
      cwd: isFile ? layout.active.settings.cwd : null
    })
  )
  const json = { path: 'job.json', text }
  const inPython = layout.job.workers.os === 'windows' ? [{ path: 'run.py', text: runInPython(layout) }] : []
  return isFile ? [json] : [json, { path: 'run.sh', text: runScript(layout), executable: true }, ...inPython]
}

const exportFolderOf = (dataDir: string, { job }: Layout) => join(dataDir, 'jobs', String(job.id), 'export')

/**
 * The commands of job-json need the records and a place for results: they stand in the data folder, and the commands
 * name them by absolute path.
 */
async function exportJobJson(request: ExportRequest, layout: Layout, problems: Problem[]): Promise<Exported> {
  const { dataDir, evaluators, out } = request
  const folder = exportFolderOf(dataDir, layout)
  const text = ownFiles(request, layout, folder)[0]?.text ?? ''
  await removedFolder(folder)
  writeFiles(folder, layout, evaluators)
  const where = problem(null, {
    severity: 'info',
    code: 'place',
    message: `the commands read and write below ${folder}`,
    remedy: 'use the format bundle for a folder that can be moved'
  })
  const done = { problems: [...problems, where], verified: false }
  if (out === null) return { text, path: null, ...done }
  take(await writeWholeFile(out, text, jobJsonKind))
  return { text: null, path: resolve(out), ...done }
}

async function exportFolder(
  request: ExportRequest & { out: string },
  layout: Layout,
  problems: Problem[]
): Promise<Exported> {
  const { store, evaluators, out, format } = request
  const folder = resolve(out)
  const farm = farmOf(format)
  const fill = (scratch: string) => {
    writeFiles(scratch, layout, evaluators)
    const row = jobRow(store.db, layout.job.id)
    const graph = store.graph(row.graphId)
    putFiles(scratch, [
      { path: 'graph.json', text: `${writeGraph(graph)}\n` },
      { path: 'bundle.json', text: bundleText(layout, format, row.createdAt) },
      { path: 'README.txt', text: readmeText(format, layout.job) },
      ...ownFiles(request, layout, folder)
    ])
    if (request.verify && farm) take(verify(layout.job, farm, scratch))
  }
  take(await makeWholeFolder(out, fill))
  return { text: null, path: folder, problems, verified: request.verify && farm !== null }
}

/** Errors (`input`): the files in `folder`, read back, are not the job; every difference is in the details. */
export function verify(job: FarmJob, farm: Farm, folder: string): Result<null> {
  const replay = farm.read(folder)
  if (!replay.ok) return replay
  const found = [...differences(job, farm, replay.value), ...frameDifferences(job, farm, folder)]
  return found.length === 0
    ? ok(null)
    : fail('input', `what was written is not the job: ${found[0]}; this is a bug of Backlot, nothing was kept`, {
        differences: found
      })
}

/** The task files that the farm's commands name hold the frames of their tasks. */
function frameDifferences(job: FarmJob, farm: Farm, folder: string): string[] {
  return job.nodes.flatMap((node) =>
    node.tasks.flatMap((task) => {
      const text = readFileSync(join(folder, taskFile(folderOf(farm, node, task))), 'utf8')
      const frames = memberOf(text, 'frames')
      const own = task.frames ? rawArray(task.frames) : 'null'
      return frames === own ? [] : [`the task file of ${task.name} has the frames ${frames}, the job ${own}`]
    })
  )
}

/** What `backlot pull` needs to know the job again. */
function bundleText({ active, job, folders }: Layout, format: ExportFormat, createdAt: number): string {
  const entries = job.nodes.flatMap((node) =>
    node.tasks.map(({ batch, frames, index }) => ({ node: node.identifier, batch, frames, folder: folders[index] }))
  )
  const interpreters = [...active.interpreters.values()]
  const { name, priority, settings, workers } = job
  const origin = { job: job.id, createdAt }
  const named = { bundle: bundleVersion, id: randomUUID(), origin, format, name, priority, settings }
  return `${JSON.stringify({ ...named, interpreters, tasks: entries, paths: workers.paths })}\n`
}

/** The same for Windows. */
function runInPython({ job, folders }: Layout): string {
  const tasks = job.nodes.flatMap((node) =>
    node.tasks.map((task) => [visible(task.name), scriptOf(job, node, 'py'), folders[task.index]])
  )
  return `"""Runs every task of this bundle, one after the other: python run.py"""
import json
import os
import subprocess
import sys

TASKS = json.loads(${JSON.stringify(JSON.stringify(tasks))})

for name, script, task in TASKS:
    print(name, flush=True)
    code = subprocess.call([sys.executable, script, task], cwd=os.path.dirname(os.path.abspath(__file__)))
    if code:
        sys.exit(code)
`
}

/** Every task in a legal order; one that fails stops the script with its name. */
function runScript({ job, folders }: Layout): string {
  const lines = job.nodes.flatMap((node) =>
    node.tasks.map(
      (task) => `printf '%s\\n' ${pasteable([visible(task.name)])}\nsh ${scriptOf(job, node)} ${folders[task.index]}\n`
    )
  )
  return `#!/bin/sh\n# Runs every task of this bundle, one after the other; a farm would run job.json's commands by their dependencies.\nset -e\ncd "$(dirname "$0")"\n${lines.join('')}`
}
