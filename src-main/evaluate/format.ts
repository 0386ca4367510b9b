/**
 * How a file of the user's is loaded. npm writes "type": "commonjs" into a package.json, also beside files that are none.
 * Node takes the types out of TypeScript by itself, but not before 22.18, and never below node_modules, where the examples
 * of an installed Backlot lie: there it is done here.
 */
import { readFileSync } from 'node:fs'
import * as modules from 'node:module'
import { fileURLToPath } from 'node:url'

/** An import or export statement at the start of a line. */
const moduleSyntax =
  /^[ \t]*(?:import\s*(?:[\w$*{]|['"])|export\s+(?:default|const|let|var|function|class|async|enum|type|interface|abstract|declare|namespace|[*{]))/m
const commonSyntax = /^[ \t]*(?:module\.)?exports\b/m

/** Node's own word for the format, or another where the file's text says otherwise. Packages are loaded as they say. */
export function formatOf(url: string, format: string | null | undefined): string | null | undefined {
  const isCommon = format === 'commonjs' || format === 'commonjs-typescript'
  if (!isCommon || !/^file:.*\.[jt]s$/.test(url) || isInPackage(url)) return format
  if (!isModule(readFileSync(fileURLToPath(url), 'utf8'))) return format
  return format === 'commonjs' ? 'module' : 'module-typescript'
}

const isInPackage = (url: string): boolean => url.includes('/node_modules/')
const isModule = (text: string): boolean => moduleSyntax.test(text) && !commonSyntax.test(text)

export interface Stripped {
  format: 'module' | 'commonjs'
  source: string
  shortCircuit: true
}

/** The oldest Node that can take types out when it is asked to. */
export const oldestForTypes = '22.15'

/** A file of TypeScript without its types where Node would not take them out itself; null: Node does, or it is another file. */
export function stripped(url: string): Stripped | null {
  const [, ending] = /^file:.*\.([cm]?ts)$/i.exec(url) ?? []
  if (ending === undefined || isKnownToNode(url, ending)) return null
  const letter = ending.toLowerCase().replace('ts', '')
  const text = readFileSync(fileURLToPath(url), 'utf8')
  const format = letter === 'm' || (letter === '' && isModule(text)) ? 'module' : 'commonjs'
  return { format, source: withoutTypes(text), shortCircuit: true }
}

/** Node takes types out by itself, but not of a package's files and not where a name ends in capitals (FILM.TS). */
const isKnownToNode = (url: string, ending: string): boolean =>
  Boolean(process.features.typescript) && !isInPackage(url) && ending === ending.toLowerCase()

/** Types are exchanged for blanks, so that lines and columns stay. Node's remark that this is new is not for the task's log. */
function withoutTypes(text: string): string {
  // eslint-disable-next-line @typescript-eslint/unbound-method -- put back as it was, never called here
  const { emitWarning } = process
  process.emitWarning = () => undefined
  try {
    return modules.stripTypeScriptTypes(text)
  } finally {
    process.emitWarning = emitWarning
  }
}
