/**
 * An attempt's family: its process and all that this has started, in whatever group or session (docs/adr/0018). Found by
 * the group, by the chain of parents, and by the mark in the environment, which a process hands on to what it starts.
 * Where there is no /proc it is the group alone.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { endGroup, signalGroup } from './group.ts'
import { isAlive } from './identity.ts'
import { codeOf } from './process.ts'
import {
  allPids,
  commandOf,
  isBetween,
  lastPid,
  lookAt,
  variableOf,
  withDescendants,
  type Processes,
  type SeenProcess
} from './tree.ts'

/** The variable that marks what belongs to an attempt. */
export const markName = 'BACKLOT_ATTEMPT'

export interface Family {
  /** the process that leads its group; null: a session's task, whose process goes on without it */
  leader: number | null
  /** the value of its mark */
  mark: string
  /** pids that are known to belong to it */
  others?: readonly number[]
  /** when the leader and the others started, in the system's own words, as far as that is known */
  starts?: ReadonlyMap<number, string>
}

/** A pid that another process has by now: pids go round within minutes on a busy machine. */
const isTaken = ({ starts }: Family, all: Processes, pid: number): boolean => {
  const [known, now] = [starts?.get(pid), all.get(pid)?.startedAt]
  return known !== undefined && now !== undefined && known !== now
}

/** The mark that a process was started with; null: it has none, or is another user's. */
export type MarkReader = (process: SeenProcess) => string | null
export const markOf: MarkReader = ({ pid }) => variableOf(pid, markName)

/** Its members among the processes that were looked at. */
export function membersOf(family: Family, all: Processes, mark = markOf): SeenProcess[] {
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

/** after so long pids may have gone round: all processes are looked at */
const shortMs = 2000

/** When an attempt began. */
export interface Began {
  /** the pid that was given away last then; null: not known */
  pid: number | null
  /** how long ago, ms */
  ago: number
}

/** What there is of a family whose attempt is over; null where there is no /proc. */
export function leftOf(family: Family, { pid: since, ago }: Began): SeenProcess[] | null {
  const now = lastPid()
  const isShort = since !== null && now !== null && ago < shortMs
  if (isShort && since === now && !family.others?.length) return []
  const pids = allPids()
  if (pids === null) return null
  const some = isShort ? pids.filter((pid) => isBetween(pid, since, now) || family.others?.includes(pid)) : pids
  const found = membersOf(family, lookAt(some))
  return family.leader === null ? found.filter(({ pid }) => !isHelper(pid)) : found
}

/** What Python's multiprocessing starts once in a process for all that it does there: it belongs to a session, not to a task. */
const isHelper = (pid: number): boolean =>
  /multiprocessing[./](resource_tracker|semaphore_tracker|forkserver)/.test(commandOf(pid) ?? '')

const pollMs = 20
/** between two looks at all processes */
const lookMs = 200

/**
 * Ends a family: the soft signal, then after `graceMs` the hard one. Resolves when none of it is left, or when the kernel
 * does not let go of what was killed.
 */
export async function endFamily(family: Family, graceMs: number): Promise<void> {
  if (allPids() === null) return family.leader === null ? undefined : endGroup(family.leader, graceMs)
  const ending = new Ending(family)
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
    await sleep(pollMs)
  }
}

/** The members of a family that is being ended. */
class Ending {
  private readonly family: Family
  /** those that run */
  private readonly known = new Map<number, SeenProcess>()
  /** all that there ever were: one that has ended may have begun a group */
  private readonly pids: Set<number>
  private readonly starts: Map<number, string>

  constructor(family: Family) {
    this.family = family
    this.pids = new Set(family.others)
    this.starts = new Map(family.starts)
    this.look()
    // the group at once: what it forks between two signals would get none
    this.signalGroup('SIGTERM')
  }

  /** Its group, while it is there: without a member its number may be another's. */
  private signalGroup(name: NodeJS.Signals): void {
    const { leader } = this.family
    if (leader !== null && [...this.known.values()].some(({ group }) => group === leader)) signalGroup(leader, name)
  }

  get isThere(): boolean {
    for (const [pid, { startedAt }] of this.known) if (!isAlive(pid, startedAt)) this.known.delete(pid)
    return this.known.size > 0
  }

  look(): void {
    for (const member of membersOf({ ...this.family, others: [...this.pids], starts: this.starts }, lookAt())) {
      if (this.known.has(member.pid)) continue
      this.known.set(member.pid, member)
      this.pids.add(member.pid)
      this.starts.set(member.pid, member.startedAt)
      if (member.group !== this.family.leader) signal(member.pid, 'SIGTERM')
    }
  }

  kill(): void {
    this.signalGroup('SIGKILL')
    for (const pid of this.known.keys()) signal(pid, 'SIGKILL')
  }
}

/** One that has just ended or may not be signalled is none of ours any more. */
function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch (error) {
    if (codeOf(error) === undefined) throw error
  }
}
