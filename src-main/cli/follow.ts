/** A job on a farm, watched from its folder until it has ended there. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Output } from '../api.ts'
import type { App } from '../app.ts'
import { momentText } from '../domain/durations.ts'
import { farmText } from '../domain/farm-run.ts'
import { statusOf } from '../domain/status.ts'
import { ask, jobNumber, jsonLine, note, tell } from './base.ts'
import { ending } from './ending.ts'
import { stateText } from './print.ts'
import { follow } from './watch.ts'

export type Pulled = Output<'job.pull'>

export interface FollowedPlace {
  path: string
  run?: string
  client: boolean
  asJson: boolean
  /** of a client that stays as long as the job does */
  ended?: Promise<number | null>
}

export const isBad = ({ failed, canceled, eaten }: Pulled): boolean => failed + canceled + eaten > 0

export function tellMissing(pulled: Pulled): void {
  const text = missingText(pulled)
  if (text !== null) tell(text)
}

/** `why`: what the client says. */
export const unheardText = (why: string): string => `note: ${why}; its folder, and what was known already, count`

const some = (n: number, what: string) => (n > 0 ? [`${n} ${what}`] : [])

/** `job 5: 3 succeeded, 1 failed, 1 canceled, 2 running on the farm, 4 without a result`. */
export function pulledText({ job, ...pulled }: Pulled): string {
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

/** Why nobody need wait for what is without a result; null: it is on its farm, or nothing is left to start. */
export function leftText({ job, farm, waiting }: Pulled): string | null {
  if (farm.open || farm.run === null || waiting === 0) return null
  return `nothing of it runs or may start on its farm any more, so what waits has no result there: finish it here with: backlot resume ${job}`
}

/** Which submission that is, and that it goes on. */
export function openText({ job, farm }: Pulled): string {
  const since = farm.submittedAt === null ? '' : `, submitted ${momentText(farm.submittedAt)}`
  const who = farm.user === null ? '' : ` by ${farm.user}`
  return `it is on its farm, ${farmText(farm)}${since}${who}: follow it with: backlot follow ${job}; bring up to date with: backlot pull ${farm.folder}`
}

/** A job that is on a farm, or was: the one of this number, else the newest; undefined: there is none. */
export async function farmJob(app: App, number: string | undefined) {
  const jobs =
    number === undefined ? await ask(app, 'job.list', {}) : [await ask(app, 'job.show', { job: jobNumber(number) })]
  return jobs.flatMap(({ id, farm }) => (farm === null ? [] : [{ id, farm }]))[0]
}

/** Between two looks, ms. */
const pollMs = 1500

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

/** Looks into the folder again and again until nothing of it runs or may start there any more; what the last look saw. */
export async function followFolder(
  app: App,
  { path, client, asJson, ended, ...place }: FollowedPlace
): Promise<Pulled> {
  let stays = ended !== undefined
  void ended?.finally(() => (stays = false))
  let { run } = place
  let unheard: string | null = null
  const look = async () => {
    const seen = await ask(app, 'job.pull', { path, run, ask: client })
    if (!asJson && seen.unheard !== null && seen.unheard !== unheard) tell(unheardText(seen.unheard))
    unheard = seen.unheard
    return seen
  }
  let last = await look()
  // what is submitted from the folder meanwhile is another job
  run ??= last.farm.run ?? undefined
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
  const left = leftText(last)
  if (!asJson) note(pulledText(last))
  if (!asJson && left !== null) note(left)
  if (isBad(last)) process.exitCode = 1
  return last
}
