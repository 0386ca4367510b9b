/** Which file calls us, from the call stack, so that no author has to write it down. */
import { isAbsolute } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Compute } from './definition.ts'

export interface CallSite {
  /** Absolute path. */
  file: string
  /** Where in which version of the file: two nodes of one name at two places are a mistake. */
  place: string
}

/** A function, or a class by its constructor. */
type Callee = Compute | (abstract new (...inputs: never[]) => unknown)

/** The first file of the stack below `callee`; undefined in a REPL or `node --eval`. */
export function callSiteOf(callee: Callee): CallSite | undefined {
  for (const site of stackBelow(callee)) {
    const name = site.getFileName()
    if (!name) continue
    const place = `${name}:${site.getLineNumber()}:${site.getColumnNumber()}`
    if (name.startsWith('file:')) return { file: fileURLToPath(new URL(name)), place }
    if (isAbsolute(name)) return { file: name.replace(/[?#].*$/, ''), place }
  }
  return undefined
}

function stackBelow(callee: Callee): NodeJS.CallSite[] {
  const { stackTraceLimit } = Error
  // eslint-disable-next-line @typescript-eslint/unbound-method -- put back as it was, never called here
  const { prepareStackTrace } = Error
  const holder: { stack?: NodeJS.CallSite[] } = {}
  Error.stackTraceLimit = 8
  Error.prepareStackTrace = (_, sites) => sites
  try {
    Error.captureStackTrace(holder, callee)
    return holder.stack ?? []
  } finally {
    Error.prepareStackTrace = prepareStackTrace
    Error.stackTraceLimit = stackTraceLimit
  }
}
