// What is measured inside of the main process, and of all processes from outside. The functions that get `electron` are sent
// there as text, so they may use nothing from outside of them.
import { readdirSync, readFileSync } from 'node:fs'

export function watchDelay() {
  const { monitorEventLoopDelay } = process.getBuiltinModule('node:perf_hooks')
  globalThis.benchDelay = monitorEventLoopDelay({ resolution: 1 })
  globalThis.benchDelay.enable()
}

/** How late the loop was since the last call, ms. The histogram has the times between ticks that should be 1 ms apart. */
export function delays() {
  const seen = globalThis.benchDelay
  const late = (nanoseconds) => Math.max(0, nanoseconds / 1e6 - 1)
  const found = { p50: late(seen.percentile(50)), p99: late(seen.percentile(99)), max: late(seen.max) }
  seen.reset()
  return { ...found, heap: process.memoryUsage().heapUsed }
}

export function profileOn() {
  const { Session } = process.getBuiltinModule('node:inspector')
  globalThis.benchProfile = new Session()
  globalThis.benchProfile.connect()
  globalThis.benchProfile.post('Profiler.enable')
  globalThis.benchProfile.post('Profiler.start')
}

export const profileOff = () =>
  new Promise((done, failed) =>
    globalThis.benchProfile.post('Profiler.stop', (error, found) => (error ? failed(error) : done(found.profile)))
  )

/** A file of a process; empty where it has ended, as commands of a job do while we look. */
function read(pid, file) {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8')
  } catch {
    return ''
  }
}

const status = (pid, key) => Number(new RegExp(`^${key}:\\s+(\\d+)`, 'm').exec(read(pid, 'status'))?.[1] ?? 0)

function below(pid) {
  const all = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  const children = all.filter((name) => status(name, 'PPid') === pid).map(Number)
  return children.flatMap((child) => [child, ...below(child)])
}

/** Memory of the main process and of the page's, MB; now and at most since they started. Linux only. */
export function memory(pid) {
  const page = below(pid).filter((child) => read(child, 'cmdline').includes('--type=renderer'))
  const largest = page.toSorted((a, b) => status(b, 'VmRSS') - status(a, 'VmRSS'))[0] ?? 0
  const of = (process) => ({ now: status(process, 'VmRSS') / 1024, most: status(process, 'VmHWM') / 1024 })
  return { main: of(pid), page: of(largest) }
}
