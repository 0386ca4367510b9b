/** Where the files of jobs and attempts are. */
import { join } from 'node:path'

/** Where an attempt's files are: by ids only, never by names (quirk Q20). */
export interface AttemptPaths {
  /** of a thousand tasks: a folder for each would cost more than starting it */
  folder: string
  task: string
  result: string
  /** `pid start` of its process, while it runs and after */
  pid: string
  log: string
}

/** The folder of a job's logs, task files and results. */
export const tasksFolder = (dataDir: string, job: number): string => join(dataDir, 'jobs', String(job), 'tasks')

/** Where a job keeps what its sessions said beside its tasks, `1.log`, `2.log` … */
export const sessionsFolder = (dataDir: string, job: number): string => join(dataDir, 'jobs', String(job), 'sessions')

export function attemptPaths(dataDir: string, job: number, task: number, attempt: number): AttemptPaths {
  const folder = join(tasksFolder(dataDir, job), String(Math.floor(task / 1000)))
  const base = join(folder, `${task}-${attempt}`)
  return {
    folder,
    task: `${base}.task.json`,
    result: `${base}.result.json`,
    pid: `${base}.pid`,
    log: `${base}.log`
  }
}
