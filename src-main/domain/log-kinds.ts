/** What a line of a log is: decides its color and what "first error" finds. */
import { directiveWord } from './directives.ts'
import { headEnd, headMark, isNote, isVerdict } from './log-lines.ts'

export type Kind = 'head' | 'command' | 'note' | 'error' | 'trace' | 'warning' | 'directive' | 'plain'

const errors =
  /(?:Error|Exception)(?=:|$)|\b(?:ERROR|FATAL|CRITICAL|SEVERE)\b|\b[Ee]rror:|\b[Ff]atal:|^openjd_fail:|\[ PARSER (?:\w+ )?ERROR|Segmentation fault|^Windows fatal exception: |core dumped|^panic: /
const warnings = /\bWARN(?:ING)?\b|\b[Ww]arning:|\b\w+Warning\b/
const traceback = /^\s*Traceback \(most recent call last\)/

/** What earlier lines say about later ones. */
export interface Context {
  /** still inside the head that Backlot wrote */
  head: boolean
  /** inside a traceback */
  trace: boolean
}

/** The kind of a line; `context` is carried on to the next one. Only the beginning of a very long line is looked at. */
export function kindOf(line: string, context: Context): Kind {
  const text = line.length > 4000 ? line.slice(0, 4000) : line
  // a log that begins with a note has no head: nothing was started
  if (context.head && isNote(text)) context.head = false
  if (context.head) {
    if (text === headEnd) context.head = false
    return text.startsWith(headMark) ? 'head' : 'command'
  }
  if (isNote(text)) {
    context.trace = false
    return isVerdict(text) ? 'note' : 'directive'
  }
  if (traceback.test(text)) {
    context.trace = true
    return 'error'
  }
  if (context.trace) {
    if (text === '' || /^\s/.test(text)) return 'trace'
    context.trace = false
    return 'error'
  }
  if (errors.test(text)) return 'error'
  if (warnings.test(text)) return 'warning'
  return directiveWord(text) ? 'directive' : 'plain'
}

/** Part of an error. */
export const isBad = (kind: Kind | undefined): boolean => kind === 'error' || kind === 'note' || kind === 'trace'

/** The first line of every run of bad lines. A note of Backlot's right after an error belongs to its run. */
export function errorStarts(lines: readonly { kind: Kind }[]): number[] {
  const starts: number[] = []
  lines.forEach((line, i) => {
    if (isBad(line.kind) && !isBad(lines[i - 1]?.kind)) starts.push(i)
  })
  return starts
}
