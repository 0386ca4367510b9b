/** Of a failed task's log the few lines that say why, for a person who has the task's reason before them. */
import { kindOf } from './log-kinds.ts'
import { dumpLines, fatalDumps, type FatalDump } from './fatal-dump.ts'
import { headEnd, headMark, isNote } from './log-lines.ts'
import { messageEnd, namesSignal, saysLine } from './reason.ts'
import { nodeTraces, ownFrames, pythonTraces, type Trace } from './traceback.ts'

/** Further from the log's end than that, a traceback is another story. */
const nearEnd = 40
/** Lines behind a traceback, such as what a host says when it goes. */
const mostBehind = 3
/** Exceptions of a group. */
const mostInner = 5
/** Lines of a frame: where, the code, what in it. */
const mostOfFrame = 3

/**
 * The user's own frames of the traceback that the log ends with, and what led to it; without one the last `most` lines.
 * Notes of Backlot's and what the reason says already are left out. `lines`: the log's last ones, as they are shown.
 */
export function excerptOf(lines: readonly string[], reason: string | null, most: number): string[] {
  const said = withoutOwn(lines)
  const story = storyIn(said, reason)
  const dump = fatalDumps(said).at(-1)
  if (dump && dump.from > (story?.end ?? -1) && isNear(said, dump.to))
    return [...dumpText(said, dump, reason), ...behind(said, dump.to, reason)]
  if (!story) return withFailure(said, most)
  const parts = story.traces
    .flatMap((trace) => [trace, ...(trace.inner ?? []).slice(0, mostInner)])
    .flatMap((trace) => traceLines(said, trace, reason, story.isPython))
  return [...parts, ...behind(said, story.end, reason)]
}

/** The last lines; where none of them tells of a failure and one a little before them does, that one as well. */
function withFailure(lines: readonly string[], most: number): string[] {
  const last = lines.slice(-most)
  if (last.some(isFailure)) return last
  const from = Math.max(0, lines.length - nearEnd - most)
  const at = lines.slice(from, -most).findIndex(isFailure)
  if (at < 0) return last
  const told = lines.slice(from + at, Math.min(from + at + mostBehind, lines.length - most))
  return [...told, '…', ...last.slice(told.length + 1 - most)]
}

const isFailure = (line: string): boolean => kindOf(line, { head: false, trace: false }) === 'error'

const isNear = (lines: readonly string[], at: number): boolean => lines.length - 1 - at <= nearEnd

/** What was said behind the story that ends with line `end`. */
const behind = (lines: readonly string[], end: number, reason: string | null): string[] =>
  lines
    .slice(end + 1)
    .filter((line) => line.trim() !== '' && !saysLine(reason, line))
    .slice(0, mostBehind)

/** What happened, unless the reason is that, and where. */
function dumpText(lines: readonly string[], dump: FatalDump, reason: string | null): string[] {
  const what = lines[dump.from] ?? ''
  const isTold = namesSignal(reason, what) || saysLine(reason, what)
  return [...(isTold ? [] : [what]), ...dumpLines(dump).map((at) => lines[at] ?? '')]
}

/** Without the head, notes, and empty lines at the end. */
function withoutOwn(lines: readonly string[]): string[] {
  const head = lines[0]?.startsWith(headMark) ? lines.indexOf(headEnd) : -1
  const kept = lines.slice(head + 1).filter((line) => !isNote(line))
  return kept.slice(0, kept.findLastIndex((line) => line.trim() !== '') + 1)
}

interface Story {
  traces: readonly Trace[]
  isPython: boolean
  /** its last line */
  end: number
}

/** The last traceback with those that led to it, if it is what the task failed of. */
function storyIn(lines: readonly string[], reason: string | null): Story | null {
  const [python, node] = [pythonTraces(lines), nodeTraces(lines)]
  const isPython = (python.at(-1)?.to ?? -1) >= (node.at(-1)?.to ?? -1)
  const all = isPython ? python : node
  const told = all.findLastIndex(({ error }) => error >= 0 && reason !== null && saysLine(reason, lines[error] ?? ''))
  const last = told >= 0 && isPython ? told : all.length - 1
  const trace = all[last]
  if (!trace || (told < 0 && !isNear(lines, trace.to))) return null
  let first = last
  while (first > 0 && all[first - 1]?.leadsOn) first--
  // of a long chain the beginning is the cause
  const chain = all.slice(first, last + 1)
  const traces = chain.length > 3 ? [...chain.slice(0, 1), ...chain.slice(-2)] : chain
  return { traces, isPython, end: messageEnd(lines, trace.to, told < 0 ? null : reason) }
}

/** The outermost and the innermost frame of the user's own, and the exception unless the reason is that. */
function traceLines(lines: readonly string[], trace: Trace, reason: string | null, isPython: boolean): string[] {
  const { frames, error } = trace
  const own = ownFrames(trace)
  const raised = isPython ? frames.at(-1) : frames[0]
  const shown = own.length > 0 ? [...new Set([own[0], own.at(-1)])] : [raised]
  const texts = shown.flatMap((frame) =>
    frame ? lines.slice(frame.from, Math.min(frame.to, frame.from + mostOfFrame - 1) + 1) : []
  )
  const message = lines[error] ?? ''
  const says = error < 0 || message.trim() === '' || saysLine(reason, message) ? [] : [message]
  return isPython ? [...texts, ...says] : [...says, ...texts]
}
