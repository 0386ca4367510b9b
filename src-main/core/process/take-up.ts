/** Takes up attempts whose starter is gone: finds out whether a process was begun, and follows it. */
import { readdirSync, readFileSync, readlinkSync, realpathSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { giveUp, readNote, type Identity, type PidNote } from './pid-file.ts'
import { RemoteRun } from './remote.ts'
import { adopt, codeOf, isAlive, startOf, type ProcessEnd, type Running } from './runner.ts'

/** What a process leaves behind: its pid file, and the log it prints into. */
export interface Traces {
  pid: string
  log: string
}

const pollMs = 20
/** A starter needs milliseconds; one that is stopped does not come back in time. */
const patienceMs = 10_000

/** What an earlier Backlot left: its process where it lives, how it ended where that is known, else `lost`. */
export function takeUp(paths: Traces): Running {
  const run = new RemoteRun({}, false)
  void begun(paths).then((found) => {
    const note = readNote(paths.pid)
    // a session outlives its tasks
    if (found && !note.end && isAlive(found.pid, found.startedAt)) run.follow(adopt(found, paths.pid))
    else run.end(endOf(note))
  })
  return run
}

/** A signal may have come with what ended Backlot, such as the machine's shutdown: that task runs again. */
const endOf = ({ end }: PidNote): ProcessEnd => (end?.kind === 'exit' ? end : { kind: 'lost' })

/** The process that an attempt was given; null where none was begun, and then none will be. */
export async function begun(paths: Traces): Promise<Identity | null> {
  const until = performance.now() + patienceMs
  for (;;) {
    const note = readNote(paths.pid)
    if (note.process) return note.process
    if (note.givenUp || (!note.isThere && gaveUp(paths.pid))) return null
    const { starter } = note
    if (starter && !isAlive(starter.pid, starter.startedAt)) return processOfLog(paths.log)
    if (performance.now() > until) return late(starter, paths)
    await sleep(pollMs)
  }
}

/** On a full disk nobody else can begin it either. */
function gaveUp(path: string): boolean {
  try {
    return giveUp(path)
  } catch (error) {
    if (codeOf(error) === undefined) throw error
    return true
  }
}

/** A starter that neither starts nor ends is ended: it is one of ours. */
function late(starter: Identity | null, paths: Traces): Identity | null {
  if (starter && starter.pid !== process.pid) process.kill(starter.pid, 'SIGKILL')
  return readNote(paths.pid).process ?? processOfLog(paths.log)
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
    return null // no log, so nothing was begun; or no /proc
  }
}

function linkOf(path: string): string | null {
  try {
    return readlinkSync(path)
  } catch {
    return null // it has just ended, or is somebody else's
  }
}

function isLeader(pid: string): boolean {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[2] === pid
}
