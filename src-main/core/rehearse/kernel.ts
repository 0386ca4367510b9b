/** Settings of a Linux kernel that forbid what a rehearsal needs. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

interface Setting {
  /** as sysctl names it */
  name: string
  forbids: string
  /** the value that allows it */
  allow: number
  isForbidden: (value: number, root: boolean) => boolean
}

const settings: readonly Setting[] = [
  {
    ...{ name: 'kernel.unprivileged_userns_clone', allow: 1, forbids: 'rooms for ordinary users' },
    isForbidden: (value, root) => !root && value === 0
  },
  {
    ...{ name: 'user.max_user_namespaces', allow: 10_000, forbids: 'rooms for ordinary users' },
    isForbidden: (value, root) => !root && value === 0
  },
  {
    ...{ name: 'kernel.apparmor_restrict_unprivileged_userns', allow: 0, forbids: 'rooms for ordinary users' },
    isForbidden: (value, root) => !root && value === 1
  },
  {
    ...{ name: 'kernel.yama.ptrace_scope', allow: 1, forbids: 'traces' },
    isForbidden: (value, root) => value === 3 || (!root && value === 2)
  }
]

/**
 * One sentence for each setting that forbids something, with how to allow it. `valueOf`: a setting's number; null where
 * the kernel has no such setting.
 */
export const forbidden = (valueOf: (name: string) => number | null, root: boolean): string[] =>
  settings.flatMap(({ name, forbids, allow, isForbidden }) => {
    const value = valueOf(name)
    if (value === null || !isForbidden(value, root)) return []
    // scope 3 stays until the machine starts anew
    const how = `sysctl -w ${name}=${allow}${value === 3 ? ', in a file of /etc/sysctl.d, and a restart' : ''}`
    return [`${name} is ${value}, which forbids ${forbids}; allow it with: ${how}`]
  })

/** A setting of the kernel that runs now; null where it has none of this name, or on another system. */
export function settingHere(name: string): number | null {
  try {
    const value = readFileSync(join('/proc/sys', ...name.split('.')), 'utf8').trim()
    return /^\d+$/.test(value) ? Number(value) : null
  } catch {
    return null // not there: nothing is forbidden by it
  }
}
