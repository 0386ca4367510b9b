/** What a run looks like while it goes on. */
import type { App } from '../app.ts'
import { logExcerpt } from '../core/attempt/excerpt.ts'
import type { JobsEvent, Runner, TaskEvent } from '../domain/events.ts'
import type { JobStatus } from '../domain/status.ts'
import { stateText, StatusLine } from './print.ts'
import { durationText } from '../domain/durations.ts'
import { write } from './base.ts'
import { ending } from './ending.ts'

export interface Followed {
  job: number
  status: JobStatus
}

/** Shows what happens to these jobs until `work` is done; Ctrl-C stops what runs, a second one ends it hard. */
export async function follow(
  app: App,
  { jobs, asJson }: { jobs: readonly number[]; asJson: boolean },
  work: () => Promise<Followed[]>
): Promise<Followed[]> {
  const line = new StatusLine()
  const watcher = new Watcher(app, line)
  const stop = app.on((event) => {
    if (event.type === 'runner') tellRunner(event.runner, line)
    else if (jobs.includes(event.job)) {
      if (asJson) jsonEvent(event)
      else watcher.hear(event)
    }
  })
  const say = () =>
    line.print('stopping: running tasks are ended and queued again; press Ctrl-C once more to end them at once')
  const done = ending.begin({ app, unfinished: true, say })
  process.on('exit', line.flush)
  try {
    const runner = await app.call('runner.show', {})
    if (runner.ok && runner.value?.here === false) tellRunner(runner.value, line)
    const ends = await work()
    line.clear()
    if (asJson) for (const { job, status } of ends) write(JSON.stringify({ job, status }))
    // whoever ended us has the last word
    if (ending.isEnding) await new Promise(() => undefined)
    if (ends.some(({ status }) => status !== 'succeeded')) process.exitCode = 1
    return ends
  } finally {
    stop()
    line.clear()
    done()
    process.off('exit', line.flush)
  }
}

function jsonEvent(event: JobsEvent): void {
  if (event.type !== 'job') write(JSON.stringify(event))
}

/** Who runs the job, where that is another process, and where it was. */
function tellRunner(runner: Runner | null, line: StatusLine): void {
  if (runner?.here) line.print('that process has ended: the job goes on in this one')
  else if (runner)
    line.print(`process ${runner.pid} (backlot ${runner.command}) runs jobs here: this job is queued there`)
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

  hear(event: JobsEvent): void {
    if (event.type === 'task') this.hearTask(event)
    if (event.type === 'left')
      this.line.print(`warning process-left: ${event.name} left a process running when it ended; it was ended`)
    if (event.type === 'notice') this.line.print(`warning: ${event.message}`)
    // its session has taken it: it is counted from here
    if (event.type === 'progress' && event.percent === null && event.message === null)
      this.started.set(event.task, Date.parse(event.at))
    if (event.type === 'session-over') this.hearSession(event)
    if (event.type === 'expanded') this.line.print(`○ ${event.node} is batched now: ${event.tasks} tasks`)
    if (event.type === 'progress' && event.percent !== null) this.hearProgress(event.task, event.name, event.percent)
    this.line.show(`${this.started.size} running, ${this.done} done${doingText(event)}`)
  }

  /** Once for each interpreter: every task of it may end its session. */
  private hearSession({ interpreter, why }: Extract<JobsEvent, { type: 'session-over' }>): void {
    if (this.toldOver.has(interpreter)) return
    this.toldOver.add(interpreter)
    this.line.print(
      `warning session-over: a session of ${interpreter} ended with its task, so the next one starts the program anew: ${why}`
    )
  }

  private hearTask({ task, name, status, reason, at, took }: TaskEvent): void {
    if (status === 'running') {
      this.started.set(task, Date.parse(at))
      if (reason) this.line.print(`${stateText(status, process.stderr)} ${name}: ${reason}`)
      return
    }
    const began = this.started.get(task)
    this.started.delete(task)
    if (status === 'succeeded') this.done++
    const ms = took ?? (began === undefined ? null : Math.max(0, Date.parse(at) - began))
    const time = ms === null ? '' : ` in ${durationText(ms)}`
    this.line.print(`${stateText(status, process.stderr)} ${name}${time}${reason ? `: ${reason}` : ''}`)
    if (status === 'failed') void showLog(this.app, task, reason, this.line)
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
function doingText(event: JobsEvent): string {
  if (event.type !== 'progress') return ''
  const how = event.percent === null ? event.message : `${Math.round(event.percent)}%`
  return how === null ? '' : ` · ${event.name} ${how}`
}

async function showLog(app: App, task: number, reason: string | null, line: StatusLine): Promise<void> {
  const log = await app.call('task.log', { task })
  if (!log.ok) return // it never started, so there is nothing to show
  for (const text of logExcerpt(log.value.path, reason)) line.print(`    | ${text}`)
  line.print(`    log: ${log.value.path}`)
}
