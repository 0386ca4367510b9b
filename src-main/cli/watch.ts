/** What a run looks like while it goes on. */
import type { App } from '../app.ts'
import { logExcerpt } from '../core/attempt/excerpt.ts'
import type { JobsEvent, Runner, TaskEvent } from '../domain/events.ts'
import type { JobStatus } from '../domain/status.ts'
import { stateText } from './print.ts'
import { StatusLine } from './status-line.ts'
import { Tally } from './tally.ts'
import { durationText } from '../domain/durations.ts'
import { isQuiet, jsonLine } from './base.ts'
import { notSo } from './exit-codes.ts'
import { ending } from './ending.ts'

/** 1 where tasks failed; a job that was paused, stopped or canceled has not failed, and is not done. */
export const endCode = (status: JobStatus): number => (status === 'succeeded' ? 0 : status === 'failed' ? 1 : notSo)

export interface Followed {
  job: number
  status: JobStatus
}

interface FollowedJobs {
  jobs: readonly number[]
  asJson: boolean
  /** said at Ctrl-C where what runs goes on without us; without it what runs is stopped */
  leaving?: string
  /** says of a job what it has come to, where we are ended before it is */
  sum?: (job: number) => Promise<void>
}

/** Shows what happens to these jobs until `work` is done; Ctrl-C stops what runs, a second one ends it hard. */
export async function follow(
  app: App,
  { jobs, asJson, leaving, sum }: FollowedJobs,
  work: () => Promise<Followed[]>
): Promise<Followed[]> {
  const line = new StatusLine()
  const watcher = new Watcher(app, line)
  // what goes on without us is queued with nobody here
  const tellRunner = leaving === undefined ? runnerTeller(line) : () => undefined
  if (!asJson) for (const job of jobs) await watcher.count(job)
  const stop = app.on((event) => {
    if (event.type === 'runner') tellRunner(event.runner)
    else if (jobs.includes(event.job)) {
      if (asJson) jsonEvent(event)
      else watcher.hear(event)
    }
  })
  const stopping = 'stopping: running tasks are ended and queued again; press Ctrl-C once more to end them at once'
  const say = () => line.print(leaving ?? stopping)
  const sumUp = async () => {
    line.clear()
    if (sum && !asJson) for (const job of jobs) await sum(job)
  }
  const done = ending.begin({ app, unfinished: true, say, sum: sumUp })
  process.on('exit', line.flush)
  try {
    const runner = await app.call('runner.show', {})
    if (runner.ok && runner.value?.here === false) tellRunner(runner.value)
    const ends = await work()
    line.clear()
    if (asJson) for (const { job, status } of ends) jsonLine('run', { job, status })
    // whoever ended us has the last word
    if (ending.isEnding) await new Promise(() => undefined)
    if (ends.length > 0) process.exitCode = Math.max(...ends.map(({ status }) => endCode(status)))
    return ends
  } finally {
    stop()
    line.clear()
    done()
    process.off('exit', line.flush)
  }
}

function jsonEvent(event: JobsEvent): void {
  if (event.type !== 'job') jsonLine('run', event)
}

/** Says who runs the job, where that is another process, and where it was; each time once. */
function runnerTeller(line: StatusLine): (runner: Runner | null) => void {
  let told = ''
  return (runner) => {
    if (!runner) return
    const text = runner.here
      ? 'that process has ended: the job goes on in this one'
      : `process ${runner.pid} (backlot ${runner.command}) runs jobs here: this job is queued there`
    if (text !== told) line.print(text)
    told = text
  }
}

/** Jobs of fewer tasks are told by the ends of those alone. */
const leastForTenths = 20

/** What a run looks like to somebody who watches: each end, and in between how far things are. */
class Watcher {
  private readonly app: App
  private readonly line: StatusLine
  private readonly started = new Map<number, number>()
  private readonly told = new Map<number, number>()
  private readonly tally = new Tally()
  /** tenths of the tasks, as far as they were told of */
  private tenths = 0
  /** interpreters of which it was said that their sessions end */
  private readonly toldOver = new Set<string>()

  constructor(app: App, line: StatusLine) {
    this.app = app
    this.line = line
  }

  async count(job: number): Promise<void> {
    const view = await this.app.call('job.show', { job })
    if (view.ok) this.tally.count(job, view.value.counts)
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
    if (event.type === 'expanded') {
      this.say(`○ ${event.node} is batched now: ${event.tasks} tasks`)
      void this.count(event.job)
    }
    if (event.type === 'progress' && event.percent !== null) this.hearProgress(event.task, event.name, event.percent)
    this.showTally(event)
  }

  /** A terminal has it in its status line; a file gets a line a tenth, of jobs that are not short. */
  private showTally(event: JobsEvent): void {
    if (isQuiet()) return
    const { tally, line } = this
    const text = tally.text(performance.now())
    line.show(`${text} · ${this.started.size} running${doingText(event)}`)
    const tenths = Math.floor(tally.percent / 10)
    if (process.stderr.isTTY || tally.total < leastForTenths || tenths <= this.tenths) return
    this.tenths = tenths
    line.print(text)
  }

  /** What only somebody who watches wants to know. */
  private say(text: string): void {
    if (!isQuiet()) this.line.print(text)
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
    this.tally.hear({ task, status }, performance.now())
    if (status === 'running') {
      this.started.set(task, Date.parse(at))
      if (reason) this.say(`${stateText(status, process.stderr)} ${name}: ${reason}`)
      return
    }
    const began = this.started.get(task)
    this.started.delete(task)
    const ms = took ?? (began === undefined ? null : Math.max(0, Date.parse(at) - began))
    const time = ms === null ? '' : ` in ${durationText(ms)}`
    const text = `${stateText(status, process.stderr)} ${name}${time}${reason ? `: ${reason}` : ''}`
    if (status === 'failed') this.line.print(text)
    else this.say(text)
    if (status === 'failed') void showLog(this.app, task, reason, this.line)
  }

  /** A terminal shows every step in its status line; a file gets a line a quarter. */
  private hearProgress(task: number, name: string, percent: number): void {
    const quarter = Math.floor(percent / 25)
    if (process.stderr.isTTY || percent >= 100 || quarter <= (this.told.get(task) ?? 0)) return
    this.told.set(task, quarter)
    this.say(`▶ ${name} ${Math.round(percent)}%`)
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
