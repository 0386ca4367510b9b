/**
 * What farms' own logs say of attempts that could not say it themselves: rqd's footer (rqd/rqd/rqcore.py, __writeFooter;
 * rqlogging.py for how logs are rotated) and the lines of slurmstepd in a job's output. An attempt is found in them by the
 * first line that its script prints.
 */
import { closeSync, existsSync, fstatSync, openSync, readFileSync, readSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
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
  const places = placesOf(submission, folder, attempt)
  if (attempt === null) return places.find((path) => existsSync(path)) ?? null
  return places.find((path) => segmentOf(path, folder, attempt) !== null) ?? null
}

const placesOf = (submission: Submission, folder: string, attempt: FarmAttempt | null): string[] =>
  (submission.format === 'slurm'
    ? slurmLogs(submission, folder, attempt)
    : rqlogs(submission, folder, attempt)
  ).flatMap(copiesOf)

/** A log and what became of it: rqd renames an older one to `.1`, `.2` …, the oldest being 1, and sites rename and pack theirs. */
function copiesOf(path: string): string[] {
  const older: string[] = []
  for (let i = 1; i <= mostRotated; i++) {
    const copy = [`${path}.${i}`, `${path}.${i}${packed}`].find((one) => existsSync(one))
    if (copy === undefined) break
    older.unshift(copy)
  }
  return [path, ...(existsSync(`${path}${packed}`) ? [`${path}${packed}`] : []), ...older]
}

const packed = '.gz'

/** What the farm's own log says of an attempt's end; null: nothing. */
export function wordOf(submission: Submission, folder: string, attempt: FarmAttempt | null): LogWord | null {
  for (const path of placesOf(submission, folder, attempt)) {
    const text = attempt === null ? endsOf(path) : segmentOf(path, folder, attempt)
    const word = text === null ? null : submission.format === 'slurm' ? slurmWord(text) : rqdWord(text)
    // one that never began and whose log ends without a word is still being started
    if (attempt === null && word && word.end !== 'cancelled') return { path, word: launchWord(word, text ?? '') }
    if (word) return { path, word }
  }
  return null
}

/** Its script never wrote its first line: whatever stands there went wrong before. */
function launchWord(word: FarmWord, text: string): FarmWord {
  const said = text
    .split('\n')
    .map((one) => one.trim())
    .findLast((one) => /^backlot: |error|cannot|denied|not found|No such|too long/i.test(one))
  return { ...word, end: 'launch failed', text: said ?? word.text }
}

/** Where people told Slurm to write it, then where submit.sh did. */
const slurmLogs = (submission: Submission, folder: string, attempt: FarmAttempt | null): string[] => {
  const element = elementOf(submission, folder)
  const own = element && submission.logs ? [join(submission.logs, `${element.id}_${element.index}.txt`)] : []
  return [...new Set([...(attempt?.outputs ?? []), ...own])]
}

function rqlogs(submission: Submission, folder: string, attempt: FarmAttempt | null): string[] {
  const logs = attempt?.logs ?? submission.logs
  const job = attempt?.ids.CUE_JOB ?? submission.name
  const frame = attempt?.ids.CUE_FRAME ?? frameOf(submission, folder)
  if (!logs || !job || !frame) return []
  return [join(logs, `${job}.${frame}.rqlog`)]
}

const firstLine = /# backlot task (\S+), attempt (\d+)[, ]/g

/**
 * What a log has from the first line of an attempt to that of the next; null: it is not in it. Where several tasks write
 * into one file, Slurm's word of the attempt's job comes with it, wherever it stands.
 */
function segmentOf(path: string, folder: string, { number, ids }: FarmAttempt): string | null {
  const text = endsOf(path)
  if (text === null) return null
  const starts = [...text.matchAll(firstLine)]
  const own = starts.findLastIndex(([, task, at]) => task === folder && Number(at) === number)
  const [begin, end] = [starts[own]?.index, starts[own + 1]?.index]
  if (begin === undefined) return null
  const again = starts.slice(own + 1).find(([, task]) => task === folder)?.index
  const job = ids.SLURM_JOB_ID
  if (job === undefined || starts.every(([, task]) => task === folder)) return text.slice(begin, end)
  const isOwn = (id = '') => id === job || id.startsWith(`${job}.`)
  const lines = text.slice(begin, again).split('\n')
  const words = lines.filter((line) => canceled.test(line) && isOwn(/(?:JOB|STEP) (\S+)/.exec(line)?.[1]))
  const others = text
    .slice(begin, end)
    .split('\n')
    .filter((line) => !canceled.test(line))
  return [...others, ...words].join('\n')
}

/** The beginning and the end of a file, all of it where it is short; null: it is not there, or another's whom we may not read. */
function endsOf(path: string): string | null {
  if (!existsSync(path)) return null
  if (path.endsWith(packed)) return unpacked(path)
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

/** More of an archive is not unpacked, bytes. */
const mostUnpacked = 64 << 20

/** Null: it is no archive, a larger one, or another's whom we may not read. */
function unpacked(path: string): string | null {
  try {
    if (statSync(path).size > mostUnpacked) return null
    return gunzipSync(readFileSync(path), { maxOutputLength: mostUnpacked }).toString('utf8')
  } catch (error) {
    const code = codeOf(error) ?? ''
    if (code.startsWith('Z_') || ['ENOENT', 'EACCES', 'EPERM', 'ERR_BUFFER_TOO_LARGE'].includes(code)) return null
    throw error
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
