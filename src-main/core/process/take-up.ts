/** Takes up attempts whose starter is gone: finds out whether a process was started, and follows it. */
import { readdirSync, readFileSync, readlinkSync, realpathSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { isAlive, startOf, type Identity } from './identity.ts'
import { giveUp, readNote, type PidNote } from './pid-file.ts'
import { codeOf, type Process, type ProcessEnd } from './process.ts'
import { RemoteProcess } from './remote-process.ts'
import { adopt } from './runner.ts'

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
    if (found && !note.end && isAlive(found.pid, found.startedAt)) run.follow(adopt(found, traces.pid))
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
    if (starter && !isAlive(starter.pid, starter.startedAt)) return processOfLog(traces.log)
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
  try {
    if (starter && starter.pid !== process.pid) process.kill(starter.pid, 'SIGKILL')
  } catch (error) {
    if (codeOf(error) === undefined) throw error // it has just ended, or may not be signalled
  }
  return readNote(traces.pid).process ?? processOfLog(traces.log)
}

/**
 * The leader of a group that prints into this log: a process whose starter died before it wrote the pid down. Linux
 * only; elsewhere null.
 */
function processOfLog(log: string): Identity | null {
  try {
    const path = realpathSync(log)
    const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
    const pid = pids.find((name) => linkOf(`/proc/${name}/fd/1`) === path && isLeader(name))
    return pid === undefined ? null : { pid: Number(pid), startedAt: startOf(Number(pid)) }
  } catch {
    return null // no log, so nothing was started; or no /proc
  }
}

function linkOf(path: string): string | null {
  try {
    return readlinkSync(path)
  } catch {
    return null // it has just ended, or belongs to another user
  }
}

function isLeader(pid: string): boolean {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[2] === pid
}
