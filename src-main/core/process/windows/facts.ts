/** What Windows tells of one process. */
import { access, hasEnded, kernel, withProcess, type Handle } from './kernel.ts'

/** When it was made, in 100 ns since 1601, as Windows keeps it; null: it has ended, or we may not ask. */
export function startOfHandle(process: Handle): string | null {
  const [created, ...others] = [0, 1, 2, 3].map(() => Buffer.alloc(8))
  const [exited, inKernel, inUser] = others
  if (!created || !exited || !inKernel || !inUser || hasEnded(process)) return null
  const told = kernel().GetProcessTimes(process, created, exited, inKernel, inUser)
  return told ? created.readBigUInt64LE().toString() : null
}

export const startOf = (pid: number): string | null =>
  pid > 0 ? withProcess(pid, access.ask | access.wait, startOfHandle) : null

let own: string | null | undefined

/** 100 ns are a ten-thousandth of one */
const perMs = 10_000

/** By both starts, and how long this process runs. */
export function ageOf(pid: number, startedAt: string | null): number | null {
  own ??= startOf(process.pid)
  const its = startOf(pid)
  if (own === null || its === null || (startedAt ?? its) !== its) return null
  return Math.max(0, process.uptime() * 1000 + Number(BigInt(own) - BigInt(its)) / perMs)
}

export interface MemoryUse {
  /** bytes in memory now, and at most so far */
  resident: number
  peak: number
}

/** size of PROCESS_MEMORY_COUNTERS */
const countersBytes = 72

export function memoryOfHandle(process: Handle): MemoryUse | null {
  const counters = Buffer.alloc(countersBytes)
  counters.writeUInt32LE(countersBytes)
  if (!kernel().K32GetProcessMemoryInfo(process, counters, countersBytes)) return null
  return { peak: Number(counters.readBigUInt64LE(8)), resident: Number(counters.readBigUInt64LE(16)) }
}

export const memoryOf = (pid: number): MemoryUse | null =>
  withProcess(pid, access.ask, (process) => memoryOfHandle(process))

/** in UTF-16 units */
const longestPath = 32_768

/** The path of its program. */
export function programOf(pid: number): string | null {
  return withProcess(pid, access.ask, (process) => {
    const [name, size] = [Buffer.alloc(longestPath * 2), Buffer.alloc(4)]
    size.writeUInt32LE(longestPath)
    if (!kernel().QueryFullProcessImageNameW(process, 0, name, size)) return null
    return name.toString('utf16le', 0, size.readUInt32LE() * 2)
  })
}
