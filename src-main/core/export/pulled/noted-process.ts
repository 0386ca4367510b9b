/** Processes that scripts wrote down: whether one was of this machine, and has ended. */
import { hostname } from 'node:os'
import { processes } from '../../process/processes.ts'

export interface NotedProcess {
  pid: number
  /** the list of processes that the pid is of: a container has its own; empty: the system has one */
  namespace: string
}

/** `PID NAMESPACE`; null: it is none. */
export function notedProcess(text: string): NotedProcess | null {
  const [, pid, namespace = ''] = /^(\d{1,10})(?: (\S{0,64}))?$/.exec(text) ?? []
  return pid === undefined ? null : { pid: Number(pid), namespace }
}

/** Of another machine, or of a container, nothing is known. A pid that is somebody else's by now counts as running. */
export const hasEnded = (host: string | null, noted: NotedProcess | null): boolean =>
  noted !== null && host === hostname() && noted.namespace === processes.pidNamespace() && processes.isGone(noted.pid)
