/** backlot submit: a job or a graph to a farm, through the farm's own client. */
import { spawn } from 'node:child_process'
import { existsSync, openSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Option, type Command } from 'commander'
import type { App } from '../app.ts'
import { logExcerpt } from '../core/attempt/excerpt.ts'
import { clients } from '../core/export/clients/ask.ts'
import { deadlineCloudClient } from '../core/export/clients/deadline-cloud.ts'
import type { FarmClient, FarmCommand } from '../core/export/clients/client.ts'
import { submitWords } from '../core/export/needs.ts'
import { submissionsIn } from '../core/export/pulled/submission.ts'
import { farmNames, type FarmName } from '../domain/formats.ts'
import { isError } from '../domain/problems.ts'
import { ask, Failure, graphInput, jobNumber, jsonLine, note, tell, withApp } from './base.ts'
import { exportedOf } from './exports.ts'
import { followFolder, isBad } from './follow.ts'
import { examples } from './help.ts'
import { problemText } from './print.ts'
import { sourceOf } from './source.ts'
import { askForTrust } from './trust.ts'

interface SubmitFlags {
  to: FarmName
  out?: string
  cloud?: boolean
  shot?: string
  show?: string
  client?: boolean
  follow?: boolean
  trust?: boolean
  force?: boolean
  json?: boolean
}

interface Wanted {
  /** the farm's own */
  options: readonly string[]
  /** nobody follows it */
  leaves: boolean
}

export function addSubmit(program: Command): void {
  const command = program
    .command('submit')
    .argument('[job|graph]', 'a job’s number (default: the newest), or a file that holds a graph')
    .argument('[options...]', 'behind --: what the farm’s own submission takes, as submit.sh says at its top')
    .description('write a job out, look at it, submit it through the farm’s own client and follow it')
    .addOption(new Option('--to <format>', 'which farm').choices(farmNames).makeOptionMandatory())
    .option(
      '--out <folder>',
      'where the export goes, which the farm’s machines have to see (default: NAME-FORMAT here)'
    )
    .option('--cloud', 'OpenJD: to AWS Deadline Cloud, where the deadline command is configured; else openjd run, here')
    .option('--show <show>', 'OpenCue: the show')
    .option('--shot <shot>', 'OpenCue: the shot')
    .option('--no-follow', 'submit it and leave')
    .option('--no-client', 'follow it from the folder alone')
    .option('--trust', 'let the code that builds the graph run')
    .option('--force', 'although preflight found errors')
    .option('--json', 'what was submitted as JSON, then one JSON line per event')
    .action((what: string | undefined, options: string[], flags: SubmitFlags) =>
      withApp((app) => {
        // behind -- and without a job the first option stands where the job would
        const isOption = what?.startsWith('-') ?? false
        const own = isOption && what !== undefined ? [what, ...options] : options
        return submit(app, isOption ? undefined : what, {
          ...flags,
          options: own,
          leaves: flags.follow === false
        })
      })
    )
  examples(
    command,
    [
      'backlot submit 3 --to slurm --out /shared/film -- --partition=render',
      'job 3 to Slurm, options as sbatch has them'
    ],
    ['backlot submit film.json --to opencue --show bbb --shot sh010', 'a graph to OpenCue'],
    ['backlot submit --to openjd --no-follow', 'the newest job with openjd run, here'],
    ['backlot submit --to openjd --cloud -- --queue-id queue-1', 'to AWS Deadline Cloud']
  )
}

async function submit(
  app: App,
  what: string | undefined,
  { options, leaves, ...flags }: Omit<SubmitFlags, 'follow'> & Wanted
): Promise<void> {
  const { to, json: asJson = false } = flags
  const client = flags.cloud ? deadlineCloudClient : clients[to]
  const farm = flags.cloud ? 'Deadline Cloud' : to
  const words = saidTo(client, farm, flags, options)
  const { job, made } = await jobFor(app, what, flags)
  const out = await outFor(app, job, flags)
  await writeOut(app, job, { to, out, asJson })
  if (client.tried !== null) tell(`note: what is done with ${farm} here was ${client.tried}`)
  const log = client.stays ? join(out, `${to}.log`) : null
  const ended = start(client.submit(out, words), log)
  const run = client.stays ? await begunRun(out, ended) : null
  if (run === null) {
    const code = await ended
    if (code !== 0 || client.stays)
      throw new Failure({
        kind: 'run',
        message: `${farm} did not take it (exit code ${code}), and the export is ${out}; what it said ${saidText(log)}`
      })
    // it was only shown or checked, or told how it is used
    if (submissionsIn(out).length === 0)
      throw new Failure({
        kind: 'usage',
        message: `nothing was submitted; what ${farm} said stands above, and the export is ${out}`
      })
  }
  if (asJson) jsonLine('submit', { job, format: to, folder: out })
  else tell(`submitted to ${farm}: ${out}`)
  // what was made of the graph is on its farm now: it is pulled as a job of its own
  if (made) await ask(app, 'job.trash', { jobs: [job] })
  if (leaves) return
  const place = { path: out, client: flags.client ?? true, asJson, ...(run === null ? {} : { run, ended }) }
  const last = await followFolder(app, place)
  const code = client.stays ? await ended : 0
  if (code !== 0 && !isBad(last))
    throw new Failure({
      kind: 'run',
      message: `${farm} ended with exit code ${code} and left ${last.missing} tasks without a result; what it said ${saidText(log)}`
    })
}

/** What submit.sh is told. Throws (`usage`): an option of another farm, or what this one needs is not said. */
function saidTo(client: FarmClient, farm: string, { to, cloud, show, shot }: SubmitFlags, options: readonly string[]) {
  const given = { '--show': show, '--shot': shot }
  const flags = new Map(
    Object.entries(given).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]))
  )
  if (cloud && to !== 'openjd') refuseOption('--cloud', 'openjd', to)
  for (const option of flags.keys()) {
    const takes = farmNames.filter((name) => clients[name].needs.some((need) => need.option === option))
    if (!takes.includes(to)) refuseOption(option, takes.join(' or '), to)
  }
  const words = submitWords(farm, client.needs, { flags, options, env: process.env })
  if (words.ok) return words.value
  throw new Failure(words.error)
}

function refuseOption(option: string, takes: string, to: FarmName): never {
  throw new Failure({ kind: 'usage', message: `${option} is for --to ${takes}, not for ${to}` })
}

/** Where the export goes. Throws (`usage`): one is there. */
async function outFor(app: App, job: number, flags: SubmitFlags): Promise<string> {
  const { name } = await ask(app, 'job.show', { job })
  const out = resolve(flags.out ?? `${name.replace(/[^\w.-]+/g, '_') || 'job'}-${flags.to}`)
  const again = existsSync(join(out, 'bundle.json')) && flags.out === undefined
  if (!again) return out
  throw new Failure({
    kind: 'usage',
    message: `${out} is there; say another folder with --out, or submit that one again: sh ${join(out, 'submit.sh')}`
  })
}

/** Between two looks for a submission's record, ms. */
const lookMs = 50

/** The submission's name, once it has a record; null: its client has ended without one. */
async function begunRun(out: string, ended: Promise<number | null>): Promise<string | null> {
  let isOver = false
  const over = () => void (isOver = true)
  void ended.then(over, over)
  for (;;) {
    const wasOver = isOver
    const run = submissionsIn(out).at(-1)?.run ?? null
    if (run !== null || wasOver) return run
    await sleep(lookMs)
  }
}

/** `stands above`, or its last line and where the others are. */
function saidText(log: string | null): string {
  if (log === null) return 'stands above'
  const last = logExcerpt(log, null, 1).at(-1)?.trim()
  return `is in ${log}${last === undefined ? '' : `, at last: ${last}`}`
}

/** The job that is meant, or one of the graph. */
async function jobFor(
  app: App,
  what: string | undefined,
  flags: Pick<SubmitFlags, 'trust' | 'force'>
): Promise<{ job: number; made: boolean }> {
  if (what === undefined || /^\d+$/.test(what))
    return { job: (await ask(app, 'job.show', { job: jobNumber(what) })).id, made: false }
  const source = sourceOf(what, [], {})
  await askForTrust(app, source, flags, 'look')
  const created = await ask(app, 'job.create', { ...graphInput(source, {}), force: flags.force })
  for (const problem of created.problems) if (isError(problem)) note(problemText(problem, process.stderr))
  return { job: created.job, made: true }
}

async function writeOut(
  app: App,
  job: number,
  { to, out, asJson }: { to: FarmName; out: string; asJson: boolean }
): Promise<void> {
  const { problems } = exportedOf(await app.call('job.export', { job, format: to, out, verify: true }))
  if (!asJson) for (const problem of problems) note(problemText(problem, process.stderr))
  tell(`written and read back: ${out}`)
}

/** Its exit code; what it says goes to stderr, or into `log` where it stays until the job has ended. */
function start({ argv: [program, ...rest] }: FarmCommand, log: string | null): Promise<number | null> {
  const out = log === null ? process.stderr : openSync(log, 'a')
  const child = spawn(program, rest, { stdio: ['ignore', out, out], detached: log !== null })
  if (log !== null) child.unref()
  return new Promise((done, failed) => {
    child.once('exit', done)
    child.once('error', (error) =>
      failed(new Failure({ kind: 'run', message: `${program} cannot be started: ${error.message}` }))
    )
  })
}
