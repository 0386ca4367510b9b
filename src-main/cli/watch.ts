/** What a run looks like while it goes on. */
import type { App } from '../app.ts'
import { lastLines } from '../core/attempt/read.ts'
import type { RunEvent } from '../domain/events.ts'
import type { JobStatus } from '../domain/status.ts'
import { stateText, StatusLine } from './print.ts'
import { durationText } from '../domain/durations.ts'
import { write } from './base.ts'

/** Shows events until `work` is done; Ctrl-C stops what runs, a second one at once. */
export async function follow(
  app: App,
  asJson: boolean,
  work: () => Promise<{ job: number; status: JobStatus }[]>
): Promise<{ job: number; status: JobStatus }[]> {
  const line = new StatusLine()
  const watcher = new Watcher(app, line)
  const stop = app.on((event) => (asJson ? jsonEvent(event) : watcher.hear(event)))
  let interrupted = false
  const onSignal = () => {
    if (interrupted) process.exit(130)
    interrupted = true
    line.print('stopping: running tasks are ended and queued again; press Ctrl-C once more to leave at once')
    void app.close().then(() => process.exit(130))
  }
  process.on('SIGINT', onSignal)
  process.on('SIGTERM', onSignal)
  process.on('exit', line.flush)
  try {
    const ends = await work()
    line.clear()
    if (asJson) for (const { job, status } of ends) write(JSON.stringify({ job, status }))
    if (ends.some(({ status }) => status !== 'succeeded')) process.exitCode = 1
    return ends
  } finally {
    stop()
    line.clear()
    process.off('SIGINT', onSignal)
    process.off('SIGTERM', onSignal)
    process.off('exit', line.flush)
  }
}

function jsonEvent(event: RunEvent): void {
  if (event.type !== 'job') write(JSON.stringify(event))
}

/** What a run looks like to somebody who watches: each end, and in between how far things are. */
class Watcher {
  private readonly app: App
  private readonly line: StatusLine
  private readonly started = new Map<number, number>()
  private readonly told = new Map<number, number>()
  /** interpreters of which it was said that their sessions end */
  private readonly toldOver = new Set<string>()
  private done = 0

  constructor(app: App, line: StatusLine) {
    this.app = app
    this.line = line
  }

  hear(event: RunEvent): void {
    if (event.type === 'task') this.hearTask(event)
    if (event.type === 'left')
      this.line.print(`warning process-left: ${event.name} left a process running when it ended; it was ended`)
    // its session has taken it: it is counted from here
    if (event.type === 'progress' && event.percent === null && event.message === null)
      this.started.set(event.task, Date.parse(event.at))
    if (event.type === 'session-over') this.hearSession(event)
    if (event.type === 'expanded') this.line.print(`○ ${event.node} is batched now: ${event.tasks} tasks`)
    if (event.type === 'progress' && event.percent !== null) this.hearProgress(event.task, event.name, event.percent)
    this.line.show(`${this.started.size} running, ${this.done} done${doingText(event)}`)
  }

  /** Once for each interpreter: every task of it may end its session. */
  private hearSession({ interpreter, why }: Extract<RunEvent, { type: 'session-over' }>): void {
    if (this.toldOver.has(interpreter)) return
    this.toldOver.add(interpreter)
    this.line.print(
      `warning session-over: a session of ${interpreter} ended with its task, so the next one starts the program anew: ${why}`
    )
  }

  private hearTask({ task, name, status, reason, at }: Extract<RunEvent, { type: 'task' }>): void {
    if (status === 'running') {
      this.started.set(task, Date.parse(at))
      if (reason) this.line.print(`${stateText(status, process.stderr)} ${name}: ${reason}`)
      return
    }
    const began = this.started.get(task)
    this.started.delete(task)
    if (status === 'succeeded') this.done++
    const time = began === undefined ? '' : ` in ${durationText(Date.parse(at) - began)}`
    this.line.print(`${stateText(status, process.stderr)} ${name}${time}${reason ? `: ${reason}` : ''}`)
    if (status === 'failed') void showLog(this.app, task, this.line)
  }

  /** A terminal shows every step in its status line; a file gets a line a quarter. */
  private hearProgress(task: number, name: string, percent: number): void {
    const quarter = Math.floor(percent / 25)
    if (process.stderr.isTTY || percent >= 100 || quarter <= (this.told.get(task) ?? 0)) return
    this.told.set(task, quarter)
    this.line.print(`▶ ${name} ${Math.round(percent)}%`)
  }
}

/** How far a task is, or what it waits for. */
function doingText(event: RunEvent): string {
  if (event.type !== 'progress') return ''
  const how = event.percent === null ? event.message : `${Math.round(event.percent)}%`
  return how === null ? '' : ` · ${event.name} ${how}`
}

async function showLog(app: App, task: number, line: StatusLine): Promise<void> {
  const log = await app.call('task.log', { task })
  if (!log.ok) return // it never started, so there is nothing to show
  for (const text of lastLines(log.value.path, 8)) line.print(`    | ${text}`)
  line.print(`    log: ${log.value.path}`)
}
