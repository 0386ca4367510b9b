/**
 * What must not outlive this process, however that ends: programs that are only asked something, and the folders of those
 * questions. Tasks are not among them: they are ended in order, or go on.
 */
import { processes } from './processes.ts'
import type { Identity } from './system.ts'

const ends = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const
type End = (typeof ends)[number]

/** between the soft signal and the hard one, ms; whoever asked for the end waits for it */
const softMs = 300

const groups = new Set<Identity>()
const folders = new Set<() => void>()

/** The group or job of this process ends with us. Returns how to forget it. */
export const groupWithUs = (leader: Identity): (() => void) => held(groups, leader)

/** This is done when we end. Returns how to forget it. */
export const cleanedWithUs = (clean: () => void): (() => void) => held(folders, clean)

function held<T>(set: Set<T>, one: T): () => void {
  if (groups.size + folders.size === 0) watch(true)
  set.add(one)
  return () => {
    if (set.delete(one) && groups.size + folders.size === 0) watch(false)
  }
}

function watch(on: boolean): void {
  const how = on ? 'on' : 'off'
  process[how]('exit', endAll)
  for (const end of ends) process[how](end, told)
}

function endAll(): void {
  for (const leader of groups) processes.signalGroup(leader, 'hard')
  for (const clean of folders) clean()
  groups.clear()
  folders.clear()
}

/** Where nobody else answers the signal it ends this process, as it would have without us. */
function told(signal: End): void {
  for (const leader of groups) processes.signalGroup(leader, 'soft')
  if (process.listenerCount(signal) > 1) {
    setTimeout(endAll, softMs).unref()
    return
  }
  if (groups.size > 0) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, softMs)
  endAll()
  watch(false)
  process.kill(process.pid, signal)
}
