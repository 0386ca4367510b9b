/** Jobs on a farm: submitted, followed, brought back. */
import { existsSync, statSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Command } from 'commander'
import type { Output } from '../api.ts'
import type { App } from '../app.ts'
import { momentText } from '../domain/durations.ts'
import { farmText } from '../domain/farm-run.ts'
import { ask, Failure, json, jsonLine, jobNumber, note, tell, withApp, write } from './base.ts'
import { ending } from './ending.ts'
import { examples } from './help.ts'
import { statusOf } from '../domain/status.ts'
import { stateText } from './print.ts'
import { addSubmit } from './submit.ts'
import { follow } from './watch.ts'

type Pulled = Output<'job.pull'>

/** submit, follow, pull */
export function addFarmCommands(program: Command): void {
  addSubmit(program, followFolder)
  addFollow(program)
  addPull(program)
}

interface PullFlags {
  run?: string
  client?: boolean
  json?: boolean
}

function addPull(program: Command): void {
  const command = program
    .command('pull')
    .argument('<folder>', 'what backlot export wrote, while the farm runs it or after')
    .description(
      'bring the results of an export’s folder back: a submission is one job here, brought up to date each time'
    )
    .option('--run <name>', 'an earlier submission than the newest, as runs/ has it')
    .option('--no-client', 'from the folder alone: the farm’s own client is not asked')
    .option('--json', 'as JSON')
    .action((path: string, { run, client, json: asJson }: PullFlags) =>
      withApp(async (app) => {
        const pulled = await ask(app, 'job.pull', { path, run, ask: client })
        if (asJson) json('pull', pulled)
        else {
          write(pulledText(pulled))
          tellMissing(pulled)
          if (pulled.farm.open) note(openText(pulled))
        }
        if (isBad(pulled)) process.exitCode = 1
      })
    )
  examples(
    command,
    ['backlot pull film', 'results, logs and times of the farm, as a job here'],
    ['backlot pull film --run 20261128-101500-4711', 'those of an earlier submission']
  )
}

const isBad = ({ failed, canceled, eaten }: Pulled): boolean => failed + canceled + eaten > 0

function tellMissing(pulled: Pulled): void {
  const text = missingText(pulled)
  if (text !== null) tell(text)
}

const some = (n: number, what: string) => (n > 0 ? [`${n} ${what}`] : [])

/** `job 5: 3 succeeded, 1 failed, 1 canceled, 2 running on the farm, 4 without a result`. */
function pulledText({ job, ...pulled }: Pulled): string {
  const { succeeded, failed, canceled, eaten, running, missing } = pulled
  return `job ${job}: ${[
    ...[`${succeeded} succeeded`, `${failed} failed`],
    ...[...some(canceled, 'canceled'), ...some(eaten, 'eaten'), ...some(running, 'running on the farm')],
    `${missing} without a result`
  ].join(', ')}`
}

/** Of those without a result: `of these 3 wait, and 1 is blocked by what did not succeed`; null: there are none. */
function missingText({ waiting, blocked, missing }: Pulled): string | null {
  const parts = [...some(waiting, 'waiting'), ...some(blocked, 'blocked by what did not succeed')]
  return missing === 0 ? null : `without a result: ${parts.join(', ')}`
}

/** Which submission that is, and that it goes on. */
function openText({ job, farm }: Pulled): string {
  const since = farm.submittedAt === null ? '' : `, submitted ${momentText(farm.submittedAt)}`
  const who = farm.user === null ? '' : ` by ${farm.user}`
  return `it is on its farm, ${farmText(farm)}${since}${who}: follow it with: backlot follow ${job}; bring up to date with: backlot pull ${farm.folder}`
}

/** Between two looks, ms. */
const pollMs = 1500

function addFollow(program: Command): void {
  const command = program
    .command('follow')
    .argument('[job|folder]', 'a job on a farm (default: the newest), or an export’s folder')
    .description(
      'watch a job on its farm until it has ended there: states, progress, logs and outputs, from its folder'
    )
    .option('--run <name>', 'an earlier submission of the folder than the newest')
    .option('--no-client', 'from the folder alone: the farm’s own client is not asked')
    .option('--json', 'one JSON line per event, the last one {"job": …, "status": …}')
    .action((what: string | undefined, { run, client, json: asJson = false }: PullFlags) =>
      withApp(async (app) => {
        const place = await placeOf(app, what)
        await followFolder(app, { ...place, ...(run === undefined ? {} : { run }), client: client ?? true, asJson })
      })
    )
  examples(
    command,
    ['backlot follow', 'the newest job that is on a farm'],
    ['backlot follow film', 'the newest submission of an export’s folder'],
    ['backlot follow 7 --json', 'events, to be read by a program']
  )
}

export interface FollowedPlace {
  path: string
  run?: string
  client: boolean
  asJson: boolean
  /** of a client that stays as long as the job does */
  ended?: Promise<number | null>
}

async function placeOf(app: App, what: string | undefined): Promise<{ path: string; run?: string }> {
  if (what !== undefined && !/^\d+$/.test(what)) return { path: what }
  // a folder may be called as a number is
  if (what !== undefined && existsSync(what) && statSync(what).isDirectory()) return { path: what }
  const all = await ask(app, 'job.list', {})
  const job =
    what === undefined ? all.find(({ farm }) => farm !== null) : await ask(app, 'job.show', { job: jobNumber(what) })
  if (job?.farm) return { path: job.farm.folder, ...(job.farm.run === null ? {} : { run: job.farm.run }) }
  const message =
    what === undefined
      ? 'no job is on a farm; name an export’s folder: backlot follow FOLDER'
      : `job ${what} runs here and on no farm; submit it with: backlot submit ${what} --to FORMAT`
  throw new Failure({ kind: 'usage', message })
}

/** What is so already: the first look tells nobody. People see what runs, programs all that has begun. */
async function tellNow(app: App, job: number, asJson: boolean): Promise<void> {
  const at = new Date().toISOString()
  for (const { id: task, state, name, attempts, reason, took } of (await ask(app, 'task.list', { job })).tasks) {
    const status = statusOf(state)
    const attempt = attempts === 0 ? null : attempts
    if (asJson && status !== 'queued')
      jsonLine('follow', { type: 'task', job, at, task, name, status, attempt, reason, took })
    else if (!asJson && status === 'running') tell(`${stateText(state, process.stderr)} ${name}: ${reason ?? ''}`)
  }
}

/** Looks into the folder again and again until nothing of it runs or may start there any more. */
export async function followFolder(app: App, { path, run, client, asJson, ended }: FollowedPlace): Promise<void> {
  let stays = ended !== undefined
  void ended?.finally(() => (stays = false))
  const look = () => ask(app, 'job.pull', { path, run, ask: client })
  let last = await look()
  const { job } = last
  if (!asJson) {
    tell(pulledText(last))
    tellMissing(last)
    if (last.farm.open) tell(openText(last))
  }
  const leaving = `it goes on on its farm; see it again with: backlot follow ${job}`
  await follow(app, { jobs: [job], asJson, leaving }, async () => {
    await tellNow(app, job, asJson)
    while ((last.farm.open || stays) && !ending.isEnding) {
      await sleep(pollMs)
      last = await look()
    }
    // it may have ended between the look and its last word
    if (ended !== undefined) last = await look()
    const { status } = await ask(app, 'job.show', { job })
    return [{ job, status }]
  })
  if (!asJson) note(pulledText(last))
  if (isBad(last)) process.exitCode = 1
}
