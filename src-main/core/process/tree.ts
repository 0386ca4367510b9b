/** All processes that can be seen, at one moment (Linux: /proc). */
import { readdirSync, readFileSync } from 'node:fs'

export interface SeenProcess {
  pid: number
  parent: number
  group: number
  session: number
  /** in the system's own words; with the pid it names one process for ever */
  startedAt: string
  /** bytes of it that are in memory, shared ones among them */
  resident: number
}

export type Processes = ReadonlyMap<number, SeenProcess>

const pageBytes = 4096

/** The text of a file of a process; empty where it has ended or is another user's. */
export function ofProcess(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'latin1')
  } catch {
    return ''
  }
}

/** Pids of all processes; null where there is no /proc. */
export function allPids(): number[] | null {
  if (process.platform !== 'linux') return null
  try {
    return readdirSync('/proc')
      .map(Number)
      .filter((pid) => pid > 0)
  } catch {
    return null
  }
}

/** Those of the given pids that run, zombies left out; none where there is no /proc. */
export const lookAt = (pids: readonly number[] | null = allPids()): Processes =>
  new Map((pids ?? []).flatMap((pid) => seen(pid) ?? []).map((one) => [one.pid, one]))

function seen(pid: number): SeenProcess | null {
  const stat = ofProcess(pid, 'stat')
  // the fields behind the program's name, which may hold spaces and parentheses
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const [state, parent, group, session] = fields
  const [startedAt, pages] = [fields[19], fields[21]]
  if (startedAt === undefined || pages === undefined || state === 'Z' || state === 'X') return null
  const numbers = { pid, parent: Number(parent), group: Number(group), session: Number(session) }
  return { ...numbers, startedAt, resident: Number(pages) * pageBytes }
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

/** A variable (of plain letters) that a process was started with; null: it has none, or is another user's. */
export function variableOf(pid: number, name: string): string | null {
  const found = ofProcess(pid, 'environ')
    .split('\0')
    .find((one) => one.startsWith(`${name}=`))
  return found === undefined ? null : found.slice(name.length + 1)
}

/** What a process is called, for people; null if it has ended. */
export function commandOf(pid: number): string | null {
  const command = Buffer.from(ofProcess(pid, 'cmdline'), 'latin1').toString('utf8').replaceAll('\0', ' ').trim()
  return command === '' ? null : command.slice(0, 120)
}

/**
 * Bytes that processes have in memory, what they share counted once among those that share it; where the kernel does not
 * tell that of one (before 4.14, other users'), all that it has in memory.
 */
export function memoryOf(processes: readonly SeenProcess[]): number {
  if (processes.length === 1) return processes[0]?.resident ?? 0
  return processes.reduce((sum, one) => sum + (shareOf(one.pid) ?? one.resident), 0)
}

function shareOf(pid: number): number | null {
  const kilobytes = /^Pss:\s+(\d+) kB$/m.exec(ofProcess(pid, 'smaps_rollup'))?.[1]
  return kilobytes === undefined ? null : Number(kilobytes) * 1024
}

/** The pid that was given away last; null where the system does not say. Pids are given in order, round and round. */
export function lastPid(): number | null {
  try {
    const last = Number(readFileSync('/proc/loadavg', 'latin1').trim().split(' ').at(-1))
    return Number.isInteger(last) ? last : null
  } catch {
    return null
  }
}

/** Whether a pid was given away after `from`, up to and with `to`. */
export const isBetween = (pid: number, from: number, to: number): boolean =>
  from <= to ? pid > from && pid <= to : pid > from || pid <= to
