/**
 * Job objects: each task's process leads one, and all that it starts is in it, whatever that does. A job has a name, made
 * of its leader's pid and start, so that a later Backlot opens it; the leader itself holds it open (docs/adr/0025).
 */
import type { Identity } from '../system.ts'
import { softEnd } from './console.ts'
import { programOf } from './facts.ts'
import { access, kernel, refused, withProcess, type Handle } from './kernel.ts'

/** to ask about a job and to end it */
const jobAccess = 0x1f001f
/** what QueryInformationJobObject and SetInformationJobObject are about */
const about = { pids: 3, limits: 9 } as const
/** size of JOBOBJECT_EXTENDED_LIMIT_INFORMATION, and where its flags are */
const [limitsBytes, flagsAt] = [144, 16]
const killOnClose = 0x2000
const sameAccess = 2

const nameOf = ({ pid, startedAt }: Identity): string => `Local\\backlot-${pid}-${startedAt ?? ''}`

/** Ends with this process as long as nobody has released it. */
export function newJob(leader: Identity): Job {
  const handle = kernel().CreateJobObjectW(null, nameOf(leader))
  if (!handle) throw refused('make a job object')
  const job = new Job(handle, leader)
  job.setLimit(killOnClose)
  return job
}

/** The job that a process leads or led; null: there is none any more. */
export function openJob(leader: Identity): Job | null {
  if (leader.startedAt === null) return null
  const handle = kernel().OpenJobObjectW(jobAccess, 0, nameOf(leader))
  return handle ? new Job(handle, leader) : null
}

export class Job {
  readonly leader: Identity
  private readonly handle: Handle

  constructor(handle: Handle, leader: Identity) {
    this.handle = handle
    this.leader = leader
  }

  setLimit(flags: number): void {
    const limits = Buffer.alloc(limitsBytes)
    limits.writeUInt32LE(flags, flagsAt)
    if (!kernel().SetInformationJobObject(this.handle, about.limits, limits, limitsBytes))
      throw refused('set a job object’s limits')
  }

  add(process: Handle): void {
    if (!kernel().AssignProcessToJobObject(this.handle, process)) throw refused('put a process into a job object')
  }

  /** It outlives us from now on, and its name lives as long as its leader. */
  release(process: Handle): void {
    const { DuplicateHandle, GetCurrentProcess } = kernel()
    DuplicateHandle(GetCurrentProcess(), this.handle, process, Buffer.alloc(8), 0, 0, sameAccess)
    this.setLimit(0)
  }

  /** Those in it that run, but for the console that Windows keeps for them. */
  pids(): number[] {
    return this.everyPid().filter((pid) => pid === this.leader.pid || !isConsole(pid))
  }

  private everyPid(most = 64): number[] {
    const list = Buffer.alloc(8 + most * 8)
    kernel().QueryInformationJobObject(this.handle, about.pids, list, list.length, null)
    const [assigned, listed] = [list.readUInt32LE(0), list.readUInt32LE(4)]
    if (listed < assigned && assigned > most) return this.everyPid(assigned * 2)
    return Array.from({ length: listed }, (_, i) => Number(list.readBigUInt64LE(8 + i * 8)))
  }

  endHard(): void {
    kernel().TerminateJobObject(this.handle, 1)
  }

  /** False where it cannot be asked. */
  endSoft(): Promise<boolean> {
    return softEnd(this.leader.pid)
  }

  close(): void {
    kernel().CloseHandle(this.handle)
  }
}

/** Started by the system for a program's console, and gone with the last that uses it. */
const isConsole = (pid: number): boolean => /\\conhost\.exe$/i.test(programOf(pid) ?? '')

/** Ends one process, if it is still the same one. */
export function endProcess(pid: number, isSame: (process: Handle) => boolean): void {
  withProcess(pid, access.end | access.ask | access.wait, (process) => {
    if (isSame(process)) kernel().TerminateProcess(process, 1)
  })
}
