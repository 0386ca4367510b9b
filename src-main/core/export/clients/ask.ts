/** Which client a farm has, and what it says of a submission. */
import { resolve } from 'node:path'
import { farmNames, type FarmName } from '../../../domain/formats.ts'
import type { FarmStates } from '../../../domain/farm-run.ts'
import { caughtLater, type Result } from '../../../domain/result.ts'
import { reading } from '../pulled/readable.ts'
import { submissionOf, type Submission } from '../pulled/submission.ts'
import { deadlineCloud } from '../openjd/submit.ts'
import { withBooks } from './books.ts'
import type { FarmClient } from './client.ts'
import { deadlineClient } from './deadline.ts'
import { deadlineCloudClient } from './deadline-cloud.ts'
import { opencueClient } from './opencue.ts'
import { afanasyClient, flamencoClient, openjdClient, royalRenderClient, tractorClient } from './others.ts'
import { slurmClient } from './slurm.ts'
import { partsOf } from './parts.ts'
import { asked } from './start.ts'

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

/** Null: the farm has no client here, or it does not answer; then its folder alone counts. Errors (`usage`): no such submission. */
export function statesOf(path: string, run: string | undefined): Promise<Result<FarmStates | null>> {
  return caughtLater(async () => {
    const folder = resolve(path)
    const submission = reading(folder, () => submissionOf(folder, run))
    const client = clientOf(submission.format)
    const states = client && (await statesBy(client, submission))
    return client?.books && states ? withBooks(client.books, submission, states) : states
  })
}

/** All parts of its answer together; null: one of them is none. */
async function statesBy(client: FarmClient, submission: Submission): Promise<FarmStates | null> {
  const groups = client.tellsOfOne ? submission.ids.map((id) => [id]) : [submission.ids]
  const parts = groups.flatMap((ids) => partsOf(ids, (some) => client.states({ ...submission, ids: [...some] })) ?? [])
  let all: FarmStates | null = null
  for (const { units, command } of parts) {
    const answer = await asked(command)
    const states = answer && client.read({ ...submission, ids: [...units] }, answer)
    if (!states) return null
    all = all === null ? states : together(all, states)
  }
  return all
}

const together = (one: FarmStates, other: FarmStates): FarmStates => ({
  tasks: new Map([...one.tasks, ...other.tasks]),
  running: new Map([...one.running, ...other.running]),
  waiting: new Set([...one.waiting, ...other.waiting]),
  open: one.open || other.open
})
