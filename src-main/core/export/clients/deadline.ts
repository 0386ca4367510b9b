/**
 * Deadline 10, through deadlinecommand. What GetJobTasks prints of a task are lines of `Key=Value` by the names of the
 * scripting API's Task; `TaskStatus` is one of Queued, Pending, Rendering, Suspended, Completed, Failed. Nobody here has a
 * Deadline: an answer that is otherwise says nothing. Source: deadlinecommand's own list of commands, Deadline's scripting
 * reference (class Task), and public scripts that read GetJobTask.
 */
import type { FarmEnd, FarmRunning, FarmStates, FarmWord } from '../../../domain/farm-run.ts'
import { foldersOfJob } from '../deadline/read.ts'
import type { Submission } from '../pulled/submission.ts'
import { bySubmitScript, command, type Answer, type FarmClient } from './client.ts'
import { untried } from './others.ts'

export const deadlineClient: FarmClient = {
  tried: untried('Deadline'),
  needs: [],
  submit: bySubmitScript,
  stays: false,
  namesTasks: false,
  tellsOfOne: true,
  states: ({ ids: [id] }) => (id === undefined ? null : command('deadlinecommand', 'GetJobTasks', id)),
  read: readTasks,
  // of whole jobs alone: of single tasks nobody here knows the commands
  retry: ({ ids }) => (ids.length === 0 ? null : command('deadlinecommand', 'RequeueJob', ...ids)),
  kill: ({ ids }) => (ids.length === 0 ? null : command('deadlinecommand', 'FailJob', ...ids))
}

const ends: Readonly<Record<string, FarmEnd>> = { Completed: 'succeeded', Failed: 'failed' }
const waits = ['Queued', 'Pending', 'Suspended']

function readTasks({ folder, ids: [id], jobs }: Submission, { code, out }: Answer): FarmStates | null {
  const [position] = [...jobs].find(([, one]) => one === id) ?? []
  if (code !== 0 || position === undefined) return null
  const read = foldersOfJob(folder, position)
  // a job file that somebody changed no longer says which task is which
  if (!read.ok) return null
  const folders = read.value
  const tasks = new Map<string, FarmWord>()
  const running = new Map<string, FarmRunning>()
  const waiting = new Set<string>()
  for (const said of blocksIn(out)) {
    const [place, status = ''] = [said.get('TaskId'), said.get('TaskStatus')]
    const task = place !== undefined && /^\d+$/.test(place) ? folders[Number(place)] : undefined
    const [end, host] = [ends[status], said.get('TaskSlaveName') || null]
    if (task === undefined) continue
    if (end) tasks.set(task, wordOf(end, status, host))
    else if (status === 'Rendering') running.set(task, { since: null, host })
    else if (waits.includes(status)) waiting.add(task)
  }
  const known = tasks.size + running.size + waiting.size
  return known === 0 ? null : { tasks, running, waiting, open: running.size + waiting.size > 0 }
}

const wordOf = (end: FarmEnd, status: string, host: string | null): FarmWord => ({
  ...{ end, text: end === 'succeeded' ? null : `Deadline says ${status}`, exitCode: null, signal: null },
  ...{ peakMemory: null, host }
})

/** A task each: the next one begins where a key comes again. */
function blocksIn(out: string): ReadonlyMap<string, string>[] {
  const blocks = [new Map<string, string>()]
  for (const line of out.split('\n')) {
    const [, key, value = ''] = /^\s*(\w+)=(.*?)\s*$/.exec(line) ?? []
    if (key === undefined) continue
    if (blocks.at(-1)?.has(key)) blocks.push(new Map())
    blocks.at(-1)?.set(key, value)
  }
  return blocks
}
