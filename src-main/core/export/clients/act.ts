/** What a user asks of a farm: that tasks are tried again, or ended. */
import type { FarmRun } from '../../../domain/farm-run.ts'
import { caught, caughtLater, refuse, take, type Result } from '../../../domain/result.ts'
import { StoredJob } from '../../job/stored-job.ts'
import type { Store } from '../../store/store.ts'
import { tasksOf } from '../pull.ts'
import { readBundle } from '../pulled/bundle-file.ts'
import { reading } from '../pulled/readable.ts'
import { submissionOf } from '../pulled/submission.ts'
import { clientOf } from './ask.ts'
import { asked, longestMs } from './start.ts'

interface OnFarm {
  store: Store
  job: number
  farm: FarmRun
}

export interface Acted {
  /** what was started, as words */
  command: readonly string[]
  said: string
}

/** `tasks` null: all of the job. Errors: `usage`, where this farm cannot be asked that here; `run`, what its client says against it. */
export function actOn(on: OnFarm, act: 'retry' | 'kill', tasks: readonly number[] | null): Promise<Result<Acted>> {
  return caughtLater(async () => {
    const { farm } = on
    const submission = reading(farm.folder, () => submissionOf(farm.folder, farm.run ?? undefined))
    const client = clientOf(farm.format)
    const all = tasks ?? (act === 'retry' ? stoppedOf(on) : null)
    const folders = all && take(foldersOf(on, all))
    const command =
      client && (act === 'kill' ? client.kill(submission, folders) : client.retry(submission, folders ?? []))
    if (!client || !command)
      return refuse(
        'usage',
        `${farm.format} cannot be asked from here to ${act} that; do it there, and pull what came of it`
      )
    if (tasks !== null && !client.namesTasks)
      return refuse(
        'usage',
        `${farm.format} can be asked from here to ${act} the whole of a submission alone, and nothing was asked; ${act} these tasks there, or all of job ${on.job} from here`
      )
    const [program] = command.argv
    const answer = await asked(command)
    if (!answer) return refuse('run', `there is no ${program} here; do it where the farm's client is installed`)
    const said = (answer.err || answer.out).trim()
    if (answer.code === null)
      return refuse(
        'run',
        `${program} did not answer within ${longestMs / 1000} s, so whether it did that is not known; see how the job stands there`
      )
    if (answer.code !== 0)
      return refuse('run', `${program} refused: ${said === '' ? `exit code ${answer.code}` : said}`)
    return { command: command.argv, said }
  })
}

/** The folders of tasks in the export. */
const foldersOf = ({ store, job, farm }: OnFarm, tasks: readonly number[]): Result<string[]> =>
  caught(() => {
    const known = tasksOf(new StoredJob(store, job), farm.folder, readBundle(farm.folder))
    const byId = new Map(known.map(([task, folder]) => [task.id, folder]))
    return tasks.map((id) => byId.get(id) ?? refuse('usage', `task ${id} is not of job ${job}`))
  })

/** Those that did not succeed there. */
function stoppedOf({ store, job }: OnFarm): number[] {
  const states = new StoredJob(store, job).plan.derive()
  const found = [...states].filter(([, state]) => state === 'failed' || state === 'canceled').map(([id]) => id)
  return found.length > 0 ? found : refuse('usage', `job ${job} has nothing to try again on its farm`)
}
