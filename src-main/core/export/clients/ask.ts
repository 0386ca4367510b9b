/** Which client a farm has, and what it says of a submission. */
import { resolve } from 'node:path'
import { farmNames, type FarmName } from '../../../domain/formats.ts'
import type { FarmStates } from '../../../domain/farm-run.ts'
import { caught, ok, type Result } from '../../../domain/result.ts'
import { submissionOf } from '../pulled/submission.ts'
import type { FarmClient } from './client.ts'
import { opencueClient } from './opencue.ts'
import {
  afanasyClient,
  deadlineClient,
  flamencoClient,
  openjdClient,
  royalRenderClient,
  tractorClient
} from './others.ts'
import { slurmClient } from './slurm.ts'
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

export const clientOf = (format: string | null): FarmClient | null =>
  farmNames.some((name) => name === format) ? clients[format as FarmName] : null

/** Null: the farm has no client here, or it does not answer; then its folder alone counts. Errors (`usage`): no such submission. */
export async function statesOf(path: string, run: string | undefined): Promise<Result<FarmStates | null>> {
  const found = caught(() => submissionOf(resolve(path), run))
  if (!found.ok) return found
  const client = clientOf(found.value.format)
  const question = client?.states(found.value) ?? null
  const answer = question && (await asked(question))
  return ok(client && answer ? client.read(found.value, answer) : null)
}
