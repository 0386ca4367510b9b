/** Brings one task of a farm into the store, as it is now; what has not changed since the last time is left alone. */
import { accessSync, constants, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { isOfTheFarm, isOfTheLogin } from '../../../domain/environment.ts'
import { plainText } from '../../../domain/frames.ts'
import type { FarmStates, FarmWord } from '../../../domain/farm-run.ts'
import type { Raw } from '../../../domain/json.ts'
import { mapped, type PathRule } from '../../../domain/paths.ts'
import type { Result } from '../../../domain/result.ts'
import type { TaskStatus } from '../../../domain/status.ts'
import { putSurroundings } from '../../attempt/around.ts'
import { logExcerpt } from '../../attempt/excerpt.ts'
import { attemptPaths } from '../../attempt/paths.ts'
import { readerOf } from '../../attempt/readers.ts'
import { readPlainResult, readResult, type TaskResult } from '../../attempt/result.ts'
import type { StoredJob, StoredTask } from '../../job/stored-job.ts'
import { nothingKnown } from '../../store/shapes.ts'
import type { Store } from '../../store/store.ts'
import { listAttempts } from '../../store/views.ts'
import { mappedTexts } from '../bundle.ts'
import { readEnvironment } from '../environment.ts'
import { attemptsIn, newAttempt, type FarmAttempt } from './attempts.ts'
import { endOfAttempt, lastSign, meanings, runs, wordText, type Ended } from './ending.ts'
import { farmLogOf, wordOf } from './farm-logs.ts'
import { copyLog, progressIn } from './logs.ts'
import { isThere } from './readable.ts'
import type { Submission } from './submission.ts'

/** What all tasks of a pull share. */
export interface Pull {
  store: Store
  dataDir: string
  job: StoredJob
  /** the export's folder */
  folder: string
  submission: Submission
  /** from the farm's folders to ours */
  paths: readonly PathRule[]
  /** by the clock of the farm's files, ms since 1970 */
  now: number
  /** what the farm's client says of tasks, by their folders; null: nobody asked */
  states: FarmStates | null
  /** attempts that the store has, by task: their signs */
  known: ReadonlyMap<number, string>
  /** what the store says of tasks that have none of their own */
  said: ReadonlyMap<number, string>
}

export interface Taken {
  status: TaskStatus
  reason: string | null
  changed: boolean
}

/** An attempt with all that is known of its end. */
interface Told {
  attempt: FarmAttempt
  ended: Ended
  result: Result<TaskResult>
  word: FarmWord | null
  /** the farm's own log of it */
  farmLog: string | null
}

/** By which an attempt that was not changed is known again. */
export const signOf = (one: {
  number: number
  startedAt: number
  endedAt: number | null
  end: string | null
  exitCode: number | null
  reason: string | null
}): string => JSON.stringify([one.number, one.startedAt, one.endedAt, one.end, one.exitCode, one.reason])

export function takeTask(pull: Pull, task: StoredTask, name: string, before: TaskStatus): Taken {
  const plain = pull.job.interpreters.get(task.node.interpreter)?.evaluator === 'none'
  const folder = join(pull.submission.root, 'tasks', name)
  const { run, client } = pull.submission
  const attempts = attemptsIn(folder, run === null || client !== null)
  const told = attempts.map((attempt, i) => tell(pull, { attempt, name, plain, isLast: i === attempts.length - 1 }))
  if (told.length === 0) told.push(...launchOf(pull, name))
  told.push(...begunOf(pull, task.id, name, told.at(-1)))
  const stays = told.length === 0 && isKnown(pull.states, name, before)
  if (stays) return { status: before, reason: pull.said.get(task.id) ?? null, changed: false }
  const now = overruled(told, pull.states?.tasks.get(name) ?? null)
  const sign = told.map((one, i) => signOf(rowOf(one, i + 1, i === told.length - 1 ? now.reason : earlier(one)))).join()
  const isSaid = told.length > 0 || now.reason === (pull.said.get(task.id) ?? null)
  const same = sign === (pull.known.get(task.id) ?? '') && before === now.status && isSaid
  if (!same) write(pull, task, told, now)
  if (now.status === 'running') follow(pull, task, told.at(-1)?.attempt, now.reason)
  return { ...now, changed: !same }
}

/**
 * Nobody says anything of a task: how it ended before that is known from the farm, which forgets it, or from a folder that
 * was cleared away. That it runs is known until its farm says otherwise.
 */
function isKnown(states: FarmStates | null, name: string, before: TaskStatus): boolean {
  if (states === null) return true
  if (states.tasks.has(name) || states.running.has(name) || states.waiting.has(name)) return false
  return states.isPart ?? isOver(before)
}

const isOver = (status: TaskStatus): boolean => status !== 'queued' && status !== 'running'

const rowOf = ({ attempt, ended }: Told, number: number, reason: string | null) => ({
  ...{ number, startedAt: attempt.began, end: ended.end, exitCode: ended.exitCode },
  // the store lets none end before it began
  endedAt: ended.ended === null ? null : Math.max(attempt.began, ended.ended),
  reason: ended.ended === null ? null : reason
})

/** Why an attempt that was not the last did not count. */
const earlier = ({ ended }: Told): string => (ended.end === null ? 'it ran again' : (ended.reason ?? 'it ran again'))

interface Asked {
  attempt: FarmAttempt
  name: string
  plain: boolean
  isLast: boolean
}

/** A shell's exit code of a program that a signal ended. */
const bySignal = 128

function tell(pull: Pull, { attempt, name, plain, isLast }: Asked): Told {
  const lacks = !isThere(attempt.result)
  // what we may not read is no failure of the task
  if (!lacks) accessSync(attempt.result, constants.R_OK)
  const result = (plain ? readPlainResult : readResult)(attempt.result)
  const isOdd = attempt.code === null || attempt.told !== null || attempt.code > bySignal
  const word = isOdd ? (wordOf(pull.submission, name, attempt)?.word ?? null) : null
  const lastLine = () => (attempt.log === null ? null : (logExcerpt(attempt.log, null, 1).at(-1)?.trim() ?? null))
  const ended = endOfAttempt({ attempt, word, result, lacks, plain, lastLine, now: pull.now })
  // whoever runs it again has given the earlier one up, whatever that says of itself
  const givenUp = { ...ended, end: 'lost' as const, ended: lastSign(attempt), reason: 'it ran again' }
  const over = ended.end === null && !isLast ? givenUp : ended
  const farmLog = attempt.host === null ? null : farmLogOf(pull.submission, name, attempt)
  return { attempt, ended: { ...over, ended: over.ended && Math.round(over.ended) }, result, word, farmLog }
}

/** A task that never began, of which the farm's own log says that it could not. */
function launchOf(pull: Pull, name: string): Told[] {
  const found = wordOf(pull.submission, name, null)
  if (!found) return []
  const at = Math.round(statSync(found.path).mtimeMs)
  const { exitCode: code, host } = found.word
  const attempt: FarmAttempt = { ...newAttempt(1, at), ended: at, code, host, log: found.path }
  return [{ attempt, ended: endBy(found.word, at, null), result: nothing, word: found.word, farmLog: found.path }]
}

/** An attempt of which its farm alone tells: its script has noted nothing yet, or its folder is not this one. */
function begunOf(pull: Pull, task: number, name: string, last: Told | undefined): Told[] {
  const running = pull.states?.running.get(name)
  if (!running || last?.ended.status === 'succeeded' || last?.ended.ended === null) return []
  const began = running.since ?? firstSeen(pull, task)
  // a farm that has not heard of the end yet means the one that ended
  if (last && (running.since === null || began <= (last.ended.ended ?? began))) return []
  const attempt: FarmAttempt = { ...newAttempt((last?.attempt.number ?? 0) + 1, began), host: running.host }
  return [{ attempt, ended: runs(began, running.host), result: nothing, word: null, farmLog: null }]
}

/** When it was first heard to run, where its farm does not say since when. */
function firstSeen({ store, now }: Pull, task: number): number {
  const last = listAttempts(store.db, task).at(-1)
  return last && last.endedAt === null ? last.startedAt : now
}

const nothing: Result<TaskResult> = { ok: false, error: { kind: 'run', message: 'the command wrote no result' } }

function endBy(word: FarmWord, ended: number, more: string | null): Ended {
  const { status, end, cause } = meanings[word.end]
  return { status, end, cause, exitCode: word.exitCode, reason: wordText(word, more), ended }
}

const notHere = 'its result is not in this folder yet'

/** What becomes of the task: as its last attempt ended, unless the farm's client knows better. */
function overruled(told: Told[], state: FarmWord | null): { status: TaskStatus; reason: string | null } {
  const last = told.at(-1)
  const own = { status: last?.ended.status ?? 'queued', reason: last?.ended.reason ?? null }
  if (state === null || (state.end === 'succeeded' && own.status === 'succeeded')) return own
  const runs = own.status === 'running'
  // a farm that has not heard of the end yet does not undo it, and one that only says that it failed adds nothing, except
  // to what is lost
  const isLost = last?.ended.end === 'lost'
  if (!runs && !isLost && own.status !== 'queued' && !['eaten', 'dead', 'timed out', 'cancelled'].includes(state.end))
    return own
  if (state.end === 'succeeded') return { ...own, reason: own.reason ?? wordText(state, notHere) }
  const more = runs || isLost || own.status === 'queued' ? null : own.reason
  if (last && (runs || isLost)) last.ended = endBy(state, Math.round(lastSign(last.attempt)), null)
  return { status: meanings[state.end].status, reason: wordText(state, more) }
}

function write(pull: Pull, task: StoredTask, told: readonly Told[], now: Omit<Taken, 'changed'>): void {
  const { store } = pull
  store.forgetAttempts(task.id, pull.now)
  told.forEach((one, i) => writeAttempt(pull, task, one, i === told.length - 1 ? now : null))
  const left = store.statusOf([task.id]).get(task.id) ?? 'queued'
  // the farm says more than its last attempt: omitted ones, and such as never began and never will
  if (left !== now.status) store.change({ task: task.id, from: left, to: now.status, reason: now.reason }, pull.now)
  else if (left === 'running' || told.length === 0) store.setReason(task.id, left, now.reason, pull.now)
}

function writeAttempt(pull: Pull, task: StoredTask, one: Told, now: Omit<Taken, 'changed'> | null): void {
  const { store, dataDir } = pull
  const { attempt, ended, result, word, farmLog } = one
  const { id, number } = store.begin(task.id, attempt.began, null, environmentOf(pull, attempt))
  store.setPlace(id, attempt.host ?? word?.host ?? null, farmLog)
  const paths = attemptPaths(dataDir, pull.job.id, task.id, number)
  if (ended.end === null || ended.ended === null) return
  const reason = now ? now.reason : earlier(one)
  const status = now === null ? 'queued' : now.status === 'omitted' ? 'failed' : now.status
  const isGood = status === 'succeeded' && result.ok
  store.finish(
    {
      ...nothingKnown,
      ...{ id, end: ended.end, cause: ended.cause, exitCode: ended.exitCode, reason },
      ...{ seconds: result.ok ? result.value.seconds : null, peakMemory: word?.peakMemory ?? null }
    },
    { task: task.id, from: 'running', to: status, reason },
    isGood ? result.value.outputs.map((output) => asHere(output, pull.paths)) : null,
    ended.ended
  )
  copyLog({ path: paths.log, from: pull.submission.root, source: attempt.log, reason, ended: true })
}

/** What was set around an attempt and is not its farm's own, folders as we name them; null: nobody wrote it down. */
function environmentOf({ store, paths }: Pull, { environment }: FarmAttempt): number | null {
  if (environment === null) return null
  const { variables, hidden } = readEnvironment(readFileSync(environment, 'utf8'))
  const own = Object.entries(variables).filter(([name]) => !isOfTheFarm(name) && !isOfTheLogin(name))
  const here = own.map(([name, value]): [string, string] => [name, mapped(value, paths)])
  return putSurroundings(store, { variables: Object.fromEntries(here), hidden })
}

/** The log and the progress of an attempt that runs. */
function follow(pull: Pull, task: StoredTask, attempt: FarmAttempt | undefined, reason: string | null): void {
  const { store, dataDir, job, submission } = pull
  const last = listAttempts(store.db, task.id).at(-1)
  if (!last) return
  store.setReason(task.id, 'running', reason, last.startedAt)
  if (!attempt?.log) return
  const { log } = attemptPaths(dataDir, job.id, task.id, last.number)
  copyLog({ path: log, from: submission.root, source: attempt.log, reason: null, ended: false })
  const reader = readerOf(job.interpreters.get(task.node.interpreter))
  const { progress, message } = progressIn(attempt.log, reader, () => task.frames?.map(plainText) ?? null)
  store.setProgress(last.id, progress, message)
}

/** A value that names the farm's folders names ours again. */
const asHere = <T extends { value: Raw }>(output: T, rules: readonly PathRule[]): T => ({
  ...output,
  value: mappedTexts(output.value, rules)
})
