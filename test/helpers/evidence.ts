/** Evidence as a rehearsal would have gathered it, from ledgers that a test writes by hand. */
import { basename, dirname } from 'node:path'
import type { Difference } from '../../src-main/core/rehearse/compare.ts'
import type {
  Changed,
  GivenBack,
  JobEvidence,
  Ran,
  TaskEvidence
} from '../../src-main/core/rehearse/findings/evidence.ts'
import { findingsOf } from '../../src-main/core/rehearse/findings.ts'
import type { LeftProcess } from '../../src-main/core/rehearse/left.ts'
import { isIn, placesOf, type MachineFacts } from '../../src-main/core/rehearse/places.ts'
import type { Access, AccessKind, AccessMark, Finding } from '../../src-main/domain/rehearsal.ts'
import { anyWorker, type WorkerProfile } from '../../src-main/domain/worker.ts'

/** A machine with one share beside the author's own folders. */
export const facts: MachineFacts = {
  home: '/home/me',
  temporary: '/tmp',
  top: ['/bin', '/etc', '/home', '/mnt', '/root', '/tmp', '/usr', '/var', '/work'],
  mounts: [],
  special: ['/proc'],
  dataDir: '/home/me/.local/share/backlot',
  scratch: '/var/tmp/backlot-rehearsal-1',
  sockets: [],
  programs: ['/opt/python']
}

export const profileOf = (share: string[] | null, rest: Partial<WorkerProfile> = {}): WorkerProfile => ({
  ...anyWorker,
  share,
  ...rest
})

const act =
  (how: AccessKind) =>
  (what: string, rest: Partial<Omit<Access, 'how' | 'what'>> = {}): Access => ({ how, what, own: true, ...rest })

export const read = act('read')
export const write = act('write')
export const remove = act('delete')
export const list = act('list')
export const look = act('look')
export const missing = act('missing')
export const connect = act('connect')
export const listen = act('listen')
export const marked = (access: Access, ...marks: AccessMark[]): Access => ({ ...access, marks })

export interface ToldRun {
  accesses?: Access[]
  /** beside what follows from the ledger's writes and deletes */
  changes?: Record<string, Changed>
  failed?: string
  lastLines?: string[]
}

/** What is said of one task; all that is left out is as in a clean one. */
export interface Told extends ToldRun {
  /** names of the tasks that it waits for directly */
  after?: string[]
  /** left out: its record names no file */
  codeFolder?: string
  named?: string[]
  returned?: string[]
  left?: (Partial<LeftProcess> & { command: string })[]
  peakMemory?: number
  /** null: not looked at; left out: the same as for its author */
  worker?: (ToldRun & { differs?: Difference[] }) | null
  back?: Partial<GivenBack>
  random?: Difference[]
  again?: TaskEvidence['again'][number][]
  stale?: string[]
  warm?: Difference[]
}

export interface About {
  /** paths that were there before the job */
  before?: string[]
  assets?: string[]
  memory?: number
  /** paths at which all tasks write the same */
  same?: string[]
}

const isWrite = ({ how, marks }: Access): boolean => how === 'write' && !marks?.includes('refused')

function ranOf({ accesses = [], changes = {}, failed, lastLines = [] }: ToldRun): Ran {
  const found = new Map<string, Changed>()
  for (const access of accesses) {
    if (isWrite(access)) found.set(access.what, { kind: 'file', mode: 0o644, size: 10 })
    if (access.how === 'delete') found.set(access.what, { kind: 'deleted' })
  }
  for (const [path, change] of Object.entries(changes)) found.set(path, change)
  const opened = new Set(accesses.filter(isWrite).map(({ what }) => what))
  return { accesses, changes: found, opened, failed: failed ?? null, lastLines }
}

const nothing: GivenBack = {
  variables: [],
  network: false,
  host: false,
  user: false,
  paths: [],
  layers: false,
  unexplained: false
}

function taskOf(name: string, told: Told, index: number, waitsFor: ReadonlySet<number>): TaskEvidence {
  const { left = [], worker = { ...told, differs: [] }, back } = told
  return {
    ...{ id: index + 1, name, node: name.replace(/-\d+$/, ''), index, waitsFor },
    ...{ codeFolder: told.codeFolder ?? null, named: told.named ?? [], returned: told.returned ?? [] },
    author: {
      ...ranOf(told),
      left: left.map((one) => ({ pid: 1, sockets: 0, listens: [], holds: [], ...one })),
      peakMemory: told.peakMemory ?? null
    },
    worker: worker && { ...ranOf(worker), differs: worker.differs ?? [] },
    back: back ? { ...nothing, ...back } : null,
    ...{ random: told.random ?? [], again: told.again ?? [], stale: told.stale ?? [], warm: told.warm ?? [] }
  }
}

/** A job of these tasks, in the order of one slot: `Render-0` is a batch of the node Render. */
export function job(tasks: Readonly<Record<string, Told>>, about: About = {}): JobEvidence {
  const waits = new Map<string, ReadonlySet<number>>()
  const all = Object.entries(tasks).map(([name, told], index): TaskEvidence => {
    const own = (told.after ?? []).flatMap((other) => [
      Object.keys(tasks).indexOf(other) + 1,
      ...(waits.get(other) ?? [])
    ])
    waits.set(name, new Set(own))
    return taskOf(name, told, index, new Set(own))
  })
  const before = about.before ?? []
  const existed = (path: string) => before.some((one) => isIn(one, path))
  const last = (path: string, until: number): Changed | null => {
    const change = all
      .findLast(({ index, author }) => index < until && author.changes.has(path))
      ?.author.changes.get(path)
    if (change) return change.kind === 'deleted' ? null : change
    return existed(path) ? { kind: 'file', mode: 0o644, size: 10 } : null
  }
  return {
    tasks: all,
    places: placesOf(facts, profileOf(['/mnt/show'], { assets: about.assets ?? [] })),
    cwd: { author: '/mnt/show/graph', worker: '/run/backlot/job' },
    workerHome: '/home/render',
    existed,
    sees: ({ index }, path) => last(path, index) !== null,
    atEnd: (path) => last(path, all.length),
    namesAtEnd: (folder) =>
      [...new Set(all.flatMap(({ author }) => [...author.changes.keys()]))].flatMap((path) =>
        dirname(path) === folder && last(path, all.length) ? basename(path) : []
      ),
    sameInRooms: (_, __, path) => about.same?.includes(path) ?? false,
    memory: about.memory ?? null
  }
}

/** What is found in such a job. */
export const found = (tasks: Readonly<Record<string, Told>>, about: About = {}): Finding[] =>
  findingsOf(job(tasks, about))

export const otherFile = (name: string, left: string | null = '1', right: string | null = '2'): Difference => ({
  ...{ what: 'file', name, left, right, note: false }
})

export const otherOutput = (name: string, left = '1', right = '2'): Difference => ({
  ...{ what: 'output', name, left, right, note: false }
})

/** It succeeded for its author and failed on a worker. */
export const failedThere = (reason: string): Difference => ({
  ...{ what: 'end', name: '', left: null, right: reason, note: false }
})
