/**
 * An attempt's family on POSIX (docs/adr/0018): found by the group, by the session, by the chain of parents, and by the
 * mark in the environment, which a process hands on to what it starts.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import {
  markName,
  type Began,
  type EndSignal,
  type Family,
  type MarkReader,
  type Processes,
  type SeenProcess
} from '../system.ts'
import { sendTo, type Groups } from './group.ts'
import type { Table } from './table.ts'

/** A pid that another process has by now: pids go round within minutes on a busy machine. */
const isTaken = ({ starts }: Family, all: Processes, pid: number): boolean => {
  const [known, now] = [starts?.get(pid), all.get(pid)?.startedAt]
  return now !== undefined && known !== now
}

/** Its members among the processes that were looked at. */
export function membersOf(family: Family, all: Processes, mark: MarkReader): SeenProcess[] {
  const leader = family.leader === null || isTaken(family, all, family.leader) ? null : family.leader
  const others = (family.others ?? []).filter((pid) => !isTaken(family, all, pid))
  const own = [...all.values()].filter(
    (one) =>
      (leader !== null && (one.pid === leader || one.group === leader || one.session === leader)) ||
      mark(one) === family.mark
  )
  const known = withDescendants(all, [...others, ...own.map(({ pid }) => pid)])
  // what has dropped its mark and lost its parents is still in a group or session that a member began
  const began = new Set([...known, ...others])
  const strays = [...all.values()].filter(({ group, session }) => began.has(group) || began.has(session))
  const found = withDescendants(all, [...known, ...strays.map(({ pid }) => pid)])
  found.delete(process.pid)
  return [...found].flatMap((pid) => all.get(pid) ?? [])
}

/** These and all that they have started, as far as a chain of parents leads to them. */
export function withDescendants(all: Processes, roots: Iterable<number>): Set<number> {
  const children = Map.groupBy(all.values(), ({ parent }) => parent)
  const found = new Set<number>()
  const open = [...roots].filter((pid) => all.has(pid))
  for (let pid = open.pop(); pid !== undefined; pid = open.pop()) {
    if (found.has(pid)) continue
    found.add(pid)
    open.push(...(children.get(pid) ?? []).map((child) => child.pid))
  }
  return found
}

/** Whether a pid was given away after `from`, up to and with `to`. Pids are given in order, round and round. */
export const isBetween = (pid: number, from: number, to: number): boolean =>
  from <= to ? pid > from && pid <= to : pid > from || pid <= to

/** after so long pids may have gone round: all processes are looked at */
const shortMs = 2000
/** between two looks at all processes */
const lookMs = 200
/** as exactly as the system tells a start */
const tickMs = 20

/** What Python's multiprocessing starts once in a process for all that it does there: it belongs to a session, not to a task. */
const helper = /multiprocessing[./](resource_tracker|semaphore_tracker|forkserver)/

export class Families {
  private readonly table: Table
  private readonly groups: Groups

  constructor(table: Table, groups: Groups) {
    this.table = table
    this.groups = groups
  }

  readonly markOf: MarkReader = ({ pid }) => this.table.variableOf(pid, markName)

  membersOf(family: Family, all: Processes = this.table.lookAt()): SeenProcess[] {
    return membersOf(family, all, this.markOf)
  }

  leftOf(family: Family, { pid: since, ago }: Began): SeenProcess[] {
    const now = this.table.lastPid()
    const isShort = since !== null && now !== null && ago < shortMs
    if (isShort && since === now && !family.others?.length) return []
    const pids = isShort ? this.table.pids() : null
    const some = pids?.filter((pid) => isBetween(pid, since ?? 0, now ?? 0) || family.others?.includes(pid))
    const looked = this.table.lookAt(some)
    const found = [...this.membersOf(family, looked), ...this.strayedFrom(family, looked, ago)]
    return family.leader === null ? found.filter(({ pid }) => !helper.test(this.table.commandOf(pid) ?? '')) : found
  }

  /** What a session's task forked, and whose parents are gone: it has the session's mark, and nothing else names it. */
  private strayedFrom({ session }: Family, looked: Processes, ago: number): SeenProcess[] {
    if (!session) return []
    const copies = [...looked.values()].filter(
      (one) => !session.pids.includes(one.pid) && this.markOf(one) === session.mark
    )
    const young = copies.filter((one) => (this.table.ageOf(one) ?? 0) <= ago + tickMs)
    if (young.length === 0) return []
    const all = this.table.lookAt()
    const its = withDescendants(all, session.pids)
    const strayed = young.map(({ pid }) => pid).filter((pid) => !its.has(pid))
    return [...withDescendants(all, strayed)].flatMap((pid) => all.get(pid) ?? [])
  }

  async end(family: Family, graceMs: number): Promise<void> {
    const ending = new Ending(family, this, this.table, this.groups)
    const hard = performance.now() + graceMs
    let looked = performance.now()
    for (;;) {
      const now = performance.now()
      if (!ending.isThere || now - looked >= lookMs) {
        ending.look()
        looked = now
        if (!ending.isThere) return
      }
      if (now >= hard) ending.kill()
      // what is killed and still listed waits for a disk or for its parent; that is not ours to wait for
      if (now > hard + graceMs + 1000) return
      await sleep(this.table.pollMs)
    }
  }
}

/** The members of a family that is being ended. */
class Ending {
  private readonly family: Family
  private readonly families: Families
  private readonly table: Table
  private readonly groups: Groups
  /** those that run */
  private readonly known = new Map<number, SeenProcess>()
  /** all that there ever were: one that has ended may have begun a group */
  private readonly pids: Set<number>
  private readonly starts: Map<number, string>

  constructor(family: Family, families: Families, table: Table, groups: Groups) {
    this.family = family
    this.families = families
    this.table = table
    this.groups = groups
    this.pids = new Set(family.others)
    this.starts = new Map(family.starts)
    this.look()
    // the group at once: what it forks between two signals would get none
    this.signalGroup('soft')
  }

  /** Its group, while it is there: without a member its number may be another's. */
  private signalGroup(how: EndSignal): void {
    const { leader } = this.family
    if (leader === null || ![...this.known.values()].some(({ group }) => group === leader)) return
    this.groups.signal({ pid: leader, startedAt: this.starts.get(leader) ?? null }, how)
  }

  get isThere(): boolean {
    const now = this.table.lookAt([...this.known.keys()])
    for (const [pid, { startedAt }] of this.known) if (now.get(pid)?.startedAt !== startedAt) this.known.delete(pid)
    return this.known.size > 0
  }

  look(): void {
    for (const member of this.families.membersOf({ ...this.family, others: [...this.pids], starts: this.starts })) {
      if (this.known.has(member.pid)) continue
      this.known.set(member.pid, member)
      this.pids.add(member.pid)
      this.starts.set(member.pid, member.startedAt)
      if (member.group !== this.family.leader) sendTo(member.pid, 'soft')
    }
  }

  kill(): void {
    this.signalGroup('hard')
    for (const pid of this.known.keys()) sendTo(pid, 'hard')
  }
}
