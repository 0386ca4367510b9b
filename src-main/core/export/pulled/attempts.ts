/** The attempts of a task as its script noted them (docs/protocol.md, attempts.txt). */
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { readResult } from '../../attempt/result.ts'
import { aliveFile, attemptLog, attemptsFile, earlierResult, environmentFile } from '../script.ts'
import { hasEnded, notedProcess, type NotedProcess } from './noted-process.ts'
import { isFile, isThere, wholeLines } from './readable.ts'

export interface FarmAttempt {
  number: number
  /** ms since 1970 */
  began: number
  /** null: it has not ended, or nobody was left to say so */
  ended: number | null
  code: number | null
  /** why it failed though its program exited 0 */
  said: string | null
  /** a signal that told it to end, and when */
  told: { signal: string; at: number } | null
  host: string | null
  /** what its farm calls it, by the farm's variables */
  ids: Readonly<Record<string, string>>
  /** where its farm keeps its logs */
  logs: string | null
  /** files that its farm was told to write instead: what it printed, and errors apart from it */
  outputs: readonly string[]
  log: string | null
  /** the file that says what was set around it; null: none does */
  environment: string | null
  result: string
  /** when it last showed a sign of life, ms since 1970; null: it shows none */
  beat: number | null
  /** when its log was last written, ms since 1970; null: it has none */
  written: number | null
  /** its script shows signs of life */
  beats: boolean
  /** its script; null: it did not say */
  process: NotedProcess | null
  /** its script was of this machine, and has ended without saying how */
  gone: boolean
}

/**
 * Oldest first; a task whose command was run without the script has its result alone. `looks`: no farm will say how its
 * attempts ended, so their processes are looked at where they are of this machine.
 */
export function attemptsIn(folder: string, looks: boolean): FarmAttempt[] {
  const found = attemptsNow(folder)
  if (!looks) return found
  const gone = new Set(found.filter(isGone).map((one) => one.number))
  if (gone.size === 0) return found
  // what it wrote before it ended is there by now
  return attemptsNow(folder).map((one) => ({ ...one, gone: one.ended === null && gone.has(one.number) }))
}

const isGone = ({ ended, host, process }: FarmAttempt): boolean => ended === null && hasEnded(host, process)

function attemptsNow(folder: string): FarmAttempt[] {
  const notes = join(folder, attemptsFile)
  if (isFile(notes)) return readAttempts(readFileSync(notes, 'utf8'), folder)
  const result = join(folder, 'result.json')
  return isThere(result) ? [unnoted(result)] : []
}

function unnoted(result: string): FarmAttempt {
  const read = readResult(result)
  const ended = Math.round(statSync(result).mtimeMs)
  const seconds = read.ok ? (read.value.seconds ?? 0) : 0
  const began = Math.round(ended - seconds * 1000)
  return { ...newAttempt(1, began), ended, code: read.ok ? 0 : 1, result }
}

/** One of which no more is known than that it began. */
export const newAttempt = (number: number, began: number): FarmAttempt => ({
  ...{ number, began, ended: null, code: null, said: null, told: null, host: null, ids: {}, logs: null, outputs: [] },
  ...{ log: null, environment: null, result: '', beat: null, written: null, beats: false, process: null, gone: false }
})

const line =
  /^(\d{1,6}) (?:began (\d{1,15})(?: on (\S{1,255})((?: \w{1,64}=\S{0,512})*))?|process (\d{1,10} ?\S{0,64})|logs (.{1,4096})|(?:output|errors) (\/.{0,4095})|said (.{1,1000})|told (\w{1,16}) (\d{1,15})|ended (\d{1,15}) (\d{1,3}))$/

/** Lines that are half written, as after a full disk, say nothing. */
function readAttempts(text: string, folder: string): FarmAttempt[] {
  const found = new Map<number, FarmAttempt>()
  for (const one of wholeLines(text)) {
    const match = line.exec(one)
    if (match) takeLine(found, match)
  }
  const all = [...found.values()].sort((a, b) => a.number - b.number)
  return all.map((one, i) => withFiles(one, folder, i === all.length - 1))
}

function takeLine(found: Map<number, FarmAttempt>, match: RegExpExecArray): void {
  const [, number, began, host, ids, process, logs, output, said, signal, toldAt, ended, code] = match
  const known = found.get(Number(number)) ?? newAttempt(Number(number), unknown)
  if (began !== undefined) known.began = Number(began)
  if (host !== undefined) Object.assign(known, { host, beats: true, ids: idsIn(ids ?? '') })
  if (process !== undefined) known.process = notedProcess(process)
  if (logs !== undefined) known.logs = logs
  if (output !== undefined) known.outputs = [...known.outputs, output]
  if (said !== undefined) known.said = said
  if (signal !== undefined) known.told = { signal, at: Number(toldAt) }
  if (ended !== undefined) Object.assign(known, { ended: Number(ended), code: Number(code) })
  found.set(known.number, known)
}

const idsIn = (text: string): Record<string, string> =>
  Object.fromEntries(
    text
      .split(' ')
      .filter(Boolean)
      .map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)])
  )

/** Of an attempt whose first line is lost: until its files say when that was. */
const unknown = 0

/** Earlier attempts have results of their own: what a later one wrote says nothing of them. */
function withFiles(one: FarmAttempt, folder: string, isLast: boolean): FarmAttempt {
  const log = join(folder, attemptLog(one.number))
  const changed = (path: string) => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? null
  const [beat, written] = [changed(join(folder, aliveFile(one.number))), changed(log)]
  const result = join(folder, isLast ? 'result.json' : earlierResult(one.number))
  const environment = join(folder, environmentFile(one.number))
  const there = (path: string) => (isThere(path) ? path : null)
  const began = one.began === unknown ? firstSign(one, log, beat) : one.began
  return { ...one, began, log: there(log), environment: there(environment), result, beat, written }
}

/** The earliest moment that is known of an attempt without a first line. */
function firstSign({ told, ended }: FarmAttempt, log: string, beat: number | null): number {
  const made = statSync(log, { throwIfNoEntry: false })?.birthtimeMs
  const known = [told?.at, ended, made, beat].map((at) => at ?? 0).filter((at) => at > 0)
  return Math.round(Math.min(...(known.length > 0 ? known : [Date.now()])))
}
