/** Whether a hang-up is not for us: `nohup`, or a parent that ignores it. */
import { readFileSync, readlinkSync } from 'node:fs'
import { nameOf } from '../../../domain/paths.ts'

/**
 * Node takes away what was ignored when it started, so the traces have to do: the shell's `_`, the output's name, the input
 * that nohup makes unreadable, the parent.
 */
export function isHangupIgnored(): boolean {
  if (nameOf(process.env._ ?? '') === 'nohup') return true
  if ([1, 2].some((fd) => nameOf(linkOf(`/proc/self/fd/${fd}`)) === 'nohup.out')) return true
  if (linkOf('/proc/self/fd/0') === '/dev/null' && isWriteOnly(0)) return true
  const [, ignored = '0'] = /^SigIgn:\s*([0-9a-f]+)$/m.exec(textOf(`/proc/${process.ppid}/status`)) ?? []
  return (BigInt(`0x${ignored}`) & 1n) === 1n
}

function isWriteOnly(fd: number): boolean {
  const [, flags = '0'] = /^flags:\s*([0-7]+)$/m.exec(textOf(`/proc/self/fdinfo/${fd}`)) ?? []
  return (parseInt(flags, 8) & 3) === 1
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path)
  } catch {
    return '' // no /proc, or no such descriptor
  }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return '' // no /proc, or the parent has just ended
  }
}
