/** Processes on Linux, macOS and other POSIX systems. */
import type { ProcessSystem, SeenProcess } from '../system.ts'
import { Families, membersOf } from './family.ts'
import { Groups, isThere, sendTo } from './group.ts'
import { table as here } from './here.ts'
import { Spawning } from './spawning.ts'
import type { Table } from './table.ts'

/** The same rules over either way to look. */
export function posixOver(table: Table): ProcessSystem {
  const groups = new Groups(table)
  const families = new Families(table, groups)
  const spawning = new Spawning(table)
  return {
    start: (command) => spawning.start(command),
    adopt: (identity, pidFile) => spawning.adopt(identity, pidFile),
    startOf: (pid) => table.startOf(pid),
    isGone: (pid) => !isThere(pid) || table.isZombie(pid),
    pidNamespace: () => table.pidNamespace(),
    ageOf: (identity) => table.ageOf(identity),
    peakMemoryOf: (pid) => table.peakMemoryOf(pid),
    nameOf: (pid) => table.commandOf(pid),
    lookAt: () => table.lookAt(),
    markOf: families.markOf,
    membersOf: (family, all, mark = families.markOf) => membersOf(family, all, mark),
    memoryOf: (all) => memoryOf(table, all),
    leftOf: (family, began) => families.leftOf(family, began),
    endFamily: (family, graceMs) => families.end(family, graceMs),
    endGroup: (leader, graceMs) => groups.end(leader, graceMs),
    isGroupThere: (leader) => groups.isThere(leader),
    signalGroup: (leader, how) => groups.signal(leader, how),
    lastPid: () => table.lastPid(),
    kill: ({ pid, startedAt }) => {
      if (startedAt !== null && table.startOf(pid) === startedAt) sendTo(pid, 'hard')
    },
    processOfLog: (log) => table.leaderOfLog(log)
  }
}

/**
 * Bytes that processes have in memory, what they share counted once among those that share it; where the kernel does not
 * tell that of one (before 4.14, other users'), all that it has in memory.
 */
function memoryOf(table: Table, all: readonly SeenProcess[]): number {
  if (all.length === 1) return all[0]?.resident ?? 0
  return all.reduce((sum, one) => sum + (table.shareOf(one.pid) ?? one.resident), 0)
}

export const posix: ProcessSystem = posixOver(here)
