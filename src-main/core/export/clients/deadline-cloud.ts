/**
 * AWS Deadline Cloud, through the `deadline` command (PyPI's deadline 0.60, cli/_groups/job_group.py): `job get` prints the
 * job as YAML, in which only counts tell of its tasks; `requeue-tasks` and `cancel` act on the whole of it.
 */
import { parse } from 'yaml'
import { z } from 'zod'
import type { FarmStates } from '../../../domain/farm-run.ts'
import type { Submission } from '../pulled/submission.ts'
import { command, submitScript, type Answer, type FarmClient, type FarmCommand } from './client.ts'

export const deadlineCloudClient: FarmClient = {
  tried: 'written from the sources of the deadline command and tried against a stand-in for it: there was no AWS here',
  submit: (folder, options) => command('sh', submitScript(folder), '--cloud', ...options),
  stays: false,
  namesTasks: false,
  states: (submission) => ask(submission, 'get'),
  read: readJob,
  retry: (submission) =>
    ask(submission, 'requeue-tasks', '--yes', '--run-status', 'failed', '--run-status', 'canceled'),
  kill: (submission) => ask(submission, 'cancel', '--yes')
}

function ask({ ids: [id], options }: Submission, verb: string, ...more: string[]): FarmCommand | null {
  return id === undefined ? null : command('deadline', 'job', verb, '--job-id', id, ...options, ...more)
}

const shape = z.looseObject({
  lifecycleStatus: z.string().optional(),
  taskRunStatus: z.string()
})

/** Jobs in which nothing runs or may start (Deadline Cloud's API, TaskRunStatus). */
const over = ['SUCCEEDED', 'FAILED', 'CANCELED', 'NOT_COMPATIBLE']

function readJob(_: Submission, { code, out }: Answer): FarmStates | null {
  const read = code === 0 ? shape.safeParse(parsed(out)) : null
  return read?.success ? { tasks: new Map(), open: !over.includes(read.data.taskRunStatus) } : null
}

function parsed(text: string): unknown {
  try {
    return parse(text)
  } catch {
    return null // no answer of this command
  }
}
