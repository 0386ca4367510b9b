/** What a user asks of a farm: that tasks are tried again, or ended. */
import type { FarmRun } from '../../../domain/farm-run.ts'
import { caught, caughtLater, refuse, take, type Result } from '../../../domain/result.ts'
import { StoredJob } from '../../job/stored-job.ts'
import type { Store } from '../../store/store.ts'
import { tasksOf } from '../pull.ts'
import { readBundle } from '../pulled/bundle-file.ts'
import { folderThere, reading } from '../pulled/readable.ts'
import { submissionOf, type Submission } from '../pulled/submission.ts'
import { clientOf } from './ask.ts'
import type { FarmClient } from './client.ts'
import { askedAll, partsOf, type Acted, type Question } from './parts.ts'

interface OnFarm {
  store: Store
  job: number
  farm: FarmRun
}

type Act = 'retry' | 'kill'

/** `tasks` null: all of the job. Errors: `usage`, where this farm cannot be asked that here; `run`, what its client says against it. */
export function actOn(on: OnFarm, act: Act, tasks: readonly number[] | null): Promise<Result<Acted>> {
  return caughtLater(async () => {
    const { farm } = on
    const folder = folderThere(farm.folder)
    const submission = reading(folder, () => submissionOf(folder, farm.run ?? undefined))
    const client = clientOf(farm.format)
    const all = tasks ?? (act === 'retry' ? stoppedOf(on) : null)
    const named = all && take(foldersOf(on, all))
    const question = client && questionOf(client, submission, act, named)
    if (!question)
      return refuse(
        'usage',
        `${farm.format} cannot be asked from here to ${act} that; do it there, and pull what came of it`
      )
    if (tasks !== null && client?.namesTasks === false)
      return refuse(
        'usage',
        `${farm.format} can be asked from here to ${act} the whole of a submission alone, and nothing was asked; ${act} these tasks there, or all of job ${on.job} from here`
      )
    return take(await askedAll(question))
  })
}

/** `named`: the tasks' names by their folders; null: all of the submission. Null: its client cannot be asked that. */
function questionOf(
  client: FarmClient,
  submission: Submission,
  act: Act,
  named: ReadonlyMap<string, string> | null
): Question | null {
  const ask = (one: Submission, tasks: readonly string[] | null) =>
    act === 'kill' ? client.kill(one, tasks) : client.retry(one, tasks ?? [])
  const folders = named && [...named.keys()]
  const ofTasks = folders !== null && client.namesTasks
  const parts = ofTasks
    ? partsOf(folders, (tasks) => ask(submission, tasks))
    : partsOf(submission.ids, (ids) => ask({ ...submission, ids: [...ids] }, folders))
  return parts && { parts, nameOf: (unit) => (ofTasks ? (named?.get(unit) ?? unit) : unit) }
}

/** The names of tasks by their folders in the export, in the job's order. */
const foldersOf = ({ store, job, farm }: OnFarm, tasks: readonly number[]): Result<Map<string, string>> =>
  caught(() => {
    const known = tasksOf(new StoredJob(store, job), farm.folder, readBundle(farm.folder))
    const wanted = new Set(tasks)
    const found = known.filter(([task]) => wanted.delete(task.id)).map(([task, folder]) => [folder, task.name] as const)
    for (const other of wanted) refuse('usage', `task ${other} is not of job ${job}`)
    return new Map(found)
  })

/** Those that did not succeed there. */
function stoppedOf({ store, job }: OnFarm): number[] {
  const states = new StoredJob(store, job).plan.derive()
  const found = [...states].filter(([, state]) => state === 'failed' || state === 'canceled').map(([id]) => id)
  return found.length > 0 ? found : refuse('usage', `job ${job} has nothing to try again on its farm`)
}
