/**
 * Slurm's accounting, of jobs that slurmctld has forgotten (MinJobAge: five minutes where nobody says otherwise). A site
 * without slurmdbd has none. Source: sacct(1), which asks not to be called in a loop: books.ts sees to that.
 */
import type { FarmWord } from '../../../domain/farm-run.ts'
import { arraySize } from '../slurm/arrays.ts'
import type { Submission } from '../pulled/submission.ts'
import type { Answer, FarmBooks, FarmCommand } from './client.ts'
import { clusterOf, endIn, isBlocked, onCluster, slurmWord } from './slurm-states.ts'

const columns = ['JobID', 'State', 'ExitCode', 'NodeList', 'Reason']

const dayMs = 24 * 60 * 60 * 1000

export const slurmBooks: FarmBooks = {
  key: (submission) => `sacct ${clusterOf(submission) ?? ''}`,
  ask,
  read
}

function ask(submission: Submission): FarmCommand | null {
  const { ids, at } = submission
  if (ids.length === 0) return null
  // numbers are given again after years; the clock there may be another
  const since = at === null ? [] : [`--starttime=${new Date(at - dayMs).toISOString().slice(0, 10)}`]
  const words = ['--allocations', '--allusers', '--parsable2', '--noheader', `--format=${columns.join()}`, ...since]
  const env = { SLURM_BITSTR_LEN: '0', SACCT_FEDERATION: undefined, SACCT_LOCAL: undefined }
  return { ...onCluster('sacct', submission, ...words, '--jobs', ids.join()), env }
}

/** An element, or those that ended together before they began: `41_7`, `41_[0-3,8%2]`; steps, as `41_7.batch`, are none. */
const row = /^(\d+)_(?:(\d+)|\[([^\]|]*)\])\|([^|]*)\|([^|]*)\|([^|]*)\|([^|]*)$/

function read({ arrays }: Submission, { code, out, err }: Answer): ReadonlyMap<string, FarmWord> | 'none' | null {
  if (/accounting storage is disabled/i.test(`${out}${err}`)) return 'none'
  if (code !== 0) return null
  const words = new Map<string, FarmWord>()
  for (const line of out.split('\n')) {
    const [, id, index, list, state = '', exit = '', nodes = '', reason = ''] = row.exec(line.trim()) ?? []
    const array = arrays.find((one) => one.id === id)
    const end = endIn(state)
    if (!array || end === undefined || isBlocked(reason)) continue
    const host = nodes === '' || nodes === 'None assigned' ? null : nodes
    const word = slurmWord(end, state, host, exit)
    for (const at of index === undefined ? placesIn(list ?? '') : [Number(index)])
      words.set(`${array.node}/${array.first + at}`, word)
  }
  return words
}

/** `0-3,8-12:2%4`; ours have no more than `arraySize`. */
function placesIn(list: string): number[] {
  return (
    list
      .split('%')[0]
      ?.split(',')
      .flatMap((part) => {
        const [, first, last = first, step = '1'] = /^(\d+)(?:-(\d+)(?::(\d+))?)?$/.exec(part) ?? []
        const [from, to, by] = [Number(first), Math.min(Number(last), arraySize), Math.max(1, Number(step))]
        return first === undefined || to < from
          ? []
          : Array.from({ length: Math.floor((to - from) / by) + 1 }, (_, i) => from + i * by)
      }) ?? []
  )
}
