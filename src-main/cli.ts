/** `backlot`: argv → the same calls as the window. Data on stdout, progress on stderr, exit codes that mean something. */
import { createReadStream, existsSync, statSync, unwatchFile, watchFile } from 'node:fs'
import { createInterface } from 'node:readline'
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander'
import { openApp, type App } from './app.ts'
import type { CallName, Input } from './contract.ts'
import type { Output } from './api.ts'
import { exportFormats } from './core/export/farms.ts'
import { evaluators, type Interpreter } from './core/job/interpreters.ts'
import { rawObject, type Raw } from './core/json.ts'
import type { AppError, ErrorKind } from './core/result.ts'
import type { RunEvent } from './core/run/scheduler.ts'
import { lastLines } from './core/run/log.ts'
import type { JobStatus } from './core/status.ts'
import { defaultDataDir } from './paths.ts'
import {
  duration,
  jobTable,
  outputTable,
  planTable,
  problemText,
  stateText,
  StatusLine,
  table,
  taskTable,
  whyText
} from './print.ts'

/** 0 done · 1 tasks failed · 2 bad usage or input · 3 refused by preflight · 4 data folder held by another */
const exitCodes: Readonly<Record<ErrorKind, number>> = {
  usage: 2,
  input: 2,
  store: 2,
  run: 1,
  cycle: 3,
  preflight: 3,
  held: 4
}

/** Ends a command with an error for people and the right exit code. */
class Failure extends Error {
  readonly code: number
  constructor(error: AppError) {
    super(error.message)
    this.code = exitCodes[error.kind]
  }
}

const write = (text: string) => process.stdout.write(text.endsWith('\n') ? text : `${text}\n`)
const note = (text: string) => process.stderr.write(`${text}\n`)
const json = (value: unknown) => write(JSON.stringify(value, null, 2))

const whole = (least: number) => (text: string) => {
  const value = Number(text)
  if (!Number.isInteger(value) || value < least)
    throw new InvalidArgumentError(`it should be a whole number of at least ${least}.`)
  return value
}
const seconds = (text: string) => {
  const value = Number(text)
  if (!(value > 0)) throw new InvalidArgumentError('it should be a number of seconds above 0.')
  return value
}
const collect = (text: string, list: string[] = []) => [...list, text]
const pair = (text: string, map: Record<string, string> = {}) => {
  const equals = text.indexOf('=')
  if (equals < 1) throw new InvalidArgumentError('write it as NAME=VALUE.')
  return { ...map, [text.slice(0, equals)]: text.slice(equals + 1) }
}

const program = new Command('backlot')
  .description('Rehearses a render-farm job on one machine.')
  .option(
    '--data-dir <dir>',
    'where jobs, logs and results are kept (default: BACKLOT_DATA_DIR or the user data folder)'
  )
  .exitOverride()
  .configureOutput({ writeErr: (text) => process.stderr.write(text) })
  .showHelpAfterError(false)

/** Opens the data folder for one command and closes it behind it, also when the command fails. */
async function withApp<T>(work: (app: App) => Promise<T>, options: { slots?: number } = {}): Promise<T> {
  const opened = openApp({ dataDir: program.opts<{ dataDir?: string }>().dataDir ?? defaultDataDir(), ...options })
  if (!opened.ok) throw new Failure(opened.error)
  try {
    return await work(opened.value)
  } finally {
    await opened.value.close()
  }
}

async function ask<N extends CallName>(app: App, name: N, input: Input<N>): Promise<Output<N>> {
  const result = await app.call(name, input)
  if (!result.ok) throw new Failure(result.error)
  return result.value
}

const call = <N extends CallName>(name: N, input: Input<N>) => withApp((app) => ask(app, name, input))

// — options that several commands share ————————————————————————————————————————

interface ConvertFlags {
  map?: Record<string, string>
  only?: string[]
  omit?: string[]
  frames?: string
  set?: Record<string, string>
  batch?: Record<string, string>
}

const convertFlags = (command: Command) =>
  command
    .option('--map <from=to>', 'run nodes that want one interpreter with another', pair)
    .option('--only <node>', 'only this node and what it needs (repeatable)', collect)
    .option('--omit <node>', 'skip this node; it passes null on (repeatable)', collect)
    .option('--frames <range>', 'batched nodes render only these frames, such as 1,15,30')
    .option('--set <node.input=value>', 'set an input; the value is JSON, or text where it is not (repeatable)', pair)
    .option('--batch <node=size>', 'batch size in place of the metadata’s (repeatable)', pair)

const graphInput = (path: string, { map, only, omit, frames, set, batch }: ConvertFlags): Input<'graph.convert'> => ({
  source: { path },
  options: {
    map,
    only,
    omit,
    frames,
    set,
    batch: batch && Object.fromEntries(Object.entries(batch).map(([node, size]) => [node, Number(size)]))
  }
})

// — graphs —————————————————————————————————————————————————————————————————————

const graphCommand = program.command('graph').description('look at a graph')

graphCommand
  .command('show <graph>')
  .description('the graph as a picture, as a list, or as facts')
  .option('--json', 'nodes, edges, order and closures as JSON')
  .option('--list', 'nodes and connections as a list')
  .action(async (path: string, flags: { json?: boolean; list?: boolean }) => {
    const shown = await call('graph.show', { source: { path } })
    write(flags.json ? shown.facts : flags.list ? shown.list : shown.picture)
  })

convertFlags(program.command('convert <graph>').description('the job a graph becomes; nothing is stored'))
  .option('--json', 'as JSON')
  .action(async (path: string, flags: ConvertFlags & { json?: boolean }) => {
    const converted = await call('graph.convert', graphInput(path, flags))
    write(flags.json ? converted.reference : planTable(converted.tasks))
  })

convertFlags(program.command('preflight <graph>').description('what is wrong or will surprise, before anything runs'))
  .option('--json', 'as JSON')
  .action(async (path: string, flags: ConvertFlags & { json?: boolean }) => {
    const { problems } = await call('graph.preflight', graphInput(path, flags))
    if (flags.json) json({ problems })
    else if (problems.length) write(problems.map((problem) => problemText(problem, process.stdout)).join('\n'))
    else note('no problems found')
    if (problems.some((problem) => problem.severity === 'error')) process.exitCode = 3
  })

// — running ————————————————————————————————————————————————————————————————————

interface RunFlags extends ConvertFlags {
  slots?: number
  dryRun?: boolean
  failFast?: boolean
  retries?: number
  timeout?: number
  silence?: number
  force?: boolean
  trust?: boolean
  json?: boolean
  export?: string
}

convertFlags(program.command('run <graph>').description('convert a graph (.json, .py or .ts) and run its job here'))
  .option('--slots <n>', 'tasks at once (default: one per core)', whole(1))
  .option('--dry-run', 'show the tasks in order and what each waits for; run nothing')
  .option('--fail-fast', 'start nothing new after the first failure')
  .option('--retries <n>', 'try a failed task so many times more', whole(0))
  .option('--timeout <s>', 'stop a task that runs longer', seconds)
  .option('--silence <s>', 'stop a task whose log does not grow for so long', seconds)
  .option('--force', 'run although preflight found errors')
  .option('--trust', 'do not ask before the graph’s code is run for the first time')
  .option('--export <file>', 'also write the job JSON there')
  .option('--json', 'one JSON line per event, the last one {"job": …, "status": …}')
  .action((path: string, flags: RunFlags) => (flags.dryRun ? dryRun(path, flags) : runGraph(path, flags)))

async function dryRun(path: string, flags: RunFlags): Promise<void> {
  const { tasks, problems } = await call('graph.plan', graphInput(path, flags))
  if (flags.json) json({ tasks, problems })
  else write(planTable(tasks))
  for (const problem of problems) if (problem.severity !== 'info') note(problemText(problem, process.stderr))
  if (problems.some((problem) => problem.severity === 'error')) process.exitCode = 3
}

async function runGraph(path: string, flags: RunFlags): Promise<void> {
  await withApp(
    async (app) => {
      await askForTrust(app, path, flags)
      const { retries, timeout, silence, failFast, force } = flags
      const settings = { retries, timeout, silence, failFast }
      const created = await ask(app, 'job.create', { ...graphInput(path, flags), settings, force })
      if (!flags.json) {
        note(planTable(created.tasks))
        for (const problem of created.problems)
          if (problem.severity !== 'info') note(problemText(problem, process.stderr))
      }
      const [end] = await follow(app, flags.json ?? false, () =>
        ask(app, 'job.run', { job: created.job }).then((done) => [done])
      )
      if (flags.export) await writeJobJson(app, created.job, flags.export)
      if (end && !flags.json) await summary(app, end)
    },
    { slots: flags.slots }
  )
}

/** What a rehearsal runs is code: the first time it says so, and asks where somebody can answer (Q40). */
async function askForTrust(app: App, path: string, flags: RunFlags): Promise<void> {
  if (flags.trust) return
  const { trusted, imports } = await ask(app, 'graph.trust', { source: { path } })
  if (trusted) return
  note(`running this graph imports:\n${imports.map((line) => `  ${line}`).join('\n')}`)
  if (!process.stdin.isTTY || !process.stderr.isTTY) return
  const answers = createInterface({ input: process.stdin, output: process.stderr })
  const answer = await new Promise<string>((resolve) => answers.question('run it? [y/N] ', resolve))
  answers.close()
  if (!/^y(es)?$/i.test(answer.trim()))
    throw new Failure({ kind: 'preflight', message: 'not run; --trust runs it without asking' })
}

async function writeJobJson(app: App, job: number, file: string): Promise<void> {
  const { path, notes } = await ask(app, 'job.export', { job, format: 'job-json', out: file })
  note(`job JSON: ${path}`)
  for (const line of notes) note(`  ${line}`)
}

/** Shows events until `work` is done; Ctrl-C stops what runs, a second one at once. */
async function follow(
  app: App,
  asJson: boolean,
  work: () => Promise<{ job: number; status: JobStatus }[]>
): Promise<{ job: number; status: JobStatus }[]> {
  const line = new StatusLine()
  const watcher = new Watcher(app, line)
  const stop = app.on((event) => (asJson ? jsonEvent(event) : watcher.hear(event)))
  let interrupted = false
  const onSignal = () => {
    if (interrupted) process.exit(130)
    interrupted = true
    line.print('stopping: running tasks are ended and queued again; press Ctrl-C once more to leave at once')
    void app.close().then(() => process.exit(130))
  }
  process.on('SIGINT', onSignal)
  process.on('SIGTERM', onSignal)
  try {
    const ends = await work()
    line.clear()
    if (asJson) for (const { job, status } of ends) write(JSON.stringify({ job, status }))
    if (ends.some(({ status }) => status !== 'succeeded')) process.exitCode = 1
    return ends
  } finally {
    stop()
    line.clear()
    process.off('SIGINT', onSignal)
    process.off('SIGTERM', onSignal)
  }
}

function jsonEvent(event: RunEvent): void {
  if (event.type !== 'job') write(JSON.stringify(event))
}

/** What a run looks like to somebody who watches: each end, and in between how far things are. */
class Watcher {
  private readonly app: App
  private readonly line: StatusLine
  private readonly started = new Map<number, number>()
  private readonly told = new Map<number, number>()
  private done = 0

  constructor(app: App, line: StatusLine) {
    this.app = app
    this.line = line
  }

  hear(event: RunEvent): void {
    if (event.type === 'task') this.hearTask(event)
    if (event.type === 'expanded') this.line.print(`○ ${event.node} is batched now: ${event.tasks} tasks`)
    if (event.type === 'progress' && event.percent !== null) this.hearProgress(event.task, event.name, event.percent)
    const doing =
      event.type === 'progress' && event.percent !== null ? ` · ${event.name} ${Math.round(event.percent)}%` : ''
    this.line.show(`${this.started.size} running, ${this.done} done${doing}`)
  }

  private hearTask({ task, name, status, reason, at }: Extract<RunEvent, { type: 'task' }>): void {
    if (status === 'running') {
      this.started.set(task, Date.parse(at))
      return
    }
    const began = this.started.get(task)
    this.started.delete(task)
    if (status === 'succeeded') this.done++
    const time = began === undefined ? '' : ` in ${duration(Date.parse(at) - began)}`
    this.line.print(`${stateText(status, process.stderr)} ${name}${time}${reason ? `: ${reason}` : ''}`)
    if (status === 'failed') void showLog(this.app, task, this.line)
  }

  /** A terminal shows every step in its status line; a file gets a line a quarter. */
  private hearProgress(task: number, name: string, percent: number): void {
    const quarter = Math.floor(percent / 25)
    if (process.stderr.isTTY || percent >= 100 || quarter <= (this.told.get(task) ?? 0)) return
    this.told.set(task, quarter)
    this.line.print(`▶ ${name} ${Math.round(percent)}%`)
  }
}

async function showLog(app: App, task: number, line: StatusLine): Promise<void> {
  const log = await app.call('task.log', { task })
  if (!log.ok) return // it never started, so there is nothing to show
  for (const text of lastLines(log.value.path, 8)) line.print(`    | ${text}`)
  line.print(`    log: ${log.value.path}`)
}

async function summary(app: App, { job, status }: { job: number; status: JobStatus }): Promise<void> {
  const view = await ask(app, 'job.show', { job })
  const { nodes } = await ask(app, 'job.outputs', { job })
  write(outputTable(nodes.flatMap((node) => node.outputs)))
  const took = view.startedAt !== null && view.endedAt !== null ? ` in ${duration(view.endedAt - view.startedAt)}` : ''
  note(
    `job ${job} ${stateText(status, process.stderr)}${took}: ${Object.entries(view.counts)
      .map(([s, n]) => `${n} ${s}`)
      .join(', ')}`
  )
  const { tasks } = await ask(app, 'task.list', { job })
  const first = tasks.find((task) => task.attempts > 0)
  const log = first && (await app.call('task.log', { task: first.id }))
  if (log?.ok) note(`logs: ${log.value.path.replace(/tasks.*$/, 'tasks')}`)
  if (status !== 'succeeded')
    note(`see why: backlot tasks ${job}; try again: backlot retry ${job}; go on: backlot resume ${job}`)
}

program
  .command('resume [job]')
  .description('finish a job that was stopped or whose Backlot died; without a job, all of them')
  .option('--slots <n>', 'tasks at once', whole(1))
  .option('--json', 'one JSON line per event')
  .action((job: string | undefined, flags: { slots?: number; json?: boolean }) =>
    withApp(async (app) => {
      const ends = await follow(app, flags.json ?? false, () =>
        ask(app, 'job.resume', { job: jobNumber(job), slots: flags.slots })
      )
      if (ends.length === 0) note('no job is unfinished')
    })
  )

program
  .command('retry [job]')
  .description('try failed and canceled tasks again and run the job to its end')
  .option('--task <task>', 'this task, whatever its state (repeatable)', collect)
  .option('--downstream', 'and everything that depends on them')
  .option('--slots <n>', 'tasks at once', whole(1))
  .option('--json', 'one JSON line per event')
  .action((job: string | undefined, flags: { task?: string[]; downstream?: boolean; slots?: number; json?: boolean }) =>
    withApp(async (app) => {
      const tasks = await findTasks(app, flags.task)
      const id = tasks?.[0]?.job ?? (await ask(app, 'job.show', { job: jobNumber(job) })).id
      const again = await ask(app, 'task.retry', {
        job: id,
        tasks: tasks?.map((t) => t.task),
        downstream: flags.downstream
      })
      if (again.length === 0) note(`job ${id} has nothing to try again`)
      await follow(app, flags.json ?? false, () =>
        ask(app, 'job.run', { job: id, slots: flags.slots }).then((done) => [done])
      )
    })
  )

const jobNumber = (text: string | undefined): number | undefined => {
  if (text === undefined) return undefined
  if (/^\d+$/.test(text)) return Number(text)
  throw new Failure({
    kind: 'usage',
    message: `${JSON.stringify(text)} is no job; a job is a number, see backlot jobs`
  })
}

const findTasks = async (app: App, texts: string[] | undefined) =>
  texts && Promise.all(texts.map((text) => ask(app, 'task.find', { text })))

// — controlling ————————————————————————————————————————————————————————————————

program
  .command('pause <job>')
  .description('start nothing new of a job')
  .action(async (job: string) => {
    await call('job.pause', { job: jobNumber(job) ?? 0 })
    note(`job ${job} is paused; go on with: backlot resume ${job}`)
  })

program
  .command('stop [job]')
  .description('end what runs of a job and queue it again; or cancel single tasks')
  .option('--task <task>', 'cancel this task (repeatable)', collect)
  .action((job: string | undefined, flags: { task?: string[] }) =>
    withApp(async (app) => {
      const tasks = await findTasks(app, flags.task)
      if (tasks) await ask(app, 'task.cancel', { tasks: tasks.map((t) => t.task) })
      else await ask(app, 'job.stop', { job: jobNumber(job) ?? (await ask(app, 'job.show', {})).id })
    })
  )

program
  .command('omit <task...>')
  .description('skip tasks: they pass null on and block nothing')
  .action((texts: string[]) =>
    withApp(async (app) => {
      const tasks = await Promise.all(texts.map((text) => ask(app, 'task.find', { text })))
      await ask(app, 'task.omit', { tasks: tasks.map((t) => t.task) })
    })
  )

program
  .command('priority <job> <n>')
  .description('jobs with a higher number start their tasks first')
  .action(async (job: string, n: string) => {
    await call('job.priority', { job: jobNumber(job) ?? 0, priority: whole(-1_000_000)(n) })
  })

program
  .command('delete <job>')
  .description('forget a job with its logs and results')
  .action(async (job: string) => {
    await call('job.delete', { job: jobNumber(job) ?? 0 })
  })

// — looking ————————————————————————————————————————————————————————————————————

program
  .command('jobs')
  .description('all jobs, newest first')
  .option('--json', 'as JSON')
  .action(async (flags: { json?: boolean }) => {
    const jobs = await call('job.list', {})
    if (flags.json) json(jobs)
    else write(jobs.length ? jobTable(jobs, Date.now()) : 'no job yet; make one with: backlot run GRAPH')
  })

program
  .command('tasks [job]')
  .description('the tasks of a job (default: the newest)')
  .option('--json', 'as JSON')
  .option('--state <state>', 'only those in this state (repeatable)', collect)
  .action(async (job: string | undefined, flags: { json?: boolean; state?: string[] }) => {
    const { tasks } = await call('task.list', { job: jobNumber(job) })
    const shown = flags.state ? tasks.filter((task) => flags.state?.includes(task.state)) : tasks
    if (flags.json) json(shown)
    else write(taskTable(shown, Date.now()))
  })

program
  .command('attempts <task>')
  .description('every run of a task’s command, with its log')
  .option('--json', 'as JSON')
  .action((text: string, flags: { json?: boolean }) =>
    withApp(async (app) => {
      const { task } = await ask(app, 'task.find', { text })
      const attempts = await ask(app, 'task.attempts', { task })
      const row = (a: (typeof attempts)[number]) => [
        String(a.number),
        a.end ?? 'running',
        String(a.exitCode ?? a.signal ?? ''),
        duration(a.endedAt === null ? null : a.endedAt - a.startedAt),
        a.log,
        a.reason ?? ''
      ]
      if (flags.json) json(attempts)
      else write(table(['TRY', 'END', 'CODE', 'TIME', 'LOG', 'REASON'], attempts.map(row)))
    })
  )

program
  .command('why <task>')
  .description('why a task does not run: the chain down to the cause')
  .option('--json', 'as JSON')
  .action((text: string, flags: { json?: boolean }) =>
    withApp(async (app) => {
      const { task } = await ask(app, 'task.find', { text })
      const why = await ask(app, 'task.why', { task })
      if (flags.json) json(why)
      else write(whyText(why.steps, why.reason, why.lastLines))
    })
  )

program
  .command('outputs [job]')
  .description('what the nodes of a job wrote back (default: the newest)')
  .option('--json', '{"node identifier": {"output": value}}, values as they were written')
  .action(async (job: string | undefined, flags: { json?: boolean }) => {
    const { nodes } = await call('job.outputs', { job: jobNumber(job) })
    const text = (): Raw =>
      rawObject(
        nodes.map((n) => [n.identifier, rawObject(n.outputs.map((o) => [o.output, o.value] as const))] as const)
      )
    write(flags.json ? text() : outputTable(nodes.flatMap((node) => node.outputs)))
    const open = nodes.filter((node) => !node.complete).map((node) => node.name)
    if (open.length && !flags.json) note(`not done, so without outputs: ${open.join(', ')}`)
  })

program
  .command('log <task>')
  .description('a task’s log')
  .option('--follow', 'go on while it grows')
  .option('--attempt <n>', 'of this attempt (default: the last)', whole(1))
  .option('--grep <re>', 'only lines that match')
  .option('--json', 'its path and folder as JSON')
  .action((text: string, flags: { follow?: boolean; attempt?: number; grep?: string; json?: boolean }) =>
    withApp(async (app) => {
      const { task } = await ask(app, 'task.find', { text })
      const log = await ask(app, 'task.log', { task, attempt: flags.attempt })
      if (flags.json) json(log)
      else await printLog(app, task, log, flags)
    })
  )

function pattern(text: string | undefined): RegExp | null {
  try {
    return text === undefined ? null : new RegExp(text)
  } catch (error) {
    throw new Failure({ kind: 'usage', message: `--grep: ${(error as Error).message}` })
  }
}

async function printLog(
  app: App,
  task: number,
  log: Output<'task.log'>,
  flags: { follow?: boolean; grep?: string }
): Promise<void> {
  const wanted = pattern(flags.grep)
  if (!existsSync(log.path)) throw new Failure({ kind: 'run', message: `the log ${log.path} is gone` })
  let offset = await copyLog(log.path, 0, wanted)
  while (flags.follow) {
    const ended = (await ask(app, 'task.log', { task, attempt: log.attempt })).ended
    if (existsSync(log.path) && statSync(log.path).size > offset) offset = await copyLog(log.path, offset, wanted)
    else if (ended) return
    else await grown(log.path)
  }
}

const grown = (path: string) =>
  new Promise<void>((resolve) => {
    const done = () => {
      clearTimeout(timer)
      unwatchFile(path, done)
      resolve()
    }
    const timer = setTimeout(done, 500)
    watchFile(path, { interval: 100 }, done)
  })

/** Writes the file from `start` on and returns where it ended; nothing is held in memory but a line. */
async function copyLog(path: string, start: number, wanted: RegExp | null): Promise<number> {
  const stream = createReadStream(path, { start })
  const pipe = async (chunk: string | Buffer) => {
    if (!process.stdout.write(chunk)) await new Promise((resolve) => process.stdout.once('drain', resolve))
  }
  if (!wanted) for await (const chunk of stream) await pipe(chunk as Buffer)
  else for await (const line of createInterface({ input: stream })) if (wanted.test(line)) await pipe(`${line}\n`)
  return start + stream.bytesRead
}

// — interpreters ———————————————————————————————————————————————————————————————

const interpreterCommand = program.command('interpreter').description('how commands are launched')

interpreterCommand
  .command('list')
  .option('--json', 'as JSON')
  .action(async (flags: { json?: boolean }) => {
    const list = await call('interpreter.list', {})
    if (flags.json) json(list)
    else
      write(
        table(
          ['NAME', 'LIMIT', 'EVALUATOR', 'COMMAND'],
          list.map((i) => [i.name, String(i.limit ?? ''), i.evaluator, [...i.wrapper, ...i.argv].join(' ')])
        )
      )
  })

interface SetFlags {
  env?: Record<string, string>
  wrapper?: string[]
  limit?: number
  evaluator?: Interpreter['evaluator']
  setup?: string
}

interpreterCommand
  .command('set <name> [argv...]')
  .description('add or change one: backlot interpreter set maya -- /opt/maya/bin/mayapy {evaluator} {task}')
  .option('--env <name=value>', 'an environment variable (repeatable)', pair)
  .option('--wrapper <argument>', 'put before the command (repeatable, in order)', collect)
  .option('--limit <n>', 'at most so many tasks at once; 0: no limit', whole(0))
  .addOption(new Option('--evaluator <kind>', 'the language of its nodes').choices(evaluators))
  .option('--setup <code>', 'code to run before a node is loaded')
  .action((name: string, argv: string[], flags: SetFlags) =>
    withApp(async (app) => {
      const known = (await ask(app, 'interpreter.list', {})).find((entry) => entry.name === name)
      const changed = argv.length ? argv : known?.argv
      if (!changed)
        throw new Failure({
          kind: 'usage',
          message: `${name} is new, so it needs a command: backlot interpreter set ${name} -- PROGRAM {evaluator} {task}`
        })
      await ask(app, 'interpreter.set', {
        name,
        argv: changed,
        env: flags.env ?? known?.env ?? {},
        wrapper: flags.wrapper ?? known?.wrapper ?? [],
        limit: flags.limit === undefined ? (known?.limit ?? null) : flags.limit || null,
        evaluator: flags.evaluator ?? known?.evaluator ?? 'python',
        setup: flags.setup ?? known?.setup ?? ''
      })
      if (argv.length && !argv.some((a) => a.includes('{evaluator}')))
        note(`${name}: its command has no {evaluator}, so it will not evaluate nodes`)
    })
  )

interpreterCommand.command('remove <name>').action(async (name: string) => {
  await call('interpreter.remove', { name })
})

interpreterCommand
  .command('check [name]')
  .description('start it and report its version, and whether flowpipe and typing_extensions are there')
  .option('--json', 'as JSON')
  .action(async (name: string | undefined, flags: { json?: boolean }) => {
    const checks = await call('interpreter.check', { name })
    if (flags.json) json(checks)
    else write(checkTable(checks))
    if (name !== undefined && checks.some((c) => !c.found)) process.exitCode = 1
  })

const checkTable = (checks: Output<'interpreter.check'>) =>
  table(
    ['NAME', 'VERSION', 'FLOWPIPE', 'TYPING_EXTENSIONS', 'PROGRAM'],
    checks.map((c) =>
      c.found
        ? [
            c.name,
            c.version,
            c.flowpipe ?? (c.language === 'python' ? 'not found' : ''),
            c.language !== 'python' ? '' : c.typingExtensions ? 'found' : 'not found',
            c.executable
          ]
        : [c.name, 'not found', '', '', c.reason]
    )
  )

// — export —————————————————————————————————————————————————————————————————————

program
  .command('export [job]')
  .description('write a job out (default: the newest)')
  .addOption(new Option('--format <format>', 'what for').choices(exportFormats).default('job-json'))
  .option('--out <path>', 'the file, or the folder of a bundle; without it job-json goes to stdout')
  .action(async (job: string | undefined, flags: { format: (typeof exportFormats)[number]; out?: string }) => {
    const exported = await call('job.export', { job: jobNumber(job), format: flags.format, out: flags.out })
    if (exported.text !== null) write(exported.text)
    if (exported.path !== null) note(`written: ${exported.path}`)
    for (const line of exported.notes) note(line)
  })

program
  .command('pull <bundle>')
  .description('bring a bundle’s results back as a run of the same job')
  .option('--json', 'as JSON')
  .action(async (path: string, flags: { json?: boolean }) => {
    const pulled = await call('job.pull', { path })
    if (flags.json) json(pulled)
    else
      write(
        `job ${pulled.job}: ${pulled.succeeded} succeeded, ${pulled.failed} failed, ${pulled.missing} without a result`
      )
    if (pulled.failed) process.exitCode = 1
  })

program
  .command('doctor')
  .description('versions, interpreters, data folder, free space')
  .option('--json', 'as JSON')
  .action(async (flags: { json?: boolean }) => {
    const report = await call('doctor', {})
    if (flags.json) {
      json(report)
      return
    }
    const { interpreters, evaluators: files, ...rest } = report
    const rows = Object.entries(rest).map(([key, value]) => [
      key,
      key === 'freeBytes' ? `${(Number(value) / 1e9).toFixed(1)} GB` : String(value)
    ])
    const found = Object.entries(files).map(([kind, file]) => [
      `${kind} evaluator`,
      file.found ? file.path : `missing: ${file.path}`
    ])
    write(table(['WHAT', ''], [...rows, ...found]))
    write(checkTable(interpreters))
  })

/** Runs one command line; returns the exit code. */
export async function main(argv: readonly string[]): Promise<number> {
  if (Number(process.versions.node.split('.')[0]) < 24) {
    note(`Backlot needs Node 24 and runs on ${process.version}; start it with npm run backlot, which brings its own`)
    return 2
  }
  try {
    await program.parseAsync([...argv], { from: 'user' })
    return typeof process.exitCode === 'number' ? process.exitCode : 0
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
    if (!(error instanceof Failure)) throw error
    note(`backlot: ${error.message}`)
    return error.code
  }
}
