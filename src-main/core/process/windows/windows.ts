/** Processes on Windows: each task is a job object, and each job's members are what Windows itself counts as such. */
import { setTimeout as sleep } from 'node:timers/promises'
import { readNote, writeStarter } from '../pid-file.ts'
import { known, unstarted, type Command, type Process, type ProcessEnd } from '../process.ts'
import { spawnSentence } from '../why-not-started.ts'
import type { EndSignal, Family, Identity, ProcessSystem, SeenProcess } from '../system.ts'
import { ageOf, memoryOf, programOf, startOf, startOfHandle } from './facts.ts'
import { endProcess, openJob, type Job } from './job.ts'
import { access, kernel, Refused } from './kernel.ts'
import { startProcess } from './starting.ts'
import { Watching, type HandleEnd } from './watching.ts'

const watching = new Watching()
/** jobs that were made or opened here, by their leaders; a job whose last process is gone is closed */
const jobs = new Map<string, Job>()

const keyOf = ({ pid, startedAt }: Identity): string => `${pid} ${startedAt ?? ''}`

function jobOf(leader: Identity): Job | null {
  const found = jobs.get(keyOf(leader)) ?? openJob(leader)
  if (found) jobs.set(keyOf(leader), found)
  return found
}

/** Its members that run; none where the job is gone. */
function pidsOf(leader: Identity): number[] {
  const job = jobOf(leader)
  const pids = job?.pids() ?? []
  if (job && pids.length === 0) {
    jobs.delete(keyOf(leader))
    job.close()
  }
  return pids
}

function start(command: Command): Process {
  if (command.pid !== null) writeStarter(command.pid, own())
  try {
    const started = startProcess(command)
    if (!started.ok) return unstarted(started.error.message)
    const { pid, startedAt, process, job } = started.value
    const leader = { pid, startedAt }
    jobs.set(keyOf(leader), job)
    return known(
      pid,
      startedAt,
      watching.until(process, true).then((end) => endOf(end, leader))
    )
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    return unstarted(spawnSentence(error.code, command) ?? error.message)
  }
}

let ourselves: Identity | undefined
const own = (): Identity => (ourselves ??= { pid: process.pid, startedAt: startOf(process.pid) })

const endOf = ({ code, peakMemory }: HandleEnd, leader: Identity): ProcessEnd => ({
  ...{ kind: 'exit', code, left: pidsOf(leader).length > 0 },
  peakMemory
})

function adopt(identity: Identity, pidFile: string): Process {
  const { pid, startedAt } = identity
  const process = kernel().OpenProcess(access.ask | access.wait, 0, pid)
  const isSame = process !== 0 && startedAt !== null && startOfHandle(process) === startedAt
  if (process !== 0 && !isSame) kernel().CloseHandle(process)
  const gone = (): ProcessEnd => readNote(pidFile).end ?? { kind: 'gone' }
  if (!isSame) return known(pid, startedAt, Promise.resolve(gone()))
  jobOf(identity)
  const ended = watching.until(process, false).then((end) => readNote(pidFile).end ?? endOf(end, identity))
  return known(pid, startedAt, ended)
}

function seen(pid: number, group: number): SeenProcess | null {
  const startedAt = startOf(pid)
  if (startedAt === null) return null
  return { pid, parent: group, group, session: group, startedAt, resident: memoryOf(pid)?.resident ?? 0 }
}

const leaderOf = ({ leader, starts }: Family): Identity | null =>
  leader === null ? null : { pid: leader, startedAt: starts?.get(leader) ?? null }

/** The job's, and those that are known beside it. */
function membersOf(family: Family): SeenProcess[] {
  const leader = leaderOf(family)
  const inJob = leader ? pidsOf(leader).flatMap((pid) => seen(pid, leader.pid) ?? []) : []
  const beside = (family.others ?? []).filter((pid) => !inJob.some((one) => one.pid === pid))
  const others = beside.flatMap((pid) => seen(pid, pid) ?? [])
  return [...inJob, ...others.filter(({ pid, startedAt }) => family.starts?.get(pid) === startedAt)]
}

const pollMs = 20

interface Ending {
  isThere: () => boolean
  /** whether it was asked */
  soft: () => Promise<boolean>
  hard: () => void
}

/** Asks once, waits, then ends hard what is left: at once, where nothing can be asked. */
async function end({ isThere, soft, hard }: Ending, graceMs: number): Promise<void> {
  if (!isThere()) return
  let until = performance.now() + graceMs
  if (graceMs > 0)
    void soft().then((asked) => {
      if (!asked) until = performance.now()
    })
  let killed = false
  while (isThere()) {
    const now = performance.now()
    if (!killed && now >= until) {
      hard()
      killed = true
    }
    // what is ended and still there waits for a driver; that is not ours to wait for
    if (now > until + graceMs + 1000) return
    await sleep(pollMs)
  }
}

const softly = async (leader: Identity | null): Promise<boolean> => (leader && jobOf(leader)?.endSoft()) ?? false

function endFamily(family: Family, graceMs: number): Promise<void> {
  const leader = leaderOf(family)
  const hard = () => {
    if (leader) jobOf(leader)?.endHard()
    for (const { pid, startedAt, group } of membersOf(family)) if (group !== leader?.pid) kill({ pid, startedAt })
  }
  return end({ isThere: () => membersOf(family).length > 0, soft: () => softly(leader), hard }, graceMs)
}

function endGroup(leader: Identity, graceMs: number): Promise<void> {
  const isThere = () => pidsOf(leader).length > 0
  return end({ isThere, soft: () => softly(leader), hard: () => jobOf(leader)?.endHard() }, graceMs)
}

function signalGroup(leader: Identity, how: EndSignal): void {
  if (how === 'hard') jobOf(leader)?.endHard()
  else void softly(leader)
}

const kill = ({ pid, startedAt }: Identity): void =>
  endProcess(pid, (process) => startedAt !== null && startOfHandle(process) === startedAt)

export const windows: ProcessSystem = {
  ...{ start, adopt, startOf, endFamily, endGroup, signalGroup, kill },
  isGone: (pid) => startOf(pid) === null,
  pidNamespace: () => '',
  ageOf: ({ pid, startedAt }) => ageOf(pid, startedAt),
  peakMemoryOf: (pid) => memoryOf(pid)?.peak ?? null,
  nameOf: programOf,
  // a job tells its members by itself
  lookAt: () => new Map(),
  markOf: () => null,
  membersOf: (family) => membersOf(family),
  memoryOf: (all) => all.reduce((sum, { resident }) => sum + resident, 0),
  leftOf: (family) => membersOf(family).filter(({ pid }) => pid !== family.leader),
  isGroupThere: (leader) => pidsOf(leader).length > 0,
  lastPid: () => null,
  processOfLog: () => null
}
