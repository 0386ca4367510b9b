/** Processes that a task left behind in its room. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { isIn, type Places } from './places.ts'

export interface LeftProcess {
  pid: number
  /** its command line, for people */
  command: string
  /** how many sockets it holds */
  sockets: number
  /** addresses that it listens on */
  listens: string[]
  /** files of the share that it holds open */
  holds: string[]
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return '' // it has just ended
  }
}

function childrenOf(pid: number): number[] {
  const texts = threadsOf(pid).map((thread) => read(`/proc/${pid}/task/${thread}/children`))
  return texts.flatMap((text) => text.split(' ').filter(Boolean).map(Number))
}

function threadsOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/task`)
  } catch {
    return []
  }
}

function below(pid: number): number[] {
  const found: number[] = []
  for (const child of childrenOf(pid)) found.push(child, ...below(child))
  return found
}

function targetsOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).map((fd) => linkOf(`/proc/${pid}/fd/${fd}`))
  } catch {
    return []
  }
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path)
  } catch {
    return ''
  }
}

const commandOf = (pid: number): string => read(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').trim()

/** The room's own: bubblewrap twice, the shell that stays, the tracer. */
const ours = /^(?:bwrap|unshare|strace|sh -c "\$@"|sh -c )/

/** What still runs in a room whose command has ended; `room`: the process that was started for it. */
export function leftIn(room: number, { roots }: Places): LeftProcess[] {
  const shares = roots.filter(({ kind }) => kind === 'share')
  return below(room)
    .filter((pid) => !isOurs(pid, room))
    .map((pid) => {
      const targets = targetsOf(pid)
      const holds = targets.filter((path) => shares.some((root) => isIn(path, root.path)))
      const sockets = targets.filter((path) => path.startsWith('socket:')).length
      return { pid, command: commandOf(pid), sockets, listens: [], holds: [...new Set(holds)] }
    })
}

/** A traced process has a tracer; the room's own have none. */
function isOurs(pid: number, room: number): boolean {
  const status = read(`/proc/${pid}/status`)
  if (status === '' || /^State:\s+Z/m.test(status)) return true
  const tracer = Number(/^TracerPid:\s+(\d+)$/m.exec(status)?.[1] ?? 0)
  if (tracer > 0) return false
  return pid === room || ours.test(commandOf(pid))
}
