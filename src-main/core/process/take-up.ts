/** Takes up attempts whose starter is gone: finds out whether a process was started, and follows it. */
import { setTimeout as sleep } from 'node:timers/promises'
import { isAlive } from './identity.ts'
import { giveUp, readNote, type PidNote } from './pid-file.ts'
import { codeOf, type Process, type ProcessEnd } from './process.ts'
import { processes } from './processes.ts'
import { RemoteProcess } from './remote-process.ts'
import type { Identity } from './system.ts'

/** What a process leaves behind: its pid file, and the log it prints into. */
export interface Traces {
  pid: string
  log: string
}

const pollMs = 20
/** a starter needs milliseconds; one that is stopped does not come back in time */
const patienceMs = 10_000

/** What an earlier Backlot left: its process if it is still running, how it ended if that is known, else `lost`. */
export function takeUp(traces: Traces): Process {
  const run = new RemoteProcess({}, { shared: false })
  void processOf(traces).then((found) => {
    const note = readNote(traces.pid)
    // a session outlives its tasks
    if (found && !note.end && isAlive(found.pid, found.startedAt)) run.follow(processes.adopt(found, traces.pid))
    else run.end(endOf(note))
  })
  return run
}

/** A signal may have come with what ended Backlot, such as the machine's shutdown: that task runs again. */
const endOf = ({ end }: PidNote): ProcessEnd => (end?.kind === 'exit' ? end : { kind: 'lost' })

/**
 * The process that was started for an attempt; null if none was, and then none will be. Never rejects for what the
 * system refuses.
 */
export async function processOf(traces: Traces): Promise<Identity | null> {
  const until = performance.now() + patienceMs
  for (;;) {
    const note = readNote(traces.pid)
    if (note.process) return note.process
    if (note.givenUp || (!note.isThere && isGivenUp(traces.pid))) return null
    const { starter } = note
    if (starter && !isAlive(starter.pid, starter.startedAt)) return processes.processOfLog(traces.log)
    if (performance.now() > until) return endStarter(starter, traces)
    await sleep(pollMs)
  }
}

/** On a full disk nobody else can start it either. */
function isGivenUp(path: string): boolean {
  try {
    return giveUp(path)
  } catch (error) {
    if (codeOf(error) === undefined) throw error
    return true
  }
}

/** A starter that neither starts nor ends is ended: it is one of ours. */
function endStarter(starter: Identity | null, traces: Traces): Identity | null {
  if (starter && starter.pid !== process.pid) processes.kill(starter)
  return readNote(traces.pid).process ?? processes.processOfLog(traces.log)
}
