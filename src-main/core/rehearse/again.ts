/** A task a second time: on top of what it has written, and after it was killed while it was writing. */
import { differences, real, type Difference } from './compare.ts'
import type { TaskEvidence } from './findings/evidence.ts'
import type { Performed } from './performed.ts'
import { isShared, type Stage, type Stayed } from './stay.ts'
import type { Visited, Visitor } from './visiting.ts'

type Again = TaskEvidence['again'][number]

interface Asked {
  one: Performed
  /** its first run in a room */
  room: Visited
  ignored: ReadonlySet<string>
}

/** Names under which a second run kept what the first one had written, as applications do. */
const backupsOf = (first: Stayed, second: Stayed): string[] =>
  second.trace.renamed.filter(([from]) => first.layer.changes.get(from)?.kind === 'file').map(([, to]) => to)

/** It moved what it was given to another place, as publishing does: that is done or not done, never half. */
function tookItsInput(first: Stayed, second: Stayed): boolean {
  const moved = first.trace.renamed
    .map(([from]) => from)
    .filter((path) => first.layer.changes.get(path)?.kind === 'deleted')
  const lost = second.trace.accesses.filter(({ how, own }) => how === 'missing' && own).map(({ what }) => what)
  return moved.some((path) => lost.includes(path))
}

/** What a second run on top of the first one's layer gives otherwise; null: the same. */
export async function runAgain(visitor: Visitor, { one, room, ignored }: Asked): Promise<Again | null> {
  const second = await visitor.visit(one, { over: [room.stayed.layer] })
  if (!second.result && tookItsInput(room.stayed, second.stayed)) return null
  const paths = visitor.paths(
    [room.stayed, second.stayed],
    new Set([...ignored, ...backupsOf(room.stayed, second.stayed)])
  )
  const differs = real(differences(room, second, paths))
  if (differs.length === 0) return null
  const met = metBy(visitor, ignored, { met: second.stayed, made: room.stayed })
  return { how: 'again', differs, lastLines: second.lastLines, met, inTheWay: [] }
}

/** What the second run came upon of what the first one had made, or did not find because that one had taken it away. */
function metBy(visitor: Visitor, ignored: ReadonlySet<string>, runs: { met: Stayed; made: Stayed }): string[] {
  const met = runs.met.trace.accesses.filter(({ how, what, own, marks }) => {
    const change = own ? runs.made.layer.changes.get(what) : undefined
    if (change === undefined) return false
    if (change.kind === 'deleted') return how === 'missing'
    return how === 'look' || how === 'read' || marks?.includes('append') || marks?.includes('update')
  })
  return [...new Set(met.map(({ what }) => what))].filter((path) => visitor.isShared(path) && !ignored.has(path))
}

/**
 * Whether a half-written file could be taken for a whole one: the task looked at a file before it wrote it, or it adds to
 * what is there. A task that never asks cannot be fooled.
 */
export function asksBeforeWriting({ trace, layer }: Stayed, ignored: ReadonlySet<string>): boolean {
  const looked = new Set<string>()
  for (const { how, what, own, marks } of trace.accesses) {
    if (marks?.includes('locked')) continue // nobody else sees it half written, and it is not ours to judge
    if (!own || ignored.has(what) || layer.changes.get(what)?.kind !== 'file') continue
    if (how === 'write') {
      if (looked.has(what) || marks?.includes('append') || marks?.includes('update')) return true
    } else if (how !== 'delete') looked.add(what)
  }
  return false
}

/** The files to kill it at: the first and the last that it opened for writing. */
export function killPoints({ trace }: Stayed, stage: Pick<Stage, 'places'>, ignored: ReadonlySet<string>): string[] {
  const locked = new Set(trace.accesses.filter(({ marks }) => marks?.includes('locked')).map(({ what }) => what))
  const isOpen = (path: string) => isShared(path, stage.places) && !ignored.has(path) && !locked.has(path)
  const files = trace.opened.filter(isOpen)
  return [...new Set([files[0], files.at(-1)])].flatMap((path) => path ?? [])
}

/**
 * Names that both runs claimed and gave up, such as a lock: those that are made up anew each time are in nobody's way. With
 * the files to kill it at, so that they stay behind.
 */
export function claimsOf(author: Stayed, room: Stayed, { places }: Pick<Stage, 'places'>): Map<string, string[]> {
  const both = [...room.trace.claims].filter(([path]) => author.trace.claims.has(path) && isShared(path, places))
  return new Map(
    both.map(([path, opened]) => [path, opened.filter((file) => isShared(file, places)).slice(0, killsPerClaim)])
  )
}

/** A lock may be made without a word in it; then it is killed at the file that is opened next. */
const killsPerClaim = 2

/** entering the first write leaves an empty file, entering the third one a part */
const writes = [1, 3]

export interface Killed {
  again: Again | null
  /** whether any kill hit; a file that is written in one piece is whole or empty */
  hit: boolean
}

/** Kills the task at each point, runs it again on what is left, and compares what a whole run wrote. */
export async function killAndRun(visitor: Visitor, stage: Stage, { one, room, ignored }: Asked): Promise<Killed> {
  let hit = false
  const claims = claimsOf(one.stayed, room.stayed, stage)
  const points = new Set([...killPoints(room.stayed, stage, ignored), ...[...claims.values()].flat()])
  for (const path of points)
    for (const nth of writes) {
      const killed = await visitor.visit(one, { inject: { path, nth } })
      if (!killed.stayed.trace.killed && killed.result) continue
      hit = true
      const second = await visitor.visit(one, { over: [killed.stayed.layer] })
      const paths = visitor.paths([room.stayed], ignored)
      const differs = real(differences(room, second, paths))
      if (differs.length === 0) continue
      const inTheWay = [...claims.keys()].filter((claim) => killed.stayed.layer.changes.has(claim))
      const met = metBy(visitor, ignored, { met: second.stayed, made: killed.stayed })
      return { again: { how: 'killed', differs: atFirst(differs), lastLines: second.lastLines, met, inTheWay }, hit }
    }
  return { again: null, hit }
}

const atFirst = (found: readonly Difference[]): Difference[] => found.slice(0, 20)
