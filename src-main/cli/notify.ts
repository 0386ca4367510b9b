/** A notification when a job has ended: the desktop's, or a program of the user's. */
import { spawn } from 'node:child_process'
import type { Output } from '../api.ts'
import { note } from './base.ts'

type Job = Output<'job.show'>

/** How the desktop is told, by system; the text is an argument and never read as code. */
const desktops: Readonly<Record<string, (title: string, body: string) => [string, ...string[]]>> = {
  linux: (title, body) => ['notify-send', '--app-name=Backlot', '--', title, body],
  darwin: (title, body) => [
    'osascript',
    ...[
      '-e',
      'on run argv',
      '-e',
      'display notification (item 2 of argv) with title (item 1 of argv)',
      '-e',
      'end run'
    ],
    ...[title, body]
  ]
}

/** Tells of the end of a job. `wanted`: true for the desktop, else a program that gets the job's number, status and name. */
export async function notify(wanted: true | string, job: Job): Promise<void> {
  const title = `${job.name} ${job.status}`
  const counts = Object.entries(job.counts).map(([status, n]) => `${n} ${status}`)
  const body = `Backlot job ${job.id}: ${counts.join(', ')}`
  const command = wanted === true ? desktops[process.platform]?.(title, body) : programOf(wanted, job)
  if (!command)
    return void note(
      `warning: no notification: Backlot knows none on ${process.platform}; name a program: --notify PROGRAM`
    )
  const why = await run(command)
  if (why !== null) note(`warning: no notification: ${command[0]} ${why}`)
}

const programOf = (program: string, { id, status, name }: Job): [string, ...string[]] => [
  program,
  String(id),
  status,
  name
]

/** a program that hangs is not waited for, ms */
const longestMs = 10_000

/** Why it did not work; null: it did. */
function run([program, ...args]: [string, ...string[]]): Promise<string | null> {
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'inherit'], timeout: longestMs })
  return new Promise((resolve) => {
    child.once('error', (error: NodeJS.ErrnoException) =>
      resolve(error.code === 'ENOENT' ? 'is not there' : `cannot be started: ${error.message}`)
    )
    child.once('close', (code) => resolve(code === 0 ? null : `ended with exit code ${code ?? 'none'}`))
  })
}
