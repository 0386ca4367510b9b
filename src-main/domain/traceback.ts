/**
 * Tracebacks of Python and stacks of Node in a log: where the user's own code stands in them, which is what a person looks
 * for, among the frames of libraries.
 */

/** A frame, as its lines in the log. */
export interface Frame {
  file: string
  /** from its own line to the last of its code, as indexes */
  from: number
  to: number
}

export interface Trace {
  /** as the program prints them: Python the innermost last, Node first */
  frames: readonly Frame[]
  /** its first line, and the line of its exception, as indexes; -1: it has none */
  from: number
  error: number
  /** its last line */
  to: number
  /** another exception led to the next trace: it is a part of that one's story */
  leadsOn: boolean
  /** of an exception group: the exceptions in it, at any depth */
  inner?: readonly Trace[]
}

const library =
  /[\\/](?:site-packages|dist-packages|node_modules)[\\/]|[\\/]lib(?:64)?[\\/]python\d|[\\/]python\d+\.zip|[\\/]python\d*[\\/]lib[\\/]|^<|^node:|^(?:java|javax|jdk|sun)\.|[\\/](?:backlot_(?:evaluate|serve|launch)\.py|evaluate(?:-[\w-]+)?\.js)$/i

/** Frames of the user's own code: not of Python, Node, their packages, or what evaluates nodes. */
export const ownFrames = ({ frames }: Pick<Trace, 'frames'>): Frame[] =>
  frames.filter(({ file }) => !library.test(file))

/** Exception groups draw lines at the left. */
const drawn = /^ +[|+]/
const bare = (line: string): string => (drawn.test(line) ? line.replace(/^ +(?:\| ?|\+[-+ ]*)/, '') : line)

const header = /^\s*(?:Exception Group )?Traceback \(most recent call last\):\s*$/
const pythonFrame = /^\s+File "(.+)", line \d+(?:, in .+)?\s*$/
const chained = /^(?:During handling of the above exception|The above exception was the direct cause)/

/** All tracebacks of Python in these lines, the last one last. */
export function pythonTraces(lines: readonly string[]): Trace[] {
  const traces: Trace[] = []
  for (let at = 0; at < lines.length; at++) {
    const line = bare(lines[at] ?? '')
    const isHeader = header.test(line)
    // what cannot be parsed is told without the header
    if (!isHeader && !pythonFrame.test(line)) continue
    const trace = withInner(lines, pythonTrace(lines, at, isHeader ? at + 1 : at))
    traces.push(trace)
    at = Math.max(at, trace.to)
  }
  return traces
}

const exception = /^[A-Za-z_][\w.]*(?::|$)/

/** With the exceptions that are drawn behind a group's own. */
function withInner(lines: readonly string[], trace: Trace): Trace {
  if (trace.error < 0 || !drawn.test(lines[trace.error] ?? '')) return trace
  const inner: Trace[] = []
  let at = trace.error + 1
  for (; drawn.test(lines[at] ?? ''); at++) {
    const line = bare(lines[at] ?? '')
    const one = header.test(line) ? pythonTrace(lines, at, at + 1) : null
    if (one) inner.push(one)
    else if (exception.test(line)) inner.push({ frames: [], from: at, error: at, to: at, leadsOn: false })
    at = Math.max(at, one?.to ?? at)
  }
  return { ...trace, inner, to: at - 1 }
}

function pythonTrace(lines: readonly string[], from: number, first: number): Trace {
  const frames: Frame[] = []
  const isDrawn = drawn.test(lines[from] ?? '')
  let at = first
  for (; at < lines.length; at++) {
    const line = isDrawn ? bare(lines[at] ?? '') : (lines[at] ?? '')
    const [, file] = pythonFrame.exec(line) ?? []
    const last = frames.at(-1)
    if (file !== undefined) frames.push({ file, from: at, to: at })
    else if (/^\s+\S/.test(line) && last) last.to = at
    else break
  }
  const error = /^\S/.test(isDrawn ? bare(lines[at] ?? '') : (lines[at] ?? '')) ? at : -1
  const next = lines.slice(at + 1, at + 4).find((line) => line.trim() !== '')
  return { frames, from, error, to: error < 0 ? at - 1 : error, leadsOn: next !== undefined && chained.test(next) }
}

/** Of Java: what is called stands for the file; of .NET. */
const foreignFrame = /^\s+at (?:(?:[\w.$/-]+\/)?([\w.$<>]+)\([^()]*\)|\S.* in (.+):line \d+)$/
const nodeFrame = /^\s+at (?:.*\()?((?:file:\/\/\/?|node:|[A-Za-z]:[\\/]|\/)[^()]*?)(?::\d+)+\)?(?: \{)?$/
/** Of a stack that its cause shares, Node leaves that part out. */
const anyFrame = /^\s+(?:at \S|\.\.\. \d+ (?:more$|lines matching cause stack trace \.\.\.$))/

/** All stacks of Node in these lines: the error's own, and behind it those of its causes. */
export function nodeTraces(lines: readonly string[]): Trace[] {
  const traces: Trace[] = []
  for (let at = 0; at < lines.length; at++) {
    if (!anyFrame.test(lines[at] ?? '')) continue
    const from = at
    const frames: Frame[] = []
    for (; at < lines.length && anyFrame.test(lines[at] ?? ''); at++) {
      const [, java, net] = foreignFrame.exec(lines[at] ?? '') ?? []
      const file = nodeFrame.exec(lines[at] ?? '')?.[1] ?? java ?? net
      if (file !== undefined) frames.push({ file, from: at, to: at })
    }
    const isCause = /^(?:\s*\[cause\]|Caused by):/.test(lines[at] ?? '')
    traces.push({ frames, from: from - 1, error: from - 1, to: at - 1, leadsOn: isCause })
  }
  return traces
}
