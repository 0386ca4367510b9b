/** Running jobs: new ones, stopped ones, failed ones. */
import { counted } from '../domain/counts.ts'
import type { Command } from 'commander'
import type { Output } from '../api.ts'
import type { App } from '../app.ts'
import { isResumable } from '../domain/status.ts'
import { changedText, planTable, problemText } from './print.ts'
import { isError, isNotable } from '../domain/problems.ts'
import {
  ask,
  collect,
  convertFlags,
  findTasks,
  graphInput,
  jobNumber,
  json,
  jsonLine,
  memory,
  note,
  seconds,
  tell,
  whole,
  withApp,
  write,
  type ConvertFlags
} from './base.ts'
import { mayReport } from '../api/reporting.ts'
import { runReportKind } from '../api/run-report.ts'
import { mayExport } from '../core/export/target.ts'
import { exportedOf } from './exports.ts'
import { oneLine } from './outlet.ts'
import { sourceFlags, sourceOf, type FileSource, type SourceFlags } from './source.ts'
import { examples, graphArgument, jobArgument } from './help.ts'
import { askForTrust } from './trust.ts'
import { tellWarnings } from './log-rules.ts'
import { notify } from './notify.ts'
import { runAndTell, tellOpen, tellSurroundings } from './running.ts'

/** run, resume, rerun, retry */
export function addRunCommands(program: Command): void {
  addRun(program)
  addResume(program)
  addRerun(program)
  addRetry(program)
}

function addRun(program: Command): void {
  const command = sourceFlags(
    convertFlags(graphArgument(program.command('run')).description('convert a graph and run its job here'))
  )
    .option('--slots <n>', 'tasks at once (default: one per core)', whole(1))
    .option('--dry-run', 'show the tasks in order and what each waits for; run nothing')
    .option('--changed', 'run only what changed since it last succeeded; of the rest the earlier results count')
    .option('--fail-fast', 'start nothing new after the first failure')
    .option('--retries <n>', 'try a failed task so many times more', whole(0))
    .option('--timeout <s>', 'stop a task that runs longer', seconds)
    .option('--silence <s>', 'stop a task whose log does not grow for so long', seconds)
    .option(
      '--memory <size>',
      'stop a task that has more in memory, such as "4 GB" (Linux); metadata.memory of a node counts more',
      memory
    )
    .option('--start-timeout <s>', 'give a program up that is not there within so long (default: 300)', seconds)
    .option('--cold', 'start each task in a process of its own, whatever its interpreter says')
    .option(
      '--strict',
      'fail tasks whose log warns (missing textures, licences, memory; see backlot interpreter rules)'
    )
    .option('--force', 'run although preflight found errors')
    .option('--require-outputs', 'fail (exit 1) where a file that an output names is not there or empty')
    .option('--export <file>', 'also write the job JSON there')
    .option('--report <file>', 'also write what ran and what came of it as one HTML file')
    .option('--notify [program]', 'tell the desktop of the end, or start a program with job, status and name')
    .option('--json', 'one JSON line per event, the last one {"job": …, "status": …}')
    .action((text: string, args: string[], flags: RunFlags) => {
      const source = sourceOf(text, args, flags)
      return flags.dryRun ? dryRun(source, flags) : runGraph(source, flags)
    })
  examples(
    command,
    ['backlot run film.json --dry-run', 'what would run, and in which order'],
    ['backlot run film.json --map maya=python', 'Maya’s nodes with the plain Python'],
    ['backlot run film.json --frames 1,15,30', 'a smoke run of three frames'],
    ['backlot run film.json --changed', 'only what changed since it last succeeded'],
    ['backlot run shots.py:build -- sh010', 'the graph that a function of the file gives']
  )
}

function addResume(program: Command): void {
  const command = program
    .command('resume')
    .argument('[job]', 'its number (default: every job that is unfinished)')
    .description('finish a job that was stopped or whose Backlot died')
    .option('--slots <n>', 'tasks at once', whole(1))
    .option('--here', 'also a job that is on a farm: stop it there first; it is finished here from then on')
    .option('--json', 'one JSON line per event')
    .action((job: string | undefined, flags: { slots?: number; here?: boolean; json?: boolean }) =>
      withApp(async (app) => {
        const { slots, here, json: asJson = false } = flags
        const number = jobNumber(job)
        const all = await ask(app, 'job.list', {})
        const jobs = number === undefined ? all.filter((one) => isResumable(one.status)).map(({ id }) => id) : [number]
        // one that is on its farm is refused with a sentence: nothing of it is about to run
        const isOnFarm = all.some(({ id, status }) => id === number && status === 'remote')
        if (!asJson && !(isOnFarm && !here)) await tellOpen(app, jobs.toReversed())
        const ends = await runAndTell(app, jobs, asJson, () => ask(app, 'job.resume', { job: number, slots, here }))
        if (ends.length === 0) note('no job is unfinished')
      })
    )
  examples(
    command,
    ['backlot resume', 'all that is unfinished'],
    ['backlot resume 3', 'job 3, also where it was paused'],
    ['backlot resume 3 --here', 'job 3 was on a farm and is stopped there: the rest of it here']
  )
}

function addRerun(program: Command): void {
  const command = jobArgument(program.command('rerun'))
    .description('run a new job of the same graph with the same options and settings')
    .option('--slots <n>', 'tasks at once', whole(1))
    .option('--changed', 'run only what changed; of the rest the earlier results count')
    .option('--start-timeout <s>', 'give a program up that is not there within so long', seconds)
    .option('--cold', 'start each task in a process of its own')
    .option('--no-cold', 'as its interpreter says')
    .option('--force', 'run although preflight found errors')
    .option('--json', 'one JSON line per event')
    .action((job: string | undefined, { slots, json: asJson = false, ...how }: RerunFlags) =>
      withApp(async (app) => {
        const { id } = await ask(app, 'job.show', { job: jobNumber(job) })
        const created = await ask(app, 'job.rerun', { job: id, ...how })
        tell(`job ${created.job} is job ${id} once more`)
        if (!asJson) tellPlan(created)
        await runAndTell(app, [created.job], asJson, () =>
          ask(app, 'job.run', { job: created.job, slots }).then((done) => [done])
        )
      })
    )
  examples(command, ['backlot rerun', 'the newest job anew'], ['backlot rerun 3 --changed', 'of job 3 what changed'])
}

interface RerunFlags {
  slots?: number
  changed?: boolean
  startTimeout?: number
  cold?: boolean
  force?: boolean
  json?: boolean
}

function addRetry(program: Command): void {
  const command = jobArgument(program.command('retry'))
    .description('try failed and canceled tasks again and run the job to its end')
    .option('--task <task>', 'this task, whatever its state (repeatable)', collect)
    .option('--downstream', 'and everything that depends on them')
    .option('--slots <n>', 'tasks at once', whole(1))
    .option('--json', 'one JSON line per event')
    .action(
      (job: string | undefined, flags: { task?: string[]; downstream?: boolean; slots?: number; json?: boolean }) =>
        withApp(async (app) => {
          const tasks = await findTasks(app, flags.task)
          const id = tasks?.[0]?.job ?? (await ask(app, 'job.show', { job: jobNumber(job) })).id
          const again = await ask(app, 'task.retry', {
            job: id,
            tasks: tasks?.map((t) => t.task),
            downstream: flags.downstream
          })
          if (again.length === 0) note(`job ${id} has nothing to try again`)
          const asked = new Set(tasks?.map((t) => t.task))
          const others = again.filter((task) => !asked.has(task)).length
          if (tasks && others > 0 && !flags.downstream)
            note(
              `${others === 1 ? '1 task that was' : `${others} tasks that were`} made from what runs again will run again, too`
            )
          const asJson = flags.json ?? false
          if (!asJson) await tellSurroundings(app, id)
          if (!asJson) await tellOpen(app, [id])
          await runAndTell(app, [id], asJson, () =>
            ask(app, 'job.run', { job: id, slots: flags.slots }).then((done) => [done])
          )
        })
    )
  examples(
    command,
    ['backlot retry', 'what failed of the newest job'],
    ['backlot retry --task Render-2 --downstream', 'one task, and all that depends on it']
  )
}

export interface RunFlags extends ConvertFlags, SourceFlags {
  slots?: number
  dryRun?: boolean
  changed?: boolean
  failFast?: boolean
  retries?: number
  timeout?: number
  silence?: number
  memory?: number
  startTimeout?: number
  cold?: boolean
  strict?: boolean
  force?: boolean
  requireOutputs?: boolean
  json?: boolean
  export?: string
  report?: string
  notify?: true | string
}

async function dryRun(source: FileSource, flags: RunFlags): Promise<void> {
  if (flags.export !== undefined) exportedOf(mayExport({ format: 'job-json', out: flags.export }))
  const { text, document, problems } = await withApp(async (app) => {
    await askForTrust(app, source, flags, 'look')
    if (!flags.changed) {
      const plan = await ask(app, 'graph.plan', graphInput(source, flags))
      return { ...plan, document: plan, text: planTable(plan.tasks) }
    }
    const looked = await ask(app, 'graph.changed', graphInput(source, flags))
    return { ...looked, document: looked, text: changedText(looked.tasks) }
  })
  if (flags.json) json('run --dry-run', document)
  else write(text)
  for (const problem of problems) if (isNotable(problem)) note(problemText(problem, process.stderr))
  if (problems.some(isError)) process.exitCode = 3
}

/** Converts a graph, runs its job here and tells of it. */
export async function runGraph(source: FileSource, flags: RunFlags): Promise<void> {
  if (flags.report !== undefined) exportedOf(mayReport(flags.report, runReportKind))
  if (flags.export !== undefined) exportedOf(mayExport({ format: 'job-json', out: flags.export }))
  await withApp(
    async (app) => {
      const current = flags.changed ? await ask(app, 'job.current', graphInput(source, flags)) : null
      if (current) return nothingToDo(app, current, flags)
      await askForTrust(app, source, flags, 'run')
      const { retries, timeout, silence, memory, startTimeout, failFast, force, changed, cold, strict } = flags
      const settings = { retries, timeout, silence, memory, startTimeout, failFast, changed, cold, strict }
      const created = await ask(app, 'job.create', { ...graphInput(source, flags), settings, force, soon: !changed })
      if (!flags.json) {
        tellPlan(created)
        for (const problem of created.problems) if (isNotable(problem)) note(problemText(problem, process.stderr))
      }
      await runAndTell(app, [created.job], flags.json ?? false, () =>
        ask(app, 'job.run', { job: created.job }).then((done) => [done])
      )
      await tellEnd(app, created.job, flags)
      await tellMissing(app, created.job, flags.requireOutputs ?? false)
      if (flags.json) await tellWarnings(app, created.job)
      if (flags.export !== undefined) await writeJobJson(app, created.job, flags.export)
    },
    { slots: flags.slots }
  )
}

/** Outputs that name files which are not there: on a farm nobody would see it. */
async function tellMissing(app: App, job: number, required: boolean): Promise<void> {
  for (const { message, tasks, remedy } of await ask(app, 'job.missing', { job })) {
    note(oneLine(`${required ? 'error' : 'warning'} output-missing (${tasks.join(', ')}): ${message}; ${remedy}`))
    if (required) process.exitCode = 1
  }
}

/** The end of a job as a file, and to whoever has gone away. */
async function tellEnd(app: App, job: number, { report, notify: wanted }: RunFlags): Promise<void> {
  if (report !== undefined) tell(`report: ${(await ask(app, 'job.report', { job, out: report })).path}`)
  if (wanted !== undefined) await notify(wanted, await ask(app, 'job.show', { job }))
}

/** Which job was made, and the first of its tasks. */
function tellPlan({ job, name, tasks, plan }: Pick<Output<'job.create'>, 'job' | 'name' | 'tasks' | 'plan'>): void {
  tell(`job ${job} ${name}: ${counted(tasks, 'task')}`)
  tell(planTable(plan))
  if (tasks > plan.length) tell(`and ${tasks - plan.length} more: backlot tasks ${job}`)
}

/** The job that a new one would equal stands for it. */
async function nothingToDo(app: App, { job, tasks }: { job: number; tasks: number }, flags: RunFlags): Promise<void> {
  if (flags.json) jsonLine('run', { job, status: 'succeeded', unchanged: tasks })
  else tell(`nothing changed since job ${job}: all of its ${tasks} tasks are done (0 ran, ${tasks} unchanged)`)
  if (flags.export !== undefined) await writeJobJson(app, job, flags.export)
}

async function writeJobJson(app: App, job: number, file: string): Promise<void> {
  const exported = await app.call('job.export', { job, format: 'job-json', out: file })
  const { path, problems } = exportedOf(exported)
  tell(`job JSON: ${path}`)
  for (const problem of problems) note(problemText(problem, process.stderr))
}
