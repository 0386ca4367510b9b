/** What a program says of its failure, as it becomes the reason of a task: told once, and cut where it is very long. */
import { counted } from './counts.ts'
import { cutMiddle } from './visible.ts'

/** characters; a reason is one line of a list */
const longest = 500
/** So much of a line tells it from all others. */
const telling = 100

/** Both ends of a message that is very long, with how long it is: the log, or the traceback, has all of it. */
export const cutMessage = (text: string): string =>
  text.length <= longest ? text : `${cutMiddle(text, longest)} (${counted(text.length, 'character')} in all)`

const cutMark = /^([^]*)…([^]*) \([\d,]+ characters in all\)$/

/** A reason without what was added where it was cut. */
const uncounted = (reason: string): string => reason.replace(cutMark, '$1…$2')

/** Whether the reason says what the line does: it names an exception without its module, and may be cut, as the line may. */
export function saysLine(reason: string | null, line: string): boolean {
  const text = line
    .replace(/^[ |+-]*(?:Uncaught )?/, '')
    .replace(/^(?:[A-Za-z_]\w*\.)+(?=\w+(?::|$))/, '')
    .trim()
  if (reason === null || text.length <= 2) return false
  if (reason.includes(text)) return true
  const [, begin = '', end = ''] = cutMark.exec(reason) ?? []
  if (begin === '' || text.length <= telling) return false
  return begin.includes(text.slice(0, telling)) || end.includes(text.slice(-telling))
}

/** Of the lines from `at` on the last one that the message in the reason ends with; `at` where none does. */
export function messageEnd(lines: readonly string[], at: number, reason: string | null): number {
  const parts = reason === null ? [] : uncounted(reason).split(/\r?\n/)
  if (parts.length < 2) return at
  const last = parts.at(-1)?.trimEnd() ?? ''
  return Math.max(
    at,
    lines.findLastIndex((line, i) => i > at && line.trim() !== '' && last.endsWith(line.trim()))
  )
}

const signals: Readonly<Record<string, string>> = {
  'Segmentation fault': 'SIGSEGV',
  Aborted: 'SIGABRT',
  'Bus error': 'SIGBUS',
  'Floating point exception': 'SIGFPE',
  'Floating-point exception': 'SIGFPE',
  'Illegal instruction': 'SIGILL'
}

/** Whether the reason names the signal that this line of Python's is about. */
export function namesSignal(reason: string | null, line: string): boolean {
  const signal = signals[line.replace(/^Fatal Python error: /, '').trim()]
  return signal !== undefined && reason !== null && reason.includes(signal)
}
