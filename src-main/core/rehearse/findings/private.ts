/** local-file, home-file, outside-share, relative-path: what only the author's own machine has. */
import { join, normalize, relative } from 'node:path'
import { isAbsolute } from '../../../domain/paths.ts'
import type { Access, Finding, FindingKind } from '../../../domain/rehearsal.ts'
import {
  differs,
  failure,
  first,
  grouped,
  isIn,
  isNamed,
  isRelative,
  makerOf,
  pathsOf,
  place,
  who,
  writersOf,
  type Hit,
  type JobEvidence,
  type TaskEvidence
} from './evidence.ts'

type PrivateKind = Extract<FindingKind, 'local-file' | 'home-file' | 'outside-share' | 'relative-path'>
type PrivateHit = Hit & { kind: PrivateKind; severity: 'error' | 'warning' }

const isUse = ({ how }: Access): boolean => how === 'read' || how === 'run' || how === 'list'

/** Whether the task itself made what it reads. */
const isOwn = (job: JobEvidence, task: TaskEvidence, path: string): boolean =>
  writersOf(job, path).includes(task) && !makerOf(job, task, path) && !job.existed(path)

/** What the worker did at the same place of its own folder, for a path that hangs on where one stands. */
function counterpart(job: JobEvidence, task: TaskEvidence, access: Access): Access | undefined {
  const { cwd } = job
  const all = task.worker?.accesses ?? []
  if (isRelative(access) && access.as !== undefined) {
    const there = normalize(join(cwd.worker, access.as))
    return all.find(({ what, as }) => what === there && as === access.as)
  }
  const named = access.as ?? access.what
  if (named === cwd.author || !isIn(named, cwd.author)) return undefined
  const there = join(cwd.worker, relative(cwd.author, named))
  const fits = ({ how }: Access) => how === (access.how === 'write' ? 'write' : 'missing')
  return all.find((one) => one.what === there && fits(one))
}

/** Named from where the author stands, so that a worker finds it in its own folder or not at all. */
function isFromHere(job: JobEvidence, task: TaskEvidence, access: Access): boolean {
  // where it stands is no file that it needs
  if (access.what === job.cwd.author && access.how !== 'list') return false
  const isHere = normalize(join(job.cwd.author, access.as ?? '')) === access.what || isReached(job, access)
  return (isHere || !isRelative(access)) && counterpart(job, task, access) !== undefined
}

/** It failed on a worker, or did not find there what it looked for. */
const isLost = (job: JobEvidence, task: TaskEvidence, access: Access): boolean =>
  Boolean(task.worker?.failed) || counterpart(job, task, access)?.how === 'missing'

/** By way of a link. */
const isReached = (job: JobEvidence, { as }: Access): boolean =>
  as !== undefined && job.existed(normalize(join(job.cwd.author, as)))

function kindOf(job: JobEvidence, task: TaskEvidence, access: Access): PrivateKind | null {
  if (isFromHere(job, task, access)) return 'relative-path'
  const where = place(job, access.what)
  const given = access.as ?? access.what
  const isLink = place(job, given) === 'share'
  if (where === 'temporary') return isLink ? 'outside-share' : 'local-file'
  const comesIn = isLink || isNamed(task, given) || isNamed(task, access.what)
  if (where === 'home') return comesIn ? 'outside-share' : 'home-file'
  return where === 'outside' ? 'outside-share' : null
}

function hitOf(job: JobEvidence, task: TaskEvidence, access: Access): PrivateHit | null {
  const { what, as, how } = access
  if (isOwn(job, task, what)) return null
  const kind = kindOf(job, task, access)
  if (!kind) return null
  const maker = makerOf(job, task, what)
  const isGiven = isNamed(task, what) || (as !== undefined && (isNamed(task, as) || place(job, as) === 'share'))
  const isCause = task.back?.paths.includes(what) ?? false
  const isOpen = Boolean(task.back?.unexplained)
  // a program that looks before it reads never comes to read: where nothing else explains what it does, that look does
  const isMissed = kind === 'relative-path' && isOpen && isLost(job, task, access)
  // an absolute path below that folder may be the folder's by accident
  const isSaid = kind !== 'relative-path' || isRelative(access) || isOpen
  const isSure =
    isSaid && (isUse(access) || isMissed) && (isGiven || kind === 'relative-path' || (maker !== null && differs(task)))
  const changes = isCause || (isSure && (differs(task) || task.worker === null))
  if (!isCause && !isSure && !(maker && isSaid && isUse(access))) return null
  const known = as === undefined || as === what ? what : `${as} (${what})`
  return {
    ...{ task, kind, needs: maker, paths: [what] },
    severity: changes || isGiven ? 'error' : 'warning',
    evidence: [
      ...(maker ? [`${maker.name} wrote ${what}`] : []),
      `${task.name} ${how === 'list' ? 'lists' : how === 'look' ? 'looks at' : 'reads'} ${known}`,
      ...failure(task)
    ]
  }
}

/** A file written from where the author stands lands in another folder on a worker. */
function writtenHere(job: JobEvidence, task: TaskEvidence): PrivateHit[] {
  return task.author.accesses
    .filter((access) => access.own && access.how === 'write' && isFromHere(job, task, access))
    .filter(({ what }) => task.author.changes.has(what))
    .map(({ what, as }) => ({
      ...{ task, kind: 'relative-path' as const, severity: 'error' as const, paths: [what] },
      evidence: [`${task.name} writes ${as ?? ''} in the folder it was started in`]
    }))
}

/** Code whose file the graph names from where the author stands, where nothing else explains why the task fails. */
function codeHere(job: JobEvidence, task: TaskEvidence): PrivateHit[] {
  const { codeFolder, worker, back } = task
  if (codeFolder === null || isAbsolute(codeFolder) || !worker?.failed || !back?.unexplained) return []
  const path = normalize(join(job.cwd.author, codeFolder))
  const evidence = [
    `${task.name}'s code is in ${codeFolder || '.'}, as the graph's file_location says`,
    ...failure(task)
  ]
  return [{ task, kind: 'relative-path', severity: 'error', paths: [path], evidence }]
}

/** A path in the outputs that no other machine has, and nobody in the job reads. */
function handedOn(job: JobEvidence, task: TaskEvidence, read: ReadonlySet<string>): PrivateHit[] {
  return task.returned
    .filter((path) => task.author.changes.has(path) && !read.has(path))
    .flatMap((path): PrivateHit[] => {
      const where = place(job, path)
      if (where !== 'temporary' && where !== 'home' && where !== 'outside') return []
      const kind = where === 'temporary' ? 'local-file' : 'outside-share'
      return [{ task, kind, severity: 'warning', paths: [path], evidence: [`${task.name} hands ${path} on`] }]
    })
}

/** Who reads what was written to the wrong folder suffers from that, and has no cause of its own. */
function causesOf(hits: readonly PrivateHit[]): PrivateHit[] {
  const misplaced = new Set(hits.filter(isWrite).flatMap(({ paths }) => paths ?? []))
  return hits.filter((hit) => isWrite(hit) || !hit.needs || !(hit.paths ?? []).some((path) => misplaced.has(path)))
}

const isWrite = ({ evidence }: Hit): boolean => evidence?.[0]?.includes(' writes ') ?? false

/** What a task uses, or writes, that other machines do not have. */
export function hitsOf(job: JobEvidence, task: TaskEvidence): PrivateHit[] {
  const failed = task.worker?.failed !== null && task.worker !== null
  const used = task.author.accesses.filter(
    (access) => (access.own || failed) && (isUse(access) || access.how === 'look')
  )
  return [
    ...used.flatMap((access) => hitOf(job, task, access) ?? []),
    ...writtenHere(job, task),
    ...codeHere(job, task)
  ]
}

export function privateHits(job: JobEvidence): PrivateHit[] {
  const hits = job.tasks.flatMap((task) => hitsOf(job, task))
  const read = new Set(hits.flatMap(({ paths }) => paths ?? []))
  return [...hits, ...job.tasks.flatMap((task) => handedOn(job, task, read))]
}

const words: Readonly<
  Record<PrivateKind, (hits: readonly Hit[], path: string) => { message: string; remedy: string }>
> = {
  'local-file': (hits, path) => {
    const maker = hits.find(({ needs }) => needs)?.needs
    return maker
      ? {
          message: `${maker.node} hands on ${path} in its machine’s own temporary folder; ${who(hits)} may run on another machine`,
          remedy: `write it below the share in ${maker.node}`
        }
      : {
          message: `${who(hits)} uses ${path} in this machine’s temporary folder; a worker’s has no such file`,
          remedy: 'put it below the share'
        }
  },
  'home-file': (hits, path) => ({
    message: `the result of ${who(hits)} depends on ${path} in your home folder; a worker’s has no such file`,
    remedy: 'put it on the share and give its path as an input'
  }),
  'outside-share': (hits, path) => ({
    message: `${who(hits)} uses ${path}, which is not on the share; workers do not have it`,
    remedy: 'put it on the share (or, where the folder is shared, say so with --share or in backlot.worker.yaml)'
  }),
  'relative-path': (hits, path) => ({
    message: `${path} is found only from the folder that the job was started in; workers start ${who(hits)} in another one`,
    remedy: 'give an absolute path on the share'
  })
}

export const privateFiles = (job: JobEvidence): Finding[] =>
  grouped(
    causesOf(privateHits(job)),
    (hit) => JSON.stringify([(hit as PrivateHit).kind, hit.task.node, hit.needs?.node ?? null, hit.severity]),
    (hits) => {
      const { kind, severity } = hits[0] as PrivateHit
      return { kind, severity, ...words[kind](hits, first(pathsOf(hits))) }
    }
  )
