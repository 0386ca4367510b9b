/** What is wrong, or will surprise, before anything runs: each problem with its node, reason and remedy. */
import { at } from '../../domain/at.ts'
import { shown } from '../graph/names.ts'
import { kindOf, type Raw } from '../../domain/json.ts'
import { type Job, type JobNode } from './convert.ts'
import { graphProblems } from './graph-problems.ts'
import { frameLinks } from '../../domain/links.ts'
import { guideBatchesOf } from './guide.ts'
import { rangeText } from '../../domain/frames.ts'
import { flowpipeRemedy } from '../../domain/flowpipe-remedy.ts'
import type { Interpreter } from '../../domain/interpreter.ts'
import { worstFirst, type Problem } from '../../domain/problems.ts'

/** What starting an interpreter found out; `null` in the map where it could not be started. */
export interface InterpreterCheck {
  language: string
  version: string
  executable: string
  /** what it is a part of, such as Blender, and where that is; of a Python of its own that Python */
  program: { name: string; version: string | null; path: string | null }
  /** where it and its packages are installed */
  folders: readonly string[]
  /** what a package manager around it resolved: folders, and variables of ours that say where it looks */
  packages: { readonly folders: readonly string[]; readonly variables: readonly string[] }
  flowpipe: string | null
  typingExtensions: boolean
  /** importable or its file exists, and the files that it would read, by module name */
  modules: ReadonlyMap<string, { importable: boolean; fileExists: boolean; code: readonly string[] }>
}

export type CheckOutcome = { ok: true; check: InterpreterCheck } | { ok: false; reason: string }

export interface PreflightInput {
  job: Job
  interpreters: ReadonlyMap<string, Interpreter>
  /** by interpreter name; absent: not asked */
  checks: ReadonlyMap<string, CheckOutcome>
  /** length of the data folder's path */
  dataDirLength: number
}

type Found = Omit<Problem, 'node' | 'name'>
const about = (node: JobNode | null, found: Found): Problem => ({
  severity: found.severity,
  code: found.code,
  node: node?.node.identifier ?? null,
  name: node?.node.name ?? null,
  message: found.message,
  remedy: found.remedy
})

/** Problems in order of severity, then of the job's nodes. */
export function preflight(input: PreflightInput): Problem[] {
  const { job } = input
  const found = [
    ...interpreterProblems(input),
    ...job.nodes.flatMap((node) => [
      ...moduleProblems(node, input),
      ...frameProblems(node),
      ...nodeProblems(node, job)
    ]),
    ...graphProblems(job),
    ...linkProblems(job),
    ...nameProblems(job),
    ...pathProblems(input)
  ]
  return worstFirst(found)
}

const runs = (node: JobNode) => !node.omit

/** Unknown or missing interpreters, each once, with the nodes that need it (Q12, Q58). */
function interpreterProblems({ job, interpreters, checks }: PreflightInput): Problem[] {
  const users = new Map<string, JobNode[]>()
  for (const node of job.nodes.filter(runs)) users.set(node.interpreter, [...(users.get(node.interpreter) ?? []), node])
  return [...users].flatMap(([name, nodes]): Problem[] => {
    const needed = `needed by ${listNames(nodes)}`
    const remedy = `set it with: backlot interpreter set ${name} -- PROGRAM {evaluator} {task}; or run its nodes with another: --map ${name}=python`
    const first = nodes[0] ?? null
    if (!interpreters.has(name)) {
      return [
        about(first, {
          severity: 'error',
          code: 'interpreter-unknown',
          message: `there is no interpreter ${shown(name)}, ${needed}`,
          remedy
        })
      ]
    }
    const outcome = checks.get(name)
    if (!outcome) return []
    if (!outcome.ok) {
      return [
        about(first, {
          severity: 'error',
          code: 'interpreter-missing',
          message: `the interpreter ${shown(name)} cannot be started, ${needed}: ${outcome.reason}`,
          remedy
        })
      ]
    }
    const entry = interpreters.get(name)
    const isPython = outcome.check.language === 'python'
    return isPython && entry ? flowpipeProblems(entry, first, needed, outcome.check) : []
  })
}

function flowpipeProblems(
  entry: Interpreter,
  node: JobNode | null,
  needed: string,
  check: InterpreterCheck
): Problem[] {
  const missing = [
    ...(check.flowpipe === null ? ['flowpipe'] : []),
    ...(check.typingExtensions ? [] : ['typing_extensions'])
  ]
  if (missing.length === 0) return []
  const message = `the interpreter ${shown(entry.name)} (${check.executable}) lacks ${missing.join(' and ')}, ${needed}`
  return [about(node, { severity: 'error', code: 'flowpipe-missing', message, remedy: flowpipeRemedy(entry) })]
}

function listNames(nodes: readonly JobNode[]): string {
  const names = nodes.slice(0, 3).map((n) => shown(n.node.name))
  return nodes.length > 3 ? `${names.join(', ')} and ${nodes.length - 3} more` : names.join(', ')
}

function moduleProblems(node: JobNode, { checks }: PreflightInput): Problem[] {
  const outcome = checks.get(node.interpreter)
  if (!runs(node) || !outcome?.ok) return []
  const { module, fileLocation } = node.node
  const state = outcome.check.modules.get(moduleKey(node))
  if (!state || state.importable || state.fileExists) return []
  const message = `its code cannot be found: ${shown(node.interpreter)} has no module ${shown(module)}, and there is no file ${fileLocation ?? '(none given)'}`
  return [
    about(node, {
      severity: 'error',
      code: 'module-missing',
      message,
      remedy: 'put its folder on PYTHONPATH, or run on a machine that has the file'
    })
  ]
}

/** One request per module and file. */
export const moduleKey = (node: JobNode): string => JSON.stringify([node.node.module, node.node.fileLocation])

function frameProblems(node: JobNode): Problem[] {
  if (!runs(node)) return []
  const { batching } = node
  if (batching.kind === 'deferred') {
    const message =
      'its frames come from upstream: it is batched when they are known, so the number of tasks is not known yet'
    return [about(node, { severity: 'info', code: 'deferred', message, remedy: 'none needed' })]
  }
  if (batching.kind !== 'batched') return []
  const { frames, size } = batching
  if (frames.length === 0) {
    return [
      about(node, {
        severity: 'error',
        code: 'no-frames',
        message: 'it is batched but has no frames, so it would run nothing and pass null on',
        remedy: 'give it frames, or omit it'
      })
    ]
  }
  return [...lostByGuide(node, frames, size), ...repeated(node, frames), ...undeclaredMerge(node, frames, size)]
}

/** The guide's own converter stops one frame short (Q02), and with it the write-back (Q03). */
function lostByGuide(node: JobNode, frames: readonly Raw[], size: number): Problem[] {
  const kept = guideBatchesOf(frames, size).reduce((sum, batch) => sum + batch.length, 0)
  if (kept === frames.length) return []
  const message = `the guide's own converter loses frame ${rangeText(frames.slice(kept))} here, and with it every result of this node`
  return [
    about(node, {
      severity: 'warning',
      code: 'guide-loses-frames',
      message,
      remedy: 'none needed here: Backlot renders it; check what your farm scripts do'
    })
  ]
}

function repeated(node: JobNode, frames: readonly Raw[]): Problem[] {
  const seen = new Set<Raw>()
  const twice = [...new Set(frames.filter((frame) => seen.size === seen.add(frame).size))]
  if (twice.length === 0) return []
  const message = `frame ${rangeText(twice.slice(0, 5))} is listed more than once and is rendered each time`
  return [about(node, { severity: 'warning', code: 'frames-repeated', message, remedy: 'list each frame once' })]
}

function undeclaredMerge(node: JobNode, frames: readonly Raw[], size: number): Problem[] {
  if (node.merge !== null || frames.length <= size) return []
  const message = `its batches' outputs become one by what they hold: equal values stay, lists are joined, objects merged; mixed types become a list of ${Math.ceil(frames.length / size)} values`
  return [
    about(node, {
      severity: 'info',
      code: 'merge-undeclared',
      message,
      remedy: 'say metadata.merge (same, concat, object, list or last) to decide it yourself'
    })
  ]
}

const notJson = /\b(NaN|Infinity)\b/

function nodeProblems(node: JobNode, job: Job): Problem[] {
  const problems: Problem[] = []
  if (node.omit) {
    problems.push(
      about(node, {
        severity: 'info',
        code: 'omitted',
        message: 'it is omitted: it runs nothing and passes null on',
        remedy: 'none needed if that is meant'
      })
    )
  }
  for (const plug of [...node.node.inputs, ...node.node.outputs]) {
    for (const { name, value } of [
      { name: plug.name, value: plug.value },
      ...plug.subPlugs.map((s) => ({ name: `${plug.name}.${s.key}`, value: s.value }))
    ]) {
      if (kindOf(value) === 'string' || !notJson.test(value.replace(/"(?:[^"\\]|\\.)*"/g, ''))) continue
      const message = `${name} holds NaN or Infinity, which is not JSON: Python reads it, most farms and other languages do not`
      problems.push(
        about(node, { severity: 'warning', code: 'not-json', message, remedy: 'use null or a text in its place' })
      )
    }
  }
  problems.push(...mixedInputs(node, job))
  return problems
}

/** A connection to a plug that has sub-plugs is recorded, but flowpipe ignores its data (Q45). */
function mixedInputs(node: JobNode, job: Job): Problem[] {
  return node.node.inputs
    .filter(
      (plug) =>
        plug.subPlugs.length &&
        job.graph.edges.some((e) => e.to.node === node.graphNode && e.to.plug === plug.name && e.to.key === null)
    )
    .map((plug) => {
      const message = `input ${plug.name} has a connection and sub-plugs; flowpipe ignores what the connection brings`
      return about(node, {
        severity: 'warning',
        code: 'connection-ignored',
        message,
        remedy: 'connect to a sub-plug, or remove the sub-plugs'
      })
    })
}

/** Frame dependencies whose batches share no frame with their upstream wait for all of it. */
function linkProblems(job: Job): Problem[] {
  return job.nodes
    .filter((node) => runs(node) && node.dependency === 'frame')
    .flatMap((node) =>
      (job.parents[node.index] ?? []).flatMap((parent) => {
        const tasksOf = (index: number) => job.tasks.filter((t) => t.node === index)
        const above = at(job.nodes, parent)
        const frames = new Set(tasksOf(parent).flatMap((t) => t.frames ?? []))
        const links = frameLinks(tasksOf(parent), tasksOf(node.index), 'frame')
        if (!links || frames.size === 0) return []
        const missing = tasksOf(node.index)
          .flatMap((t) => t.frames ?? [])
          .filter((f) => !frames.has(f))
        if (missing.length === 0) return []
        const message = `it waits by frame for ${shown(above.node.name)}, which does not make frame ${rangeText(missing.slice(0, 5))}`
        return [
          about(node, {
            severity: 'warning',
            code: 'frames-unmatched',
            message,
            remedy: `give both the same frames, or remove metadata.dependency`
          })
        ]
      })
    )
}

/** What OpenCue makes of a name: lower case, dashes to underscores. Names equal then are one name there. */
const farmName = (name: string) =>
  name
    .toLowerCase()
    .replace(/-/g, '_')
    .replace(/[^\w.]/g, '_')

function nameProblems(job: Job): Problem[] {
  const taken = new Map<string, { node: number; name: string }>()
  const told = new Set<string>()
  return job.tasks.flatMap((task) => {
    const key = farmName(task.name)
    const other = taken.get(key)
    if (!other) taken.set(key, { node: task.node, name: task.name })
    const pair = `${other?.node}:${task.node}`
    if (!other || other.node === task.node || told.has(pair)) return []
    told.add(pair)
    const same = other.name === task.name
    const message = same
      ? `two tasks are called ${shown(task.name)}; by name a farm cannot tell them apart`
      : `${shown(task.name)} and ${shown(other.name)} become one name on farms that fold case and dashes (OpenCue)`
    return [
      about(at(job.nodes, task.node), {
        severity: 'warning',
        code: 'name-collision',
        message,
        remedy: 'rename one of the nodes; Backlot itself goes by ids'
      })
    ]
  })
}

const windowsPath = 260
const fileName = 255

function pathProblems({ job, dataDirLength }: PreflightInput): Problem[] {
  const long = job.nodes.flatMap((node) => {
    const name = Buffer.byteLength(`${node.node.identifier}.json`)
    const location = node.node.fileLocation ?? ''
    const problems: Problem[] = []
    if (name > fileName) {
      const message = `its identifier makes a file name of ${name} bytes, more than the ${fileName} that file systems take; the guide's store cannot write it`
      problems.push(
        about(node, {
          severity: 'warning',
          code: 'path-too-long',
          message,
          remedy: 'shorten the name; Backlot itself names files by number'
        })
      )
    }
    if (location.length > windowsPath) {
      const message = `its file_location has ${location.length} characters, more than the ${windowsPath} that Windows takes`
      problems.push(
        about(node, { severity: 'warning', code: 'path-too-long', message, remedy: 'move the file to a shorter path' })
      )
    }
    return problems
  })
  if (dataDirLength + 60 <= windowsPath) return long
  const message = `the data folder's path has ${dataDirLength} characters; logs below it pass the ${windowsPath} that Windows takes`
  return [
    ...long,
    about(null, { severity: 'warning', code: 'path-too-long', message, remedy: 'choose a shorter --data-dir' })
  ]
}
