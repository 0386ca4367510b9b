/** All findings of a job, the worst first. */
import { inOrder, type Finding } from '../../domain/rehearsal.ts'
import { writeCollision } from './findings/collisions.ts'
import { missingDependency } from './findings/dependencies.ts'
import type { JobEvidence } from './findings/evidence.ts'
import { missingFile, outputMissing, privateFile, staleFile, writesInput } from './findings/files.ts'
import { privateFiles } from './findings/private.ts'
import { failsHere, memory, notDeterministic, notRepeatable, processLeft, warmState } from './findings/runs.ts'
import { environment, network, unexplained } from './findings/surroundings.ts'

const kinds: readonly ((job: JobEvidence) => Finding[])[] = [
  ...[failsHere, missingDependency, writeCollision, privateFiles, environment, network, writesInput, staleFile],
  ...[outputMissing, missingFile, privateFile, processLeft, memory, notRepeatable, notDeterministic, warmState]
]

export function findingsOf(job: JobEvidence): Finding[] {
  const told = kinds.flatMap((find) => find(job))
  return inOrder([...told, ...unexplained(job, told)])
}
