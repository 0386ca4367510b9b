/** Linux: processes as /proc shows them. */
import { existsSync, readdirSync, readFileSync, readlinkSync, realpathSync } from 'node:fs'
import { codeOf } from '../process.ts'
import type { Identity, Processes, SeenProcess } from '../system.ts'
import type { Table } from './table.ts'

const pageBytes = 4096
/** the unit of a start in /proc, wherever Linux runs Node */
const msPerTick = 10

/** The text of a file of a process; empty where it has ended or is another user's. */
function ofProcess(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'latin1')
  } catch {
    return ''
  }
}

/** The fields of its state behind the program's name, which may hold spaces and parentheses; the first is the state. */
function statOf(pid: number): string[] {
  const stat = ofProcess(pid, 'stat')
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')
}

function pids(): number[] | null {
  try {
    return readdirSync('/proc')
      .map(Number)
      .filter((pid) => pid > 0)
  } catch {
    return null
  }
}

const lookAt = (some: readonly number[] | null = pids()): Processes =>
  new Map((some ?? []).flatMap((pid) => seen(pid) ?? []).map((one) => [one.pid, one]))

function seen(pid: number): SeenProcess | null {
  const fields = statOf(pid)
  const [state, parent, group, session] = fields
  const [startedAt, pages] = [fields[19], fields[21]]
  if (startedAt === undefined || pages === undefined || state === 'Z' || state === 'X') return null
  const numbers = { pid, parent: Number(parent), group: Number(group), session: Number(session) }
  return { ...numbers, startedAt, resident: Number(pages) * pageBytes }
}

function startOf(pid: number): string | null {
  const fields = statOf(pid)
  return fields[0] === 'Z' ? null : (fields[19] ?? null)
}

let own: string | null | undefined

function ageOf({ pid, startedAt }: Identity): number | null {
  own ??= startOf(process.pid)
  const its = startOf(pid)
  if (own === null || its === null || (startedAt ?? its) !== its) return null
  return Math.max(0, process.uptime() * 1000 + (Number(own) - Number(its)) * msPerTick)
}

function kilobytesOf(text: string, what: string): number | null {
  const kilobytes = new RegExp(`^${what}:\\s+(\\d+) kB$`, 'm').exec(text)?.[1]
  return kilobytes === undefined ? null : Number(kilobytes) * 1024
}

function variableOf(pid: number, name: string): string | null {
  const found = ofProcess(pid, 'environ')
    .split('\0')
    .find((one) => one.startsWith(`${name}=`))
  return found === undefined ? null : found.slice(name.length + 1)
}

function commandOf(pid: number): string | null {
  const command = Buffer.from(ofProcess(pid, 'cmdline'), 'latin1').toString('utf8').replaceAll('\0', ' ').trim()
  return command === '' ? null : command.slice(0, 120)
}

function pidNamespace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid')
  } catch (error) {
    if (codeOf(error) === undefined) throw error
    return '' // a kernel without them
  }
}

function lastPid(): number | null {
  try {
    const last = Number(readFileSync('/proc/loadavg', 'latin1').trim().split(' ').at(-1))
    return Number.isInteger(last) ? last : null
  } catch {
    return null
  }
}

function leaderOfLog(log: string): Identity | null {
  try {
    const path = realpathSync(log)
    const pid = pids()?.find((one) => linkOf(`/proc/${one}/fd/1`) === path && statOf(one)[2] === String(one))
    return pid === undefined ? null : { pid, startedAt: startOf(pid) }
  } catch {
    return null // no log, so nothing was started
  }
}

function linkOf(path: string): string | null {
  try {
    return readlinkSync(path)
  } catch {
    return null // it has just ended, or belongs to another user
  }
}

/** How many files this process has open; 0 where there is no /proc. */
export const openFiles = (): number => (existsSync('/proc/self/fd') ? readdirSync('/proc/self/fd').length : 0)

export const proc: Table = {
  ...{ lookAt, startOf, ageOf, variableOf, commandOf, pids, lastPid, pidNamespace, leaderOfLog, pollMs: 20 },
  isZombie: (pid) => statOf(pid)[0] === 'Z',
  peakMemoryOf: (pid) => kilobytesOf(ofProcess(pid, 'status'), 'VmHWM'),
  shareOf: (pid) => kilobytesOf(ofProcess(pid, 'smaps_rollup'), 'Pss')
}
