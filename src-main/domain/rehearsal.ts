/** What a rehearsal says: findings, what was looked at, and the ledger of what an attempt read and wrote. */
import { severities, type Severity } from './problems.ts'

/** Each kind of finding, in the order in which equal severities are told. */
export const findingKinds = [
  'fails-here',
  'missing-dependency',
  'write-collision',
  'local-file',
  'home-file',
  'outside-share',
  'relative-path',
  'environment',
  'network',
  'writes-input',
  'stale-file',
  'output-missing',
  'missing-file',
  'private-file',
  'process-left',
  'memory',
  'not-repeatable',
  'not-deterministic',
  'warm-state',
  'unexplained'
] as const
export type FindingKind = (typeof findingKinds)[number]

/** One cause, with all tasks that it hits. */
export interface Finding {
  kind: FindingKind
  severity: Severity
  /** names of the tasks that it hits, in the job's order */
  tasks: string[]
  /** the task that has to be waited for, or that made what is asked for; null where there is none */
  needs: string | null
  paths: string[]
  variables: string[]
  addresses: string[]
  /** what happens, in one sentence */
  message: string
  remedy: string
  /** what was seen: lines of the ledger, the two contents or values, the end of a log */
  evidence: string[]
}

/** The passes of a rehearsal in their order; their names stand in reports and after `--skip`. */
export const passNames = ['author', 'worker', 'again', 'killed', 'session'] as const
export type PassName = (typeof passNames)[number]

export const passLabels: Readonly<Record<PassName, string>> = {
  author: 'as the author',
  worker: 'as a worker',
  again: 'a second time',
  killed: 'after a kill',
  session: 'in one session'
}

export interface PassReport {
  name: PassName
  /** whether the pass could do all that it is for */
  looked: boolean
  /** what was not looked at and why, or what was found not to be needed; empty: nothing to say */
  why: string
}

/** The worst first; then by kind, then by the first task. */
export function inOrder(findings: readonly Finding[]): Finding[] {
  const rank = ({ severity, kind }: Finding) => severities.indexOf(severity) * 100 + findingKinds.indexOf(kind)
  return findings.toSorted((a, b) => rank(a) - rank(b))
}

/** What a program did with a file, an address or a variable. */
export const accessKinds = [
  /** opened for reading */
  'read',
  /** its content is other than before, or it is new */
  'write',
  'delete',
  /** a folder's entries were read */
  'list',
  /** only whether it is there, its size or time */
  'look',
  /** asked for and not there */
  'missing',
  /** started as a program */
  'run',
  'connect',
  'listen',
  /** an environment variable was asked for */
  'variable'
] as const
export type AccessKind = (typeof accessKinds)[number]

export const accessLabels: Readonly<Record<AccessKind, string>> = {
  read: 'read',
  write: 'wrote',
  delete: 'deleted',
  list: 'listed',
  look: 'looked at',
  missing: 'did not find',
  run: 'ran',
  connect: 'connected to',
  listen: 'listened on',
  variable: 'asked for'
}

/** How something was done, where that decides. */
export const accessMarks = [
  /** opened to append */
  'append',
  /** opened to read and write */
  'update',
  /** under a file lock */
  'locked',
  /** refused: no right, or read-only */
  'refused'
] as const
export type AccessMark = (typeof accessMarks)[number]

export interface Access {
  how: AccessKind
  /** absolute path with links followed, address (`host:port`, or a socket's path) or variable */
  what: string
  /** as the program named it, where that is another text: relative, or through a link */
  as?: string
  /** in the node's own work, not while its code was loaded */
  own: boolean
  marks?: AccessMark[]
}

/** One attempt's accesses as views get them. */
export interface LedgerEntry extends Access {
  /** names of the task */
  task: string
  /** its id */
  taskId: number
}
