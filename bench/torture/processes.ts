/** The processes of a round, known by a mark in their environment (Linux: /proc). */
import { readdirSync, readFileSync } from 'node:fs'

export const markName = 'BACKLOT_TORTURE'

export const roles = ['scheduler', 'launcher', 'fork server', 'session', 'task'] as const
export type Role = (typeof roles)[number]

export interface Found {
  pid: number
  role: Role
  command: string
}

const read = (path: string): string => {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return '' // it has just ended
  }
}

/** Its state's letter and its parent. */
function statOf(pid: number): { state: string; parent: number } {
  const stat = read(`/proc/${pid}/stat`)
  const [state = '', parent = '0'] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return { state, parent: Number(parent) }
}

/** Rooms of rehearsals: they carry no mark, but their command names the folder that they lie in. */
export const rooms = (): { pid: number; command: string }[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => ({ pid: Number(name), command: read(`/proc/${name}/cmdline`).replaceAll('\0', ' ') }))
    .filter(({ command }) => command.startsWith('bwrap ') && command.includes('/backlot-rehearsal-'))

/** Everybody who carries the mark, but for zombies. */
export function marked(mark: string): Found[] {
  const pids = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
  const carrying = pids.filter((pid) => read(`/proc/${pid}/environ`).split('\0').includes(`${markName}=${mark}`))
  const list = carrying.map((pid) => ({
    pid,
    command: read(`/proc/${pid}/cmdline`).replaceAll('\0', ' '),
    ...statOf(pid)
  }))
  const servers = new Set(list.filter((one) => one.command.includes('backlot_serve.py')).map((one) => one.pid))
  return list
    .filter((one) => one.state !== 'Z')
    .map(({ pid, command, parent }) => ({ pid, command, role: roleOf(command, servers.has(parent)) }))
}

function roleOf(command: string, isForked: boolean): Role {
  if (/cli\.cjs/.test(command)) return 'scheduler'
  if (/backlot_launch\.py/.test(command)) return 'launcher'
  if (/backlot_serve\.py \S+ fork/.test(command) && !isForked) return 'fork server'
  return / session *$/.test(command) ? 'session' : 'task'
}
