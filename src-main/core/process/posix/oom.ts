/** What the kernel says of processes that it has ended for want of memory (Linux). */
import { readFileSync } from 'node:fs'

function read(path: string): string {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    return '' // another system, or a kernel that does not count
  }
}

/** The file that counts for the control group which we, and so our tasks, are in; it counts those of the groups below as well. */
function ownCounter(): string | null {
  const group = /^0::(\/.*)$/m.exec(read('/proc/self/cgroup'))?.[1]
  const file = group === undefined ? null : `/sys/fs/cgroup${group === '/' ? '' : group}/memory.events`
  return file !== null && read(file) !== '' ? file : null
}

let counter: string | undefined

/** How many processes the kernel has ended for want of memory so far, here or on the machine; null where it does not count. */
export function oomKills(): number | null {
  counter ??= ownCounter() ?? '/proc/vmstat'
  const count = /^oom_kill (\d+)$/m.exec(read(counter))?.[1]
  return count === undefined ? null : Number(count)
}
