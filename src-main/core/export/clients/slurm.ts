/**
 * Slurm, through squeue, sacct, scontrol and scancel. squeue tells of what has ended for MinJobAge (five minutes where nobody
 * says otherwise); sacct for ever, where the farm keeps accounts. Sources: squeue(1), JOB STATE CODES; sacct(1).
 */
import type { FarmEnd, FarmRunning, FarmStates, FarmWord } from '../../../domain/farm-run.ts'
import { elementOf, type Submission } from '../pulled/submission.ts'
import { bySubmitScript, command, type Answer, type FarmClient } from './client.ts'

const separator = '|'

export const slurmClient: FarmClient = {
  tried: null,
  submit: bySubmitScript,
  stays: false,
  namesTasks: true,
  states: ({ ids }) =>
    ids.length === 0
      ? null
      : command(
          'squeue',
          '-h',
          '-r',
          '-t',
          'all',
          '-o',
          ['%F', '%K', '%T', '%N', '%r', '%S'].join(separator),
          '-j',
          ids.join()
        ),
  read: readQueue,
  retry: (submission, tasks) => command('scontrol', 'requeue', elements(submission, tasks).join()),
  kill: (submission, tasks) => command('scancel', ...(tasks === null ? submission.ids : elements(submission, tasks)))
}

const elements = (submission: Submission, tasks: readonly string[]): string[] =>
  tasks.flatMap((task) => {
    const element = elementOf(submission, task)
    return element ? [`${element.id}_${element.index}`] : []
  })

/** What has ended badly, and as what; all else that is no end is still there. */
const ends: Readonly<Record<string, FarmEnd>> = {
  COMPLETED: 'succeeded',
  FAILED: 'failed',
  CANCELLED: 'cancelled',
  TIMEOUT: 'timed out',
  DEADLINE: 'timed out',
  OUT_OF_MEMORY: 'out of memory',
  NODE_FAIL: 'node lost',
  BOOT_FAIL: 'node lost',
  PREEMPTED: 'preempted'
}

/** What has begun: a suspended one goes on where it was. */
const runs = ['RUNNING', 'COMPLETING', 'SUSPENDED', 'STOPPED']

/** One that is not in it any more has ended: its own words count, and nothing of it may start. */
function readQueue({ arrays }: Submission, { code, out, err }: Answer): FarmStates | null {
  if (code !== 0) return /Invalid job id/i.test(err) ? { tasks: new Map(), running: new Map(), open: false } : null
  const tasks = new Map<string, FarmWord>()
  const running = new Map<string, FarmRunning>()
  let open = false
  for (const line of out.split('\n').filter(Boolean)) {
    const [id = '', index = '', state = '', node = '', reason = '', start = ''] = line.split(separator)
    const array = arrays.find((one) => one.id === id)
    const [end, host] = [ends[state], node === '' ? null : node]
    if (end === undefined) open = true
    if (!array) continue
    const task = `${array.node}/${array.first + Number(index)}`
    if (runs.includes(state)) running.set(task, { since: timeIn(start), host })
    // what waits for a failed task and can never start is cancelled by Slurm: it is blocked
    else if (end !== undefined && !/Dependency/i.test(reason)) tasks.set(task, word(end, state, host))
  }
  return { tasks, running, open }
}

const word = (end: FarmEnd, state: string, host: string | null): FarmWord => ({
  ...{ end, text: `Slurm says ${state}`, exitCode: null, signal: null, peakMemory: null, host }
})

/** `2026-11-28T14:02:00`, in the time of this machine; else no time, such as `N/A`. */
function timeIn(text: string): number | null {
  const at = Date.parse(text)
  return Number.isNaN(at) ? null : at
}
