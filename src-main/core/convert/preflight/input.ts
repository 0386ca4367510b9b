/** What preflight looks at, and how it words what it finds. */
import type { Raw } from '../../../domain/json.ts'
import type { Interpreter } from '../../../domain/interpreter.ts'
import type { Problem } from '../../../domain/problems.ts'
import { shown } from '../../graph/names.ts'
import type { Job, JobNode } from '../convert.ts'

/** What a module's text says of a name that a node is made of; nothing of it has run. */
export type NameFacts = {
  /** a module of the same name, not the record's file, has it */
  other?: boolean | undefined
} & (
  | { state: 'function'; line: number; inputs: NeededInput[] | null; later: 'async' | 'generator' | null }
  | { state: 'class'; line: number; needs: string[]; takes_graph: boolean; inputs: NeededInput[] | null }
  | { state: 'inside'; owner: string; line: number }
  | { state: 'unrun'; line: number }
  | { state: 'absent'; near: string | null }
  | { state: 'lambda' }
  /** it is bound, or may be: there is no telling what it is */
  | { state: 'unknown' }
)

export interface NeededInput {
  name: string
  /** it has a value of its own */
  optional: boolean
}

export interface ModuleFacts {
  /** the source that an import or flowpipe would read */
  path: string | null
  names: Readonly<Record<string, NameFacts>>
  /** files that cannot be parsed, of all that an import reads */
  broken: readonly { file: string; line: number; message: string }[]
  /** the file that an import gives in place of the record's */
  shadowed: string | null
  /** that file is a part of Python */
  standard: boolean
}

export interface ModuleState {
  importable: boolean
  fileExists: boolean
  /** files that it would read */
  code: readonly string[]
  /** null: nobody looked */
  facts: ModuleFacts | null
}

/** What starting an interpreter found out; `null` in the map where it could not be started. */
export interface InterpreterCheck {
  language: string
  version: string
  executable: string
  /** what it is a part of, such as Blender, and where that is; of a Python of its own that Python */
  program: { name: string; version: string | null; path: string | null }
  /** where it and its packages are installed */
  folders: readonly string[]
  /** what a package manager around it resolved: folders, and variables of ours that say where it looks */
  packages: { readonly folders: readonly string[]; readonly variables: readonly string[] }
  flowpipe: string | null
  typingExtensions: boolean
  /** by module and file */
  modules: ReadonlyMap<string, ModuleState>
}

export type CheckOutcome = { ok: true; check: InterpreterCheck } | { ok: false; reason: string }

export interface PreflightInput {
  job: Job
  interpreters: ReadonlyMap<string, Interpreter>
  /** by interpreter name; absent: not asked */
  checks: ReadonlyMap<string, CheckOutcome>
  /** wanted interpreter → the one to use instead */
  map: Readonly<Record<string, string>>
  /** the frames that were asked for; null: all */
  frames: readonly Raw[] | null
  /** length of the data folder's path */
  dataDirLength: number
}

export type Found = Pick<Problem, 'severity' | 'code' | 'message' | 'remedy'>

/** A problem of a node, or of the whole job. */
export const about = (node: JobNode | null, { severity, code, message, remedy }: Found): Problem => ({
  ...{ severity, code },
  node: node?.node.identifier ?? null,
  name: node?.node.name ?? null,
  ...{ message, remedy }
})

export const runs = (node: JobNode): boolean => !node.omit

/** One request per module and file. */
export const moduleKey = (node: JobNode): string => JSON.stringify([node.node.module, node.node.fileLocation])

/** `"a", "b", "c" and 4 more` */
export function listNames(names: readonly string[]): string {
  const first = names.slice(0, 3).map(shown)
  return names.length > 3 ? `${first.join(', ')} and ${names.length - 3} more` : first.join(', ')
}
