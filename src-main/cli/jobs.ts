/** Jobs as a list: looked for, deleted, brought back, cleared away. */
import { InvalidArgumentError, Option, type Command } from 'commander'
import type { JobView } from '../api.ts'
import type { App } from '../app.ts'
import { ageOf, bytesText, momentOf } from '../domain/durations.ts'
import { goesOnText, isRemote } from '../domain/farm-run.ts'
import { isUnfinished, jobStatusOrder, type JobStatus } from '../domain/status.ts'
import { ask, call, Failure, json, note, tell, whole, withApp, write } from './base.ts'
import { examples, oneOf } from './help.ts'
import { jobTable } from './print.ts'
import { agreed } from './trust.ts'

/** jobs, delete, undelete, gc */
export function addJobsCommands(program: Command): void {
  addJobs(program)
  addDelete(program)
  addUndelete(program)
  addClear(program)
}

interface JobsFlags {
  state?: JobStatus[]
  name?: string
  since?: number
  limit?: number
  sizes?: boolean
  json?: boolean
}

const since = (text: string): number => {
  const at = momentOf(text, Date.now())
  if (at === null) throw new InvalidArgumentError('write an age such as 2h or 30d, or a date such as 2026-11-27.')
  return at
}

/** Sizes that take longer are told with --sizes, ms. */
const sizesMs = 1000

function addJobs(program: Command): void {
  const command = program
    .command('jobs')
    .description('all jobs, newest first')
    .addOption(oneOf(new Option('--state <state>', 'only those in this state (repeatable)'), jobStatusOrder))
    .option('--name <text>', 'only those with this text in their name or their graph’s path')
    .option('--since <when>', 'only those made since then: an age (2h, 30d) or a date', since)
    .option('--limit <n>', 'at most so many', whole(1))
    .option('--sizes', 'what their files take, also where that takes longer than a second to tell')
    .option('--json', 'as JSON')
    .action((flags: JobsFlags) =>
      withApp(async (app) => {
        const all = await ask(app, 'job.list', {})
        const jobs = all.filter((job) => isWanted(job, flags)).slice(0, flags.limit)
        const sizes = await sizesOf(app, jobs, flags.sizes ? undefined : sizesMs)
        if (flags.json)
          json(
            'jobs',
            jobs.map((job) => ({ ...job, bytes: sizes.get(job.id) ?? null }))
          )
        else if (jobs.length > 0) write(jobTable(jobs, sizes, Date.now()))
        else write(all.length > 0 ? 'no such job' : 'no job yet; make one with: backlot run GRAPH')
      })
    )
  examples(
    command,
    ['backlot jobs', 'number, status, tasks, time and size of each'],
    ['backlot jobs --state failed --since 2d', 'what failed since the day before yesterday'],
    ['backlot jobs --name film --limit 5', 'the last five of a film']
  )
}

const isWanted = ({ status, name, source, createdAt }: JobView, flags: JobsFlags): boolean =>
  (flags.state?.includes(status) ?? true) &&
  (flags.since === undefined || createdAt >= flags.since) &&
  (flags.name === undefined ||
    [name, source].some((text) => text.toLowerCase().includes(flags.name?.toLowerCase() ?? '')))

async function sizesOf(
  app: App,
  jobs: readonly JobView[],
  ms: number | undefined
): Promise<Map<number, number | null>> {
  const sizes = await ask(app, 'job.sizes', { jobs: jobs.map(({ id }) => id), ms })
  return new Map(sizes.map(({ job, bytes }) => [job, bytes]))
}

/** `5`, or `5-9`. Refuses what is neither. */
function numbersIn(text: string): number[] {
  const [, first, last = first] = /^(\d+)(?:-(\d+))?$/.exec(text) ?? []
  const [from, to] = [Number(first), Number(last)]
  if (first !== undefined && from > 0 && to >= from && to - from < 1_000_000)
    return Array.from({ length: to - from + 1 }, (_, i) => from + i)
  throw new Failure({
    kind: 'usage',
    message: `${JSON.stringify(text)} is no job; write numbers and ranges, such as 1 2 5-9`
  })
}

interface DeleteFlags {
  olderThan?: number
  keep?: number
  yes?: boolean
  json?: boolean
}

const age = (text: string): number => {
  const ms = ageOf(text)
  if (ms === null) throw new InvalidArgumentError('write it as 30d, 12h or 2w.')
  return ms
}

function addDelete(program: Command): void {
  const command = program
    .command('delete')
    .argument('[jobs...]', 'their numbers and ranges of them: 1 2 5-9')
    .description('forget jobs with their logs and results; undelete brings them back until gc clears them away')
    .option('--older-than <age>', 'those made longer ago, such as 30d; unfinished ones stay', age)
    .option('--keep <n>', 'all but the newest so many; unfinished ones stay', whole(0))
    .option('-y, --yes', 'do not ask')
    .option('--json', 'as JSON')
    .action((texts: string[], flags: DeleteFlags) => withApp((app) => deleteJobs(app, texts, flags)))
  examples(
    command,
    ['backlot delete 1 2 5-9', 'these'],
    ['backlot delete --older-than 30d --keep 20', 'old ones, but never the newest 20'],
    ['backlot delete --keep 20 --yes', 'without a question, as from a timer'],
    ['backlot undelete', 'the last ones again']
  )
}

async function deleteJobs(app: App, texts: readonly string[], flags: DeleteFlags): Promise<void> {
  const byRule = flags.olderThan !== undefined || flags.keep !== undefined
  if (texts.length > 0 === byRule)
    throw new Failure({ kind: 'usage', message: 'say which: numbers and ranges (1 2 5-9), or --older-than and --keep' })
  const all = await ask(app, 'job.list', {})
  const chosen = byRule ? ruled(all, flags) : named(all, texts)
  if (chosen.length === 0) return void tell('no such job')
  const jobs = chosen.map(({ id }) => id)
  if (!(await mayDelete(app, chosen, flags, byRule)))
    throw new Failure({ kind: 'preflight', message: 'nothing deleted' })
  const onFarm = chosen.filter(({ farm }) => isRemote(farm))
  await ask(app, 'job.trash', { jobs })
  if (flags.json) json('delete', { deleted: jobs, onFarm: onFarm.map(({ id }) => id) })
  const which = jobs.length === 1 ? `job ${jobs.join()} is` : `${jobs.length} jobs are`
  tell(`${which} deleted; bring back with: backlot undelete ${ranges(jobs)}; free the space with: backlot gc`)
  for (const { id, farm } of onFarm) if (farm) tell(goesOnText(id, farm))
}

const ruled = (all: readonly JobView[], { olderThan = 0, keep = 0 }: DeleteFlags): JobView[] =>
  all.slice(keep).filter((job) => job.createdAt <= Date.now() - olderThan && !isUnfinished(job.status))

/** Of a range those that are there; a number alone has to be. */
function named(all: readonly JobView[], texts: readonly string[]): JobView[] {
  const known = new Map(all.map((job) => [job.id, job]))
  const found = texts.flatMap((text) => {
    const hits = numbersIn(text).flatMap((id) => known.get(id) ?? [])
    if (hits.length > 0) return hits
    throw new Failure({ kind: 'usage', message: `there is no job ${text}; see them with: backlot jobs` })
  })
  return [...new Set(found)]
}

/** Asked in a terminal. Without one, numbers are as good as a yes, since it can be undone; a rule has to come with one. */
async function mayDelete(app: App, jobs: readonly JobView[], { yes }: DeleteFlags, byRule: boolean): Promise<boolean> {
  if (yes) return true
  const isTerminal = process.stdin.isTTY && process.stderr.isTTY
  if (!isTerminal && !byRule) return true
  const sizes = await sizesOf(app, jobs, sizesMs)
  note(jobTable(jobs, sizes, Date.now()))
  for (const { id, farm } of jobs) if (farm && isRemote(farm)) note(goesOnText(id, farm))
  if (!isTerminal)
    throw new Failure({
      kind: 'untrusted',
      message: 'a rule chose these jobs, so --yes is needed where nobody can be asked'
    })
  return agreed(`delete ${jobs.length === 1 ? 'this job' : `these ${jobs.length} jobs`}? [y/N] `)
}

/** `1 2 5-9`. */
function ranges(jobs: readonly number[]): string {
  const parts: [number, number][] = []
  for (const id of jobs.toSorted((a, b) => a - b)) {
    const last = parts.at(-1)
    if (last?.[1] === id - 1) last[1] = id
    else parts.push([id, id])
  }
  return parts.map(([from, to]) => (from === to ? String(from) : `${from}-${to}`)).join(' ')
}

function addUndelete(program: Command): void {
  const command = program
    .command('undelete')
    .argument('[jobs...]', 'their numbers and ranges of them (default: those that were deleted last)')
    .description('bring deleted jobs back, as long as gc has not cleared them away')
    .option('--list', 'only show those that are deleted')
    .option('--json', 'as JSON')
    .action((texts: string[], flags: { list?: boolean; json?: boolean }) =>
      withApp((app) => undelete(app, texts, flags))
    )
  examples(command, ['backlot undelete --list', 'what can be brought back'], ['backlot undelete 5-9', 'these'])
}

async function undelete(app: App, texts: string[], flags: { list?: boolean; json?: boolean }): Promise<void> {
  const deleted = await ask(app, 'job.deleted', {})
  if (flags.list) {
    if (flags.json)
      json(
        'undelete',
        deleted.map((job) => ({ ...job, bytes: null }))
      )
    else write(deleted.length ? jobTable(deleted, new Map(), Date.now()) : 'no job is deleted')
    return
  }
  const [last] = deleted
  if (!last) throw new Failure({ kind: 'usage', message: 'no job is deleted' })
  const known = new Set(deleted.map(({ id }) => id))
  const chosen = texts.length
    ? texts.flatMap((text) => (/-/.test(text) ? numbersIn(text).filter((id) => known.has(id)) : numbersIn(text)))
    : deleted.filter(({ deletedAt }) => deletedAt === last.deletedAt).map(({ id }) => id)
  const jobs = [...new Set(chosen)]
  if (jobs.length === 0) throw new Failure({ kind: 'usage', message: `none of ${texts.join(' ')} is deleted` })
  await ask(app, 'job.restore', { jobs })
  if (flags.json) json('undelete', { restored: jobs })
  tell(`back again: ${ranges(jobs)}`)
}

function addClear(program: Command): void {
  const command = program
    .command('gc')
    .description('free the space of deleted jobs, of folders without a job and of graphs without one')
    .option('--dry-run', 'only say what there is to free')
    .option('--json', 'as JSON')
    .action(async (flags: { dryRun?: boolean; json?: boolean }) => {
      const cleared = await call('store.clear', { dry: flags.dryRun })
      if (flags.json) return void json('gc', cleared)
      const { jobs, folders, graphs, bytes, left, open } = cleared
      const what = [
        `${jobs.length} deleted ${jobs.length === 1 ? 'job' : 'jobs'}`,
        ...(folders.length ? [`${folders.length} folders without a job`] : []),
        ...(graphs ? [`${graphs} graphs without a job`] : [])
      ]
      write(`${flags.dryRun ? 'there are' : 'freed'} ${bytesText(bytes)}: ${what.join(', ')}`)
      for (const path of left) note(`left, since Backlot did not make it: ${path}`)
      for (const path of open)
        note(`left, since another program has it open; close that and run backlot gc again: ${path}`)
    })
  examples(
    command,
    ['backlot gc --dry-run', 'how much there is to free'],
    ['backlot gc', 'free it; deleted jobs are gone then']
  )
}
