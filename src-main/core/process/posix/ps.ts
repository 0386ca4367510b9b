/** macOS and other systems without /proc: processes as POSIX' `ps` shows them. */
import { spawnSync } from 'node:child_process'
import type { Processes, SeenProcess } from '../system.ts'
import type { Table } from './table.ts'

/**
 * Each by an option of its own, without a header: behind a `=` the rest of an option is a header to BSD. The start is the
 * last, since it has spaces.
 */
const columns = ['pid=', 'ppid=', 'pgid=', 'stat=', 'rss=', 'lstart='].flatMap((name) => ['-o', name])

/** What it printed; empty where no such process is there. The language and time zone of a user would change a start. */
function ps(args: readonly string[]): string {
  const env = { PATH: '/bin:/usr/bin', LC_ALL: 'C', TZ: 'UTC' }
  return spawnSync('ps', args, { encoding: 'utf8', env, maxBuffer: 1 << 26, stdio: ['ignore', 'pipe', 'ignore'] })
    .stdout
}

const row = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\S+)\s+(\d+)\s+\w{3}\s+(\w{3}\s+\d+\s+[\d:]+\s+\d{4})\s*$/

interface Row extends SeenProcess {
  isZombie: boolean
}

/** A line of `ps` with our columns; null for what is none. Starts are whole seconds since 1970. */
export function readRow(line: string): Row | null {
  const [, pid, parent, group, state = '', kilobytes, moment] = row.exec(line) ?? []
  if (moment === undefined) return null
  const startedAt = String(Date.parse(`${moment} UTC`) / 1000)
  const numbers = { pid: Number(pid), parent: Number(parent), group: Number(group), session: Number(group) }
  return { ...numbers, startedAt, resident: Number(kilobytes) * 1024, isZombie: state.startsWith('Z') }
}

const rows = (which: readonly string[]): Row[] =>
  ps([...which, ...columns])
    .split('\n')
    .flatMap((line) => readRow(line) ?? [])

const some = (pids: readonly number[]): string[] => ['-p', pids.join(',')]

function lookAt(pids?: readonly number[]): Processes {
  if (pids?.length === 0) return new Map()
  const found = rows(pids ? some(pids) : ['-A']).filter(({ isZombie }) => !isZombie)
  return new Map(found.map((one) => [one.pid, one]))
}

const one = (pid: number): Row | undefined => (pid > 0 ? rows(some([pid]))[0] : undefined)

function startOf(pid: number): string | null {
  const found = one(pid)
  return found && !found.isZombie ? found.startedAt : null
}

function commandOf(pid: number): string | null {
  const command = ps([...some([pid]), '-o', 'command=']).trim()
  return command === '' ? null : command.slice(0, 120)
}

export const byPs: Table = {
  ...{ lookAt, startOf, commandOf, pollMs: 100 },
  isZombie: (pid) => one(pid)?.isZombie ?? false,
  // its clock is the one that people set
  ageOf: () => null,
  peakMemoryOf: () => null,
  // other programs' environments are shown to root alone
  variableOf: () => null,
  shareOf: () => null,
  pids: () => null,
  lastPid: () => null,
  pidNamespace: () => '',
  leaderOfLog: () => null
}
