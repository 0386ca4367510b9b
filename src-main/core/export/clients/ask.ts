/** Which client a farm has, and what it says of a submission. */
import { join } from 'node:path'
import { farmNames, type FarmName } from '../../../domain/formats.ts'
import type { FarmStates } from '../../../domain/farm-run.ts'
import { caughtLater, type Result } from '../../../domain/result.ts'
import { cutMiddle } from '../../../domain/visible.ts'
import { folderThere, reading } from '../pulled/readable.ts'
import { submissionFile, submissionOf, type Submission } from '../pulled/submission.ts'
import { deadlineCloud } from '../openjd/submit.ts'
import { withBooks } from './books.ts'
import { cannot, type Answer, type FarmClient, type FarmCommand } from './client.ts'
import { deadlineClient } from './deadline.ts'
import { deadlineCloudClient } from './deadline-cloud.ts'
import { opencueClient } from './opencue.ts'
import { afanasyClient, flamencoClient, openjdClient, royalRenderClient } from './others.ts'
import { slurmClient } from './slurm.ts'
import { tractorClient } from './tractor.ts'
import { partsOf } from './parts.ts'
import { asked, longestMs } from './start.ts'

export const clients: Readonly<Record<FarmName, FarmClient>> = {
  openjd: openjdClient,
  opencue: opencueClient,
  deadline: deadlineClient,
  tractor: tractorClient,
  slurm: slurmClient,
  flamenco: flamencoClient,
  afanasy: afanasyClient,
  royalrender: royalRenderClient
}

/** `format`: as a submission's record has it. */
export function clientOf(format: string | null): FarmClient | null {
  if (format === deadlineCloud) return deadlineCloudClient
  const name = farmNames.find((one) => one === format)
  return name === undefined ? null : clients[name]
}

export interface HeardStates {
  /** null: the farm has no client here, or it did not say; then the folder and what is known already count */
  states: FarmStates | null
  /** why the client that is here did not say; null: it did, or there is none */
  unheard: string | null
}

const unasked: HeardStates = { states: null, unheard: null }

/** Errors (`usage`): no such submission. */
export function statesOf(path: string, run: string | undefined): Promise<Result<HeardStates>> {
  return caughtLater(async () => {
    const folder = folderThere(path)
    const submission = reading(folder, () => submissionOf(folder, run))
    const client = clientOf(submission.format)
    const lack = lackOf(submission, client)
    if (lack !== null) return { states: null, unheard: `${lack}: it was cut off or damaged, or is being written` }
    const heard = client ? await statesBy(client, submission) : unasked
    if (!client?.books || !heard.states) return heard
    return { ...heard, states: await withBooks(client.books, submission, heard.states) }
  })
}

/** What a submission's record lacks for anybody to be asked about it; null: nothing, or nobody would be asked. */
function lackOf({ run, root, format, ids, stopped }: Submission, client: FarmClient | null): string | null {
  const record = join(root, submissionFile)
  if (run === null || stopped) return null
  if (format === null) return `${record} does not say which farm took it`
  return client !== null && client.states !== cannot && ids.length === 0 ? `${record} names no job of it` : null
}

/** All parts of its answer together. Of farms that are asked id by id those that say something count; else all must. */
async function statesBy(client: FarmClient, submission: Submission): Promise<HeardStates> {
  const groups = client.tellsOfOne ? submission.ids.map((id) => [id]) : [submission.ids]
  const parts = groups.flatMap((ids) => partsOf(ids, (some) => client.states({ ...submission, ids: [...some] })) ?? [])
  let heard = unasked
  for (const { units, command } of parts) {
    const answer = await asked(command)
    const states = answer && client.read({ ...submission, ids: [...units] }, answer)
    if (states) heard = { ...heard, states: heard.states === null ? states : together(heard.states, states) }
    else {
      heard = { ...heard, unheard: heard.unheard ?? (answer && whyUnheard(command, answer)) }
      // a program that is not here, or hangs, is not asked again and again
      if (!client.tellsOfOne || !answer || answer.code === null) return { ...heard, states: null }
    }
  }
  return heard.unheard === null || !heard.states
    ? heard
    : { ...heard, states: { ...heard.states, open: true, isPart: true } }
}

/** A Python that lacks the farm's library is no client. */
const noLibrary = /No module named/

function whyUnheard({ argv: [program] }: FarmCommand, { code, out, err }: Answer): string | null {
  if (noLibrary.test(err)) return null
  const last = (err.trim() || out.trim()).split('\n').at(-1)?.trim()
  const why = code === null ? `no answer within ${longestMs / 1000} s` : last || `exit code ${code}`
  return `${program} did not say how its tasks stand: ${cutMiddle(why, longestWhy)}`
}

const longestWhy = 300

const together = (one: FarmStates, other: FarmStates): FarmStates => ({
  tasks: new Map([...one.tasks, ...other.tasks]),
  running: new Map([...one.running, ...other.running]),
  waiting: new Set([...one.waiting, ...other.waiting]),
  open: one.open || other.open
})
