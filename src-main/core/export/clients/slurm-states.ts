/** What Slurm's states mean, for squeue and for sacct. Source: squeue(1) and sacct(1), JOB STATE CODES. */
import type { FarmEnd, FarmWord } from '../../../domain/farm-run.ts'
import type { Submission } from '../pulled/submission.ts'
import { clusterOption } from '../slurm/scripts.ts'
import { command, type FarmCommand } from './client.ts'

/** What has ended, and as what; all else that is no end is still there. */
const ends: Readonly<Record<string, FarmEnd>> = {
  COMPLETED: 'succeeded',
  FAILED: 'failed',
  CANCELLED: 'cancelled',
  TIMEOUT: 'timed out',
  DEADLINE: 'timed out',
  OUT_OF_MEMORY: 'out of memory',
  NODE_FAIL: 'node lost',
  BOOT_FAIL: 'node lost',
  PREEMPTED: 'preempted',
  LAUNCH_FAILED: 'launch failed',
  RECONFIG_FAIL: 'launch failed'
}

/** `CANCELLED by 1000` ends as `CANCELLED` does. */
export const endIn = (state: string): FarmEnd | undefined => ends[state.replace(/[ +].*$/, '')]

/** What waits for a failed task and can never start is cancelled by Slurm: it is blocked. */
export const isBlocked = (reason: string): boolean => /Dependency/i.test(reason)

/** `exit`: `1:0` or `0:9`, the exit code and the signal; null: it is not told. */
export function slurmWord(end: FarmEnd, state: string, host: string | null, exit: string | null = null): FarmWord {
  const [, code = 0, signal = 0] = (/^(\d+):(\d+)$/.exec(exit ?? '') ?? []).map(Number)
  const more = `${code > 0 ? `, exit code ${code}` : ''}${signal > 0 ? `, signal ${signal}` : ''}`
  return {
    ...{ end, text: `Slurm says ${state}${more}`, exitCode: code > 0 ? code : null, signal: null },
    ...{ peakMemory: null, host }
  }
}

/** Where there are several clusters, the one that took it. */
export const clusterOf = ({ options }: Submission): string | undefined => options.get(clusterOption)

export const onCluster = (program: string, submission: Submission, ...words: string[]): FarmCommand => {
  const cluster = clusterOf(submission)
  return command(program, ...(cluster === undefined ? [] : [`${clusterOption}=${cluster}`]), ...words)
}
