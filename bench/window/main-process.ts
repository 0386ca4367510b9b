/**
 * What is measured in the main process, and from outside of all processes. `watchDelay`, `delays`, `profileOn` and
 * `profileOff` are sent there as text, so they may use nothing outside of themselves.
 */
import type { Profiler, Session } from 'node:inspector'
import type { monitorEventLoopDelay } from 'node:perf_hooks'
import { readdirSync, readFileSync } from 'node:fs'

declare global {
  var benchDelay: ReturnType<typeof monitorEventLoopDelay>
  var benchProfile: Session
}

/** How late the event loop was, and the heap. */
export interface Delay {
  p50: number
  p99: number
  max: number
  heap: number
}

export function watchDelay(): void {
  const { monitorEventLoopDelay } = process.getBuiltinModule('node:perf_hooks')
  globalThis.benchDelay = monitorEventLoopDelay({ resolution: 1 })
  globalThis.benchDelay.enable()
}

/** How late the loop was since the last call, ms. The histogram holds the times between ticks, which should be 1 ms apart. */
export function delays(): Delay {
  const seen = globalThis.benchDelay
  const late = (nanoseconds: number) => Math.max(0, nanoseconds / 1e6 - 1)
  const found = { p50: late(seen.percentile(50)), p99: late(seen.percentile(99)), max: late(seen.max) }
  seen.reset()
  return { ...found, heap: process.memoryUsage().heapUsed }
}

export function profileOn(): void {
  const { Session } = process.getBuiltinModule('node:inspector')
  globalThis.benchProfile = new Session()
  globalThis.benchProfile.connect()
  globalThis.benchProfile.post('Profiler.enable')
  globalThis.benchProfile.post('Profiler.start')
}

export const profileOff = (): Promise<Profiler.Profile> =>
  new Promise((done, failed) =>
    globalThis.benchProfile.post('Profiler.stop', (error, found) => (error ? failed(error) : done(found.profile)))
  )

/** A file of a process; empty if the process has ended, as a job's commands do meanwhile. */
function read(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8')
  } catch {
    return ''
  }
}

const status = (pid: number, key: string): number =>
  Number(new RegExp(`^${key}:\\s+(\\d+)`, 'm').exec(read(pid, 'status'))?.[1] ?? 0)

function below(pid: number): number[] {
  const all = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  const children = all.map(Number).filter((one) => status(one, 'PPid') === pid)
  return children.flatMap((child) => [child, ...below(child)])
}

/** Memory of the main process and of the page's, MB: now, and the most since they started. Linux only. */
export function memory(pid: number): Record<'main' | 'page', { now: number; most: number }> {
  const page = below(pid).filter((child) => read(child, 'cmdline').includes('--type=renderer'))
  const largest = page.toSorted((a, b) => status(b, 'VmRSS') - status(a, 'VmRSS'))[0] ?? 0
  const of = (process: number) => ({ now: status(process, 'VmRSS') / 1024, most: status(process, 'VmHWM') / 1024 })
  return { main: of(pid), page: of(largest) }
}
