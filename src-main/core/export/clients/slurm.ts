/**
 * Slurm, through squeue, scontrol and scancel. squeue tells of what has ended for MinJobAge (five minutes where nobody says
 * otherwise); after that the tasks' own notes count, and sacct. Source: squeue(1).
 */
import type { FarmRunning, FarmStates, FarmWord } from '../../../domain/farm-run.ts'
import { elementOf, type Submission } from '../pulled/submission.ts'
import { allNamed, bySubmitScript, type Answer, type FarmClient } from './client.ts'
import { slurmBooks } from './sacct.ts'
import { endIn, isBlocked, onCluster, slurmWord } from './slurm-states.ts'

const separator = '|'

const columns = ['%F', '%K', '%T', '%N', '%r', '%S']

/** What people set for their own squeue would leave tasks out, or write times in another way. */
const plainQueue = Object.fromEntries(
  ['ACCOUNT', 'ALL', 'ARRAY', 'FEDERATION', 'FORMAT', 'FORMAT2', 'LICENSES', 'LOCAL', 'NAMES', 'PARTITION', 'PRIORITY']
    .concat('QOS', 'SIBLING', 'SORT', 'STATES', 'USERS')
    .map((name): [string, undefined] => [`SQUEUE_${name}`, undefined])
)

export const slurmClient: FarmClient = {
  tried: null,
  needs: [],
  submit: bySubmitScript,
  stays: false,
  namesTasks: true,
  states: (submission) => {
    const words = ['-h', '-r', '-t', 'all', '-o', columns.join(separator), '-j', submission.ids.join()]
    return submission.ids.length === 0
      ? null
      : { ...onCluster('squeue', submission, ...words), env: { ...plainQueue, SLURM_TIME_FORMAT: 'standard' } }
  },
  read: readQueue,
  books: slurmBooks,
  retry: (submission, tasks) => {
    const names = elements(submission, tasks)
    return names && onCluster('scontrol', submission, 'requeue', names.join())
  },
  kill: (submission, tasks) => {
    const names = tasks === null ? submission.ids : elements(submission, tasks)
    return names === null || names.length === 0 ? null : onCluster('scancel', submission, ...names)
  }
}

const elements = (submission: Submission, tasks: readonly string[]): string[] | null =>
  allNamed(tasks, (task) => {
    const element = elementOf(submission, task)
    return element && `${element.id}_${element.index}`
  })

/** What has begun: a suspended one goes on where it was. */
const runs = ['RUNNING', 'COMPLETING', 'SUSPENDED', 'STOPPED', 'RESIZING', 'SIGNALING', 'STAGE_OUT']

/** It waits for what has failed, and a farm that cancels no such jobs keeps it for ever. */
const neverStarts = 'DependencyNeverSatisfied'

/** All else is what a site's own squeue says beside, such as `CLUSTER: moon`. */
const isRow = /^\d+(?:\|[^|]*){5}$/

/** One that is not in it any more has ended: its own words count, and nothing of it may start. */
function readQueue({ arrays }: Submission, { code, out, err }: Answer): FarmStates | null {
  if (code !== 0 && !/Invalid job id/i.test(err)) return null
  const waiting = new Set<string>()
  const tasks = new Map<string, FarmWord>()
  const running = new Map<string, FarmRunning>()
  let open = false
  for (const line of out.split('\n')) {
    if (!isRow.test(line)) continue
    const [id = '', index = '', state = '', node = '', reason = '', start = ''] = line.split(separator)
    const array = arrays.find((one) => one.id === id)
    const [end, host] = [endIn(state), node === '' ? null : node]
    if (end === undefined && reason !== neverStarts) open = true
    if (!array) continue
    const task = `${array.node}/${array.first + Number(index)}`
    if (runs.includes(state)) running.set(task, { since: timeIn(start), host })
    else if (end === undefined || isBlocked(reason)) waiting.add(task)
    else tasks.set(task, slurmWord(end, state, host))
  }
  return { tasks, running, waiting, open }
}

/** `2026-11-28T14:02:00`, in the time of this machine; else no time, such as `N/A`. */
function timeIn(text: string): number | null {
  const at = Date.parse(text)
  return Number.isNaN(at) ? null : at
}
