/** What Python prints as it crashes, or where a time limit of its own is over: the stacks of its threads, the innermost frame first. */
import { ownFrames, type Frame } from './traceback.ts'

interface Thread {
  /** the line that names it, as an index */
  at: number
  isCurrent: boolean
  frames: readonly Frame[]
}

export interface FatalDump {
  /** the line that says what happened, as an index */
  from: number
  /** the last line */
  to: number
  threads: readonly Thread[]
}

const title = /^(?:Fatal Python error: |Windows fatal exception: |Timeout \(\d+:\d\d:\d\d(?:\.\d+)?\)!$)/
const thread = /^(?:(Current thread|Stack)|Thread) ?(?:0x[0-9a-fA-F]+ )?(?:\[.*\] )?\(most recent call first\):$/
const frame = /^ {2}File "(.+)", line (?:\d+|\?\?\?) in /
/** The stack of the program below Python, what modules it has loaded, and how far Python was. */
const beside =
  /^(?:Current thread's C stack trace \(most recent call first\):|Extension modules: |Python runtime state: )/
const indented = /^ {2}\S/

/** All of them in these lines, the last one last. */
export function fatalDumps(lines: readonly string[]): FatalDump[] {
  const dumps: FatalDump[] = []
  for (let at = 0; at < lines.length; at++) {
    if (!title.test(lines[at] ?? '')) continue
    const dump = dumpAt(lines, at)
    dumps.push(dump)
    at = dump.to
  }
  return dumps
}

function dumpAt(lines: readonly string[], from: number): FatalDump {
  const threads: Thread[] = []
  let to = from
  for (let at = from + 1; at < lines.length; at++) {
    const line = lines[at] ?? ''
    const [isHeader, current] = thread.exec(line) ?? []
    if (isHeader !== undefined) {
      threads.push({ at, isCurrent: current !== undefined, frames: framesFrom(lines, at + 1) })
    } else if (line !== '' && !indented.test(line) && !beside.test(line)) break
    if (line !== '') to = at
  }
  return { from, to, threads }
}

function framesFrom(lines: readonly string[], from: number): Frame[] {
  const frames: Frame[] = []
  for (let at = from; indented.test(lines[at] ?? ''); at++) {
    const [, file] = frame.exec(lines[at] ?? '') ?? []
    if (file !== undefined) frames.push({ file, from: at, to: at })
  }
  return frames
}

/** Of more threads the first are told. */
const mostThreads = 3

/**
 * The lines, as indexes, that say where it happened: the innermost and the outermost of the user's own frames in the thread that it
 * happened in; where that has none, those of the other threads with their names.
 */
export function dumpLines({ threads }: FatalDump): number[] {
  const current = threads.filter(({ isCurrent }) => isCurrent)
  const own = current.flatMap(({ frames }) => ends(ownFrames({ frames })))
  if (own.length > 0) return own
  const others = threads.filter(({ frames }) => ownFrames({ frames }).length > 0).slice(0, mostThreads)
  if (others.length > 0) return others.flatMap(({ at, frames }) => [at, ...ends(ownFrames({ frames }))])
  return current.flatMap(({ frames }) => ends(frames.slice(0, 1)))
}

const ends = (frames: readonly Frame[]): number[] =>
  [...new Set([frames[0], frames.at(-1)])].flatMap((one) => (one ? [one.from] : []))
