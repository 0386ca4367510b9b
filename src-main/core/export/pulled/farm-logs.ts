/**
 * What farms' own logs say of attempts that could not say it themselves: rqd's footer (rqd/rqd/rqcore.py, __writeFooter;
 * rqlogging.py for how logs are rotated) and the lines of slurmstepd in a job's output. An attempt is found in them by the
 * first line that its script prints.
 */
import { closeSync, existsSync, fstatSync, openSync, readSync } from 'node:fs'
import { join } from 'node:path'
import type { FarmEnd, FarmWord } from '../../../domain/farm-run.ts'
import type { FarmAttempt } from './attempts.ts'
import { codeOf } from '../../process/process.ts'
import { elementOf, frameOf, type Submission } from './submission.ts'

export interface LogWord {
  word: FarmWord
  path: string
}

/** So much of a log's beginning and end is read. */
const looked = 256 << 10
const mostRotated = 50

const silent: Omit<FarmWord, 'end'> = { text: null, exitCode: null, signal: null, peakMemory: null, host: null }

/** Where the farm's own log of an attempt is; null: not known, or there is none. `attempt` null: of a task that never began. */
export function farmLogOf(submission: Submission, folder: string, attempt: FarmAttempt | null): string | null {
  const places = submission.format === 'slurm' ? slurmLog(submission, folder) : rqlogs(submission, folder, attempt)
  if (attempt === null) return places.find((path) => existsSync(path)) ?? null
  return places.find((path) => segmentOf(path, attempt.number) !== null) ?? null
}

/** What the farm's own log says of an attempt's end; null: nothing. */
export function wordOf(submission: Submission, folder: string, attempt: FarmAttempt | null): LogWord | null {
  const path = farmLogOf(submission, folder, attempt)
  if (path === null) return null
  const text = attempt === null ? endsOf(path) : segmentOf(path, attempt.number)
  const word = text === null ? null : submission.format === 'slurm' ? slurmWord(text) : rqdWord(text)
  // one that never began and whose log ends without a word is still being started
  if (attempt === null && word && word.end !== 'cancelled') return { path, word: launchWord(word, text ?? '') }
  return word && { path, word }
}

/** Its script never wrote its first line: whatever stands there went wrong before. */
function launchWord(word: FarmWord, text: string): FarmWord {
  const said = text
    .split('\n')
    .map((one) => one.trim())
    .findLast((one) => /^backlot: |error|cannot|denied|not found|No such|too long/i.test(one))
  return { ...word, end: 'launch failed', text: said ?? word.text }
}

const slurmLog = (submission: Submission, folder: string): string[] => {
  const element = elementOf(submission, folder)
  return element && submission.logs ? [join(submission.logs, `${element.id}_${element.index}.txt`)] : []
}

/** The newest first: rqd renames an older one to `.1`, `.2` …, the oldest being 1. */
function rqlogs(submission: Submission, folder: string, attempt: FarmAttempt | null): string[] {
  const logs = attempt?.logs ?? submission.logs
  const job = attempt?.ids.CUE_JOB ?? submission.name
  const frame = attempt?.ids.CUE_FRAME ?? frameOf(submission, folder)
  if (!logs || !job || !frame) return []
  const path = join(logs, `${job}.${frame}.rqlog`)
  const older: string[] = []
  for (let i = 1; i <= mostRotated && existsSync(`${path}.${i}`); i++) older.unshift(`${path}.${i}`)
  return [path, ...older]
}

const firstLine = /# backlot task \S+, attempt (\d+)[, ]/g

/** What a log has from the first line of an attempt to that of the next; null: it is not in it. */
function segmentOf(path: string, number: number): string | null {
  const text = endsOf(path)
  if (text === null) return null
  const starts = [...text.matchAll(firstLine)]
  const own = starts.findLastIndex((one) => Number(one[1]) === number)
  return own < 0 ? null : text.slice(starts[own]?.index, starts[own + 1]?.index)
}

/** The beginning and the end of a file, all of it where it is short; null: it is not there, or another's whom we may not read. */
function endsOf(path: string): string | null {
  if (!existsSync(path)) return null
  const fd = opened(path)
  if (fd === null) return null
  try {
    const { size } = fstatSync(fd)
    if (size <= 2 * looked) return part(fd, 0, size)
    return `${part(fd, 0, looked)}\n${part(fd, size - looked, looked)}`
  } finally {
    closeSync(fd)
  }
}

function opened(path: string): number | null {
  try {
    return openSync(path, 'r')
  } catch (error) {
    if (['ENOENT', 'EACCES', 'EPERM'].includes(codeOf(error) ?? '')) return null
    throw error
  }
}

function part(fd: number, from: number, length: number): string {
  const buffer = Buffer.alloc(length)
  return buffer.toString('utf8', 0, readSync(fd, buffer, 0, length, from))
}

const canceled =
  /slurmstepd(?:-\S+)?: error: \*\*\* (?:JOB|STEP) \S+ ON (\S+) CANCELLED AT \S+(?: DUE TO (.*?))? \*\*\*/i
const starved = /slurmstepd(?:-\S+)?: error: .*(?:oom[_-]kill|Exceeded (?:job|step) memory limit)/i

const slurmCauses: readonly (readonly [RegExp, FarmEnd])[] = [
  [/TIME LIMIT/i, 'timed out'],
  [/REQUEUE/i, 'requeued'],
  [/PREEMPT/i, 'preempted'],
  [/NODE FAIL/i, 'node lost']
]

/** Source: slurm's src/slurmd/slurmstepd/req.c, _handle_terminate, _handle_signal_container. */
function slurmWord(text: string): FarmWord | null {
  const [line, host = null, cause = ''] = canceled.exec(text) ?? []
  if (line !== undefined) {
    const end = slurmCauses.find(([pattern]) => pattern.test(cause))?.[1] ?? 'cancelled'
    return { ...silent, end, host, text: line.trim() }
  }
  if (starved.test(text)) return { ...silent, end: 'out of memory', text: starved.exec(text)?.[0] ?? null }
  const error = /^(?:slurmstepd|slurmd|srun)(?:-\S+)?: error: .*$|^backlot: .*$/m.exec(text)?.[0]
  return error === undefined ? null : { ...silent, end: 'failed', text: error.trim() }
}

const footer = (text: string, name: string): string | null =>
  new RegExp(`^.{0,40}?\\b${name} +(.*)$`, 'm').exec(text)?.[1]?.trim() ?? null

/** rqd's exit status of a frame that it could not start, of one killed by NIMBY, and cuebot's of one out of memory. */
const launchFailed = 256
const takenBack = 286
const outOfMemory = 33

function rqdWord(all: string): FarmWord | null {
  const at = all.lastIndexOf('RenderQ Job Complete')
  if (at < 0) return null
  const text = all.slice(at)
  const [status, signal] = [Number(footer(text, 'exitStatus')), Number(footer(text, 'exitSignal'))]
  const message = footer(text, 'killMessage')
  const rss = Number(footer(text, 'maxrss'))
  const facts = {
    ...{ exitCode: Number.isNaN(status) ? null : status, signal: signal > 0 ? signal : null, text: message },
    ...{ peakMemory: rss > 0 ? rss * 1024 : null, host: footer(text, 'renderhost') }
  }
  const end = rqdEnd(status, signal, message ?? '')
  return { ...facts, end, text: message ?? (end === 'failed' ? `exit status ${status}` : null) }
}

function rqdEnd(status: number, signal: number, message: string): FarmEnd {
  if (/timed? ?out/i.test(message)) return 'timed out'
  if (status === takenBack) return 'preempted'
  if (status === outOfMemory || /memory|OOM/i.test(message)) return 'out of memory'
  if (status === launchFailed) return 'launch failed'
  if (signal > 0) return 'killed'
  return status === 0 ? 'succeeded' : 'failed'
}
