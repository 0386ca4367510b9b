/** backlot submit: a job or a graph to a farm, through the farm's own client. */
import { spawn } from 'node:child_process'
import { existsSync, openSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { Option, type Command } from 'commander'
import type { App } from '../app.ts'
import { clients } from '../core/export/clients/ask.ts'
import { deadlineCloudClient } from '../core/export/clients/deadline-cloud.ts'
import type { FarmCommand } from '../core/export/clients/client.ts'
import { farmNames, type FarmName } from '../domain/formats.ts'
import { isError } from '../domain/problems.ts'
import { ask, Failure, graphInput, json, jobNumber, note, tell, withApp } from './base.ts'
import { exportedOf } from './exports.ts'
import { followFolder } from './follow.ts'
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
  if (flags.cloud && to !== 'openjd')
    throw new Failure({ kind: 'usage', message: `--cloud is for --to openjd, not for ${to}` })
  const { job, made } = await jobFor(app, what, flags)
  const { name } = await ask(app, 'job.show', { job })
  const out = resolve(flags.out ?? `${name.replace(/[^\w.-]+/g, '_') || 'job'}-${to}`)
  const again = existsSync(join(out, 'bundle.json')) && flags.out === undefined
  if (again)
    throw new Failure({
      kind: 'usage',
      message: `${out} is there; say another folder with --out, or submit that one again: sh ${join(out, 'submit.sh')}`
    })
  await writeOut(app, job, { to, out, asJson })
  const client = flags.cloud ? deadlineCloudClient : clients[to]
  const farm = flags.cloud ? 'Deadline Cloud' : to
  if (client.tried !== null) tell(`note: what is done with ${farm} here was ${client.tried}`)
  const own = to === 'opencue' ? [flags.show, flags.shot].filter((one) => one !== undefined) : []
  const ended = start(client.submit(out, [...own, ...options]), client.stays ? join(out, `${to}.log`) : null)
  if (!client.stays) {
    const code = await ended
    if (code !== 0)
      throw new Failure({
        kind: 'run',
        message: `${farm} did not take it (exit code ${code}); what it said stands above, the export is ${out}`
      })
  }
  if (asJson) json('submit', { job, format: to, folder: out })
  else tell(`submitted to ${farm}: ${out}`)
  // what was made of the graph is on its farm now: it is pulled as a job of its own
  if (made) await ask(app, 'job.trash', { jobs: [job] })
  if (leaves) return
  await followFolder(app, { path: out, client: flags.client ?? true, asJson, ...(client.stays ? { ended } : {}) })
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
