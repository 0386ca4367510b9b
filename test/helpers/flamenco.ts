/**
 * A Manager of Flamenco 3 as its documents and its source have it: it runs a job type's JavaScript, validates what it is
 * sent (pkg/api/flamenco-openapi.yaml), replaces two-way variables, and keeps the tasks.
 */
import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage } from 'node:http'
import { readFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { createContext, Script } from 'node:vm'
import { onTestFinished } from 'vitest'
import { z } from 'zod'
import type { Replay } from '../../src-main/core/export/farm.ts'
import type { FarmCommand } from './farm-run.ts'

const setting = z.strictObject({
  key: z.string(),
  type: z.enum(['string', 'int32', 'float', 'bool']),
  subtype: z.enum(['file_path', 'dir_path', 'file_name', 'hashed_file_path']).optional(),
  description: z.string().optional(),
  label: z.string().optional(),
  default: z.unknown().optional(),
  visible: z.enum(['visible', 'hidden', 'submission', 'web']).optional(),
  required: z.boolean().optional(),
  editable: z.boolean().optional()
})

/** AvailableJobType, as far as a script says it. */
const jobType = z.strictObject({ label: z.string(), description: z.string().optional(), settings: z.array(setting) })

/** SubmittedJob */
const submitted = z.strictObject({
  name: z.string(),
  type: z.string(),
  type_etag: z.string().optional(),
  priority: z.int(),
  settings: z.record(z.string(), z.unknown()).optional(),
  metadata: z.record(z.string(), z.string()).optional(),
  submitter_platform: z.string(),
  worker_tag: z.string().optional(),
  initial_status: z.enum(['queued', 'paused']).optional()
})
export type Submitted = z.infer<typeof submitted>

export interface MadeTask {
  id: string
  name: string
  type: string
  priority: number
  commands: { name: string; parameters: Record<string, unknown> }[]
  /** ids */
  dependencies: string[]
}

/** Authored tasks are Go structs there: a job gets a copy of one, and what comes later is not in it. */
class Authored {
  readonly id: string
  readonly name: string
  readonly type: string
  priority = 50
  private readonly commands: MadeTask['commands'] = []
  private readonly dependencies: Authored[] = []

  constructor(id: string, name: string, type: string) {
    this.id = id
    this.name = name.trim()
    this.type = type.trim()
    if (this.name === '' || this.type === '') throw new Error('author.Task(name, type): name and type are required')
  }

  addCommand(command: MadeTask['commands'][number]): void {
    this.commands.push(command)
  }

  addDependency(other: Authored): void {
    if (!(other instanceof Authored)) throw new Error('a dependency is a task')
    this.dependencies.push(other)
  }

  copy(): MadeTask {
    const { id, name, type, priority } = this
    const plain = JSON.parse(JSON.stringify(this.commands)) as MadeTask['commands']
    return { id, name, type, priority, commands: plain, dependencies: this.dependencies.map((one) => one.id) }
  }
}

/** The script in a context of its own, in strict mode, with nothing but what the Manager has there. */
function loaded(text: string) {
  let made = 0
  const author = {
    Task: (name: string, type: string) => new Authored(String(made++), name, type),
    Command: (name: string, parameters: Record<string, unknown>) => ({ name, parameters })
  }
  const context = createContext({ author })
  new Script(`'use strict';\n${text}`).runInContext(context)
  const run = (code: string) => new Script(code).runInContext(context) as unknown
  return { type: jobType.parse(JSON.parse(JSON.stringify(run('JOB_TYPE')))), compile: run('compileJob') as Compile }
}
type Compile = (job: { settings: unknown; metadata: unknown; name: string; addTask(task: Authored): void }) => void

/** The tasks that a Manager makes of a job; a task of another job cannot be waited for. */
export function compiled(script: string, job: Pick<Submitted, 'name' | 'settings' | 'metadata'>): MadeTask[] {
  const tasks: MadeTask[] = []
  const { name, settings = {}, metadata = {} } = job
  loaded(script).compile({ name, settings, metadata, addTask: (task) => tasks.push(task.copy()) })
  const ids = new Set(tasks.map(({ id }) => id))
  for (const one of tasks)
    if (!one.dependencies.every((id) => ids.has(id)))
      throw new Error(`${one.name} waits for a task that is not in the job`)
  return tasks
}

/** What an export's files make there. */
export const compiledFrom = (folder: string): MadeTask[] =>
  compiled(
    readFileSync(join(folder, 'flamenco/backlot.js'), 'utf8'),
    submitted.parse(JSON.parse(readFileSync(join(folder, 'flamenco/job.json'), 'utf8')))
  )

const folderIn = ({ commands }: MadeTask): string | null => {
  const [command] = commands
  const args = command?.name === 'exec' ? (command.parameters.args as string[]) : []
  return args[1] ?? null
}

/** Tasks that run nothing of the job's are links between others. */
export function replayOf(made: readonly MadeTask[]): Replay {
  const byId = new Map(made.map((task) => [task.id, task]))
  const foldersOf = (task: MadeTask | undefined): string[] => {
    if (!task) return []
    const own = folderIn(task)
    return own === null ? task.dependencies.flatMap((id) => foldersOf(byId.get(id))) : [own]
  }
  const tasks = new Map<string, null>()
  const gates = new Map<string, string[]>()
  const waits: { tasks: string[]; on: string[] }[] = []
  for (const task of made) {
    const own = folderIn(task)
    if (own === null) continue
    tasks.set(own, null)
    for (const id of task.dependencies) {
      const other = byId.get(id)
      if (other && folderIn(other) === null) gates.set(id, [...(gates.get(id) ?? []), own])
      else waits.push({ tasks: [own], on: foldersOf(other) })
    }
  }
  return { tasks, waits: [...waits, ...[...gates].map(([id, own]) => ({ tasks: own, on: foldersOf(byId.get(id)) }))] }
}

/** As a worker would run them; a gate's command, which prints a line, is nothing. */
export const commandsOf = (made: readonly MadeTask[]): FarmCommand[] =>
  made.map((task) => {
    const [{ name, parameters } = { name: '', parameters: {} }] = task.commands
    const argv = name === 'exec' ? [parameters.exe as string, ...(parameters.args as string[])] : []
    return { id: task.id, argv, on: task.dependencies }
  })

export interface Manager {
  url: string
  /** what was kept, in that order */
  jobs: { sent: Submitted; tasks: MadeTask[] }[]
  /** the job types in its folder `scripts`, by name */
  types: Map<string, string>
}

export type TwoWay = Readonly<Record<string, Readonly<Record<string, string>>>>

/** One that listens; `variables`: name → platform → value. */
export async function manager(variables: TwoWay = {}): Promise<Manager> {
  const own: Manager = { url: '', jobs: [], types: new Map() }
  const server = createServer((request, response) => {
    void bodyOf(request).then((body) => {
      const asked = { method: request.method ?? '', path: request.url ?? '', body }
      const { status, answer } = answered(own, variables, asked)
      response.writeHead(status, { 'Content-Type': 'application/json' }).end(answer && JSON.stringify(answer))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  own.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return own
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part as Buffer)
  return Buffer.concat(parts).toString()
}

interface Asked {
  method: string
  path: string
  body: string
}

function answered(own: Manager, variables: TwoWay, { method, path, body }: Asked) {
  const error = (status: number, message: string) => ({ status, answer: { code: status, message } })
  const name = /^\/api\/v3\/jobs\/type\/(.+)$/.exec(path)?.[1]
  if (method === 'GET' && name !== undefined) {
    const script = own.types.get(name)
    return script === undefined ? error(404, 'no such job type known') : { status: 200, answer: typeOf(name, script) }
  }
  if (method !== 'POST' || !/^\/api\/v3\/jobs(\/check)?$/.test(path)) return error(404, 'no such path')
  const read = submitted.safeParse(JSON.parse(body))
  if (!read.success) return error(400, read.error.message)
  const script = own.types.get(read.data.type)
  if (script === undefined) return error(400, 'job type unknown')
  if (read.data.type_etag !== undefined && read.data.type_etag !== typeOf(read.data.type, script).etag)
    return error(412, 'rejecting job because its settings are outdated, refresh the job type')
  const sent = replaced(read.data, variables)
  const tasks = compiled(script, sent)
  if (path.endsWith('/check')) return { status: 204, answer: undefined }
  own.jobs.push({ sent, tasks })
  return { status: 200, answer: { ...sent, id: `job-${own.jobs.length}` } }
}

function typeOf(name: string, script: string) {
  const { type } = loaded(script)
  return { name, ...type, etag: createHash('sha1').update(JSON.stringify(type)).digest('hex') }
}

/** Settings that begin with the value of a two-way variable on the submitter's platform get the variable. */
function replaced(job: Submitted, variables: TwoWay): Submitted {
  const one = (value: unknown) => {
    if (typeof value !== 'string') return value
    const name = Object.keys(variables).find((key) => {
      const prefix = variables[key]?.[job.submitter_platform]
      return prefix !== undefined && value.toLowerCase().startsWith(prefix.toLowerCase())
    })
    return name === undefined ? value : `{${name}}${value.slice(variables[name]?.[job.submitter_platform]?.length)}`
  }
  const settings = Object.fromEntries(Object.entries(job.settings ?? {}).map(([key, value]) => [key, one(value)]))
  return { ...job, settings }
}
