/**
 * AWS Deadline Cloud, through the Python library of its `deadline` command (PyPI's deadline 0.60: `deadline.client.api`), and
 * the calls that this makes: ListSteps, ListTasks, UpdateTask, UpdateJob (AWS Deadline Cloud API Reference). Requeueing is the
 * target status PENDING, as `deadline job requeue-tasks` does it.
 */
import { z } from 'zod'
import type { FarmEnd, FarmRunning, FarmStates, FarmWord } from '../../../domain/farm-run.ts'
import { parametersOfTasks } from '../openjd/read.ts'
import type { Submission } from '../pulled/submission.ts'
import {
  command,
  parsedAnswer,
  pythonCommand,
  submitScript,
  type Answer,
  type FarmClient,
  type FarmCommand
} from './client.ts'

/** `PYTHON - VERB JOB OPTIONS TASKS`: prints what it found as JSON, or gives tasks (null: the job) another target status. */
const script = `import json
import sys
from deadline.client import api
from deadline.client.config import config_file

verb, job = sys.argv[1:3]
options, wanted = map(json.loads, sys.argv[3:5])
names = {
    '--profile': 'defaults.aws_profile_name',
    '--farm-id': 'defaults.farm_id',
    '--queue-id': 'defaults.queue_id',
    '--region': 'defaults.farm_region',
}
config = config_file.read_config()
for option in names:
    if option in options:
        config_file.set_setting(names[option], options[option], config=config)
cloud = api.get_boto3_client('deadline', config=config)
place = {'jobId': job}
for key, option in (('farmId', '--farm-id'), ('queueId', '--queue-id')):
    place[key] = config_file.get_setting(names[option], config=config)


def tasks():
    for page in cloud.get_paginator('list_steps').paginate(**place):
        for step in page['steps']:
            own = dict(place, stepId=step['stepId'])
            for part in cloud.get_paginator('list_tasks').paginate(**own):
                for task in part['tasks']:
                    values = [str(value) for one in task.get('parameters', {}).values() for value in one.values()]
                    yield own, task, [step['name'], values[0] if values else '']


if verb == 'states':
    found = [
        [*name, task['runStatus'], task.get('failureRetryCount', 0), task['startedAt'].timestamp() if 'startedAt' in task else None]
        for _, task, name in tasks()
    ]
    print(json.dumps({'tasks': found, 'status': cloud.get_job(**place)['taskRunStatus']}))
elif wanted is None:
    cloud.update_job(**place, targetTaskRunStatus=verb)
else:
    for own, task, name in tasks():
        if name in wanted:
            cloud.update_task(**own, taskId=task['taskId'], targetRunStatus=verb)
`

const call = (verb: string, { ids: [id], options }: Submission, tasks: unknown = null): FarmCommand | null => {
  if (id === undefined) return null
  const words = [JSON.stringify(Object.fromEntries(options)), JSON.stringify(tasks)]
  return pythonCommand(script, verb, id, ...words)
}

export const deadlineCloudClient: FarmClient = {
  tried: 'tried with the real deadline library against a stand-in for its service: there was no AWS here',
  // farm and queue may stand in its own configuration
  needs: [],
  submit: (folder, options) => command('sh', submitScript(folder), '--cloud', ...options),
  stays: false,
  namesTasks: true,
  states: (submission) => call('states', submission),
  read: readTasks,
  retry: (submission, tasks) => call('PENDING', submission, named(submission, tasks)),
  kill: (submission, tasks) => call('CANCELED', submission, tasks && named(submission, tasks))
}

/** What the service calls tasks: the step, and the value of its parameter. */
function named({ folder }: Submission, tasks: readonly string[]): [string, string][] {
  const wanted = new Set(tasks)
  return parametersOfTasks(folder).flatMap(({ step, value, task }): [string, string][] =>
    wanted.has(task) ? [[step, value]] : []
  )
}

const shape = z.object({
  tasks: z.array(z.tuple([z.string(), z.string(), z.string(), z.number(), z.number().nullable()])),
  status: z.string()
})

/** TaskRunStatus of what runs no more; in a job whose status is one of these nothing runs or may start. */
const ends: Readonly<Record<string, [end: FarmEnd, text: string | null]>> = {
  SUCCEEDED: ['succeeded', null],
  FAILED: ['failed', null],
  CANCELED: ['cancelled', null],
  NOT_COMPATIBLE: ['launch failed', 'no worker of its queue can run it (NOT_COMPATIBLE)']
}

/** TaskRunStatus of what a worker has begun. */
const runs = ['RUNNING', 'INTERRUPTING']

function readTasks({ folder }: Submission, { code, out }: Answer): FarmStates | null {
  const read = code === 0 ? shape.safeParse(parsedAnswer(out)) : null
  if (!read?.success) return null
  const known = new Map(parametersOfTasks(folder).map(({ step, value, task }) => [JSON.stringify([step, value]), task]))
  const tasks = new Map<string, FarmWord>()
  const running = new Map<string, FarmRunning>()
  const waiting = new Set<string>()
  for (const [step, value, status, retries, since] of read.data.tasks) {
    const task = known.get(JSON.stringify([step, value]))
    const end = ends[status]
    if (task === undefined) continue
    if (end) tasks.set(task, wordOf(end, retries))
    // which worker runs it is told for each session of a worker, not for the task
    else if (runs.includes(status)) running.set(task, { since: since && Math.round(since * 1000), host: null })
    else waiting.add(task)
  }
  return { tasks, running, waiting, open: ends[read.data.status] === undefined }
}

const wordOf = ([end, text]: [FarmEnd, string | null], retries: number): FarmWord => ({
  ...{ end, text: text ?? (retries > 0 ? `after ${retries + 1} attempts` : null), exitCode: null, signal: null },
  ...{ peakMemory: null, host: null }
})
