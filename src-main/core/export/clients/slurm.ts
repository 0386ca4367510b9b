/**
 * Slurm, through squeue, sacct, scontrol and scancel. squeue tells of what has ended for MinJobAge (five minutes where nobody
 * says otherwise); sacct for ever, where the farm keeps accounts. Sources: squeue(1), JOB STATE CODES; sacct(1).
 */
import type { FarmEnd, FarmStates, FarmWord } from '../../../domain/farm-run.ts'
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
          ['%F', '%K', '%T', '%N', '%r'].join(separator),
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

/** One that is not in it any more has ended: its own words count, and nothing of it may start. */
function readQueue({ arrays }: Submission, { code, out, err }: Answer): FarmStates | null {
  if (code !== 0) return /Invalid job id/i.test(err) ? { tasks: new Map(), open: false } : null
  const tasks = new Map<string, FarmWord>()
  let open = false
  for (const line of out.split('\n').filter(Boolean)) {
    const [id = '', index = '', state = '', host = '', reason = ''] = line.split(separator)
    const array = arrays.find((one) => one.id === id)
    const end = ends[state]
    if (end === undefined) open = true
    // what waits for a failed task and can never start is cancelled by Slurm: it is blocked
    else if (array && !/Dependency/i.test(reason))
      tasks.set(`${array.node}/${array.first + Number(index)}`, word(end, state, host))
  }
  return { tasks, open }
}

const word = (end: FarmEnd, state: string, host: string): FarmWord => ({
  ...{ end, text: `Slurm says ${state}`, exitCode: null, signal: null, peakMemory: null },
  host: host === '' ? null : host
})
