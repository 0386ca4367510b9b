/** One run of a task in a room: started, waited for, its trace and its layer read, what it left behind seen. */
import { spawn, type ChildProcess } from 'node:child_process'
import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import type { Writable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { signalOf } from '../process/pid-file.ts'
import type { ProcessEnd } from '../process/process.ts'
import { readLayer, Stacks, upperName, workName, type Layer } from './layers.ts'
import { leftIn, type LeftProcess } from './left.ts'
import { followed } from './links.ts'
import { isIn, type Places } from './places.ts'
import { roomCommand, roomFolders, type Injection, type WorkerRoom } from './room.ts'
import type { MachineTools } from './tools.ts'
import { readTrace, type Trace } from './trace.ts'

/** What all rooms of a rehearsal share. */
export interface Stage {
  scratch: string
  dataDir: string
  places: Places
  tools: MachineTools
  stacks: Stacks
  /** rooms made so far */
  count: number
  /** ends all that still runs */
  signal: AbortSignal
}

export interface Visit {
  /** the layers that the task stands on, the newest first */
  below: readonly Layer[]
  worker: WorkerRoom | null
  argv: readonly string[]
  /** the whole of its environment */
  env: Readonly<Record<string, string>>
  cwd: string
  /** where its output goes; made, or appended to */
  log: string
  /** its task file, for a worker; the author's is written by who asks */
  taskText: string | null
  /** no evaluator says where its own work begins */
  allOwn: boolean
  inject: Injection | null
  /** folders from other layers that it renames, which only works for folders of its own */
  localize: readonly string[]
  /** ended after so long, ms */
  limitMs: number
}

export interface Stayed {
  end: ProcessEnd
  /** it was ended because it took too long */
  late: boolean
  trace: Trace
  layer: Layer
  left: LeftProcess[]
  /** when it began */
  at: number
  /** from the start to the command's end, ms */
  took: number
  /** the room's own folder */
  folder: string
  /** Ends what still runs in the room; resolves when it is gone. */
  leave(): Promise<void>
}

/** whoever started what was killed may wait for it for ever: then the room ends */
const killPollMs = 300
const wasKilled = (own: string): boolean => traceText(own).includes('+++ killed by SIGKILL')

/** what a process that was left behind has to end by itself */
const graceMs = 400

/** Makes the folders a task renames its own: copies take their place. */
const localizing = `
while [ "$1" != -- ]; do
  cp -a "$1" "$1.backlot-own" && rm -rf "$1" && mv "$1.backlot-own" "$1" || exit 99
  shift
done
shift
exec "$@"
`

const localized = (argv: readonly string[], folders: readonly string[]): readonly string[] =>
  folders.length ? ['sh', '-c', localizing, 'localize', ...folders, '--', ...argv] : argv

function makeFolders(stage: Stage, id: number, { worker, taskText }: Visit): string {
  const own = join(stage.scratch, 'r', String(id))
  for (const name of ['', ...roomFolders(stage.places, worker !== null)]) mkdirSync(join(own, name))
  for (const kind of ['l', 'w']) mkdirSync(join(stage.scratch, kind, String(id)))
  stage.places.roots.forEach((root, i) => {
    if (worker && root.kind !== 'share') return
    for (const name of [upperName(id, i), workName(id, i)]) mkdirSync(join(stage.scratch, name))
  })
  if (worker) writeFileSync(join(own, 'passwd'), passwdOf(worker.user))
  if (taskText !== null) writeFileSync(join(own, 'job', 'task.json'), taskText)
  return own
}

const others = new Map<number, string[]>()

/** The worker's user stands for whoever we are. */
function passwdOf(user: string): string {
  const [uid, gid] = [process.getuid?.() ?? 0, process.getgid?.() ?? 0]
  const known =
    others.get(uid) ??
    readFileSync('/etc/passwd', 'utf8')
      .split('\n')
      .filter((line) => line !== '' && line.split(':')[2] !== String(uid))
  others.set(uid, known)
  return [`${user}:x:${uid}:${gid}:${user}:/home/${user}:/bin/sh`, ...known, ''].join('\n')
}

async function commandOf(stage: Stage, id: number, own: string, visit: Visit): Promise<string[]> {
  const { places, tools, scratch, stacks } = stage
  const lowers = await stacks.lowers(visit.below)
  return roomCommand({
    ...{ places, dataDir: stage.dataDir, folders: { scratch, own }, namespace: tools.namespace ?? [] },
    ...{ meter: tools.meter, traced: tools.strace.works, worker: visit.worker, inject: visit.inject },
    layers: { lowers, upper: (root) => upperName(id, root), work: (root) => workName(id, root) },
    ...{ argv: localized(visit.argv, visit.localize), cwd: visit.cwd },
    ...{ uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 }
  })
}

/** how often a room is tried, and the pause before the second time, ms; before the third it is twice as long */
const roomTries = 3
const roomPauseMs = 250

/**
 * Runs a task in a room. A room that could not be made says nothing of the task, so it is tried again; none of the task has
 * run by then. Throws only for bugs; a room that cannot be made at all ends with `spawn-error`.
 */
export async function stay(stage: Stage, visit: Visit): Promise<Stayed> {
  for (let tries = 1; ; tries++) {
    const stayed = await stayOnce(stage, visit)
    const hasBegun = !stage.tools.strace.works || traceText(stayed.folder) !== ''
    if (stayed.end.kind !== 'spawn-error' || hasBegun || tries === roomTries || stage.signal.aborted) return stayed
    await sleep(roomPauseMs * tries)
  }
}

async function stayOnce(stage: Stage, visit: Visit): Promise<Stayed> {
  const id = ++stage.count
  const own = makeFolders(stage, id, visit)
  const argv = await commandOf(stage, id, own, visit)
  const log = openSync(visit.log, 'a')
  const [at, begin] = [Date.now(), performance.now()]
  const child = spawn(argv[0] ?? '', argv.slice(1), {
    ...{ cwd: '/', env: visit.env, detached: true, stdio: ['ignore', log, log, 'pipe', 'pipe'] }
  })
  closeSync(log)
  const room = new Running(child, stage.signal)
  const watch = visit.inject && setInterval(() => wasKilled(own) && void room.leave(), killPollMs)
  const { end, late } = await room.ended(visit.limitMs)
  if (watch) clearInterval(watch)
  const took = performance.now() - begin
  const left = (await room.emptyWithin(graceMs)) ? [] : leftIn(child.pid ?? 0, stage.places)
  const trace = traceOf(own, visit)
  if (visit.worker || left.length === 0) await room.leave()
  const { scratch, places } = stage
  const layer = readLayer(id, {
    scratch,
    roots: places.roots,
    below: visit.below,
    made: trace.made,
    begun: trace.begun
  })
  trace.accesses = followed(trace.accesses, [layer, ...visit.below], (path) => isShared(path, places))
  const listens = trace.accesses.filter(({ how }) => how === 'listen').map(({ what }) => what)
  const kept = left.map((one) => ({ ...one, listens: one.sockets > 0 ? listens : [] }))
  return { end, late, trace, layer, left: kept, at, took, folder: own, leave: () => room.leave() }
}

const traceOf = (own: string, { cwd, allOwn }: Visit): Trace => readTrace(traceText(own), { cwd, allOwn })

/** Empty where nothing was traced. */
function traceText(own: string): string {
  try {
    return readFileSync(join(own, 'trace', 'trace'), 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return ''
    throw error
  }
}

/** A room that was started: descriptor 3 tells how the command ended, closing 4 ends the room. */
class Running {
  private readonly child: ChildProcess
  private readonly told: Promise<string>
  private readonly empty: Promise<void>
  private readonly gone: Promise<void>

  constructor(child: ChildProcess, signal: AbortSignal) {
    this.child = child
    const meter = child.stdio[3] as Readable
    this.gone = new Promise((resolve) => {
      child.once('exit', () => resolve())
      child.once('error', () => resolve())
    })
    this.empty = new Promise((resolve) => meter.once('close', resolve))
    let text = ''
    this.told = new Promise((resolve) => {
      meter.on('data', (part: Buffer) => {
        text += part.toString()
        if (text.includes('\n')) resolve(text)
      })
      meter.once('close', () => resolve(text))
      child.once('error', () => resolve(text))
    })
    child.stdio[4]?.on('error', () => undefined) // the room is gone already
    signal.addEventListener('abort', () => void this.leave(), { once: true })
  }

  /** How the command ended, or that it took too long and was ended. */
  async ended(limitMs: number): Promise<{ end: ProcessEnd; late: boolean }> {
    const timer = new AbortController()
    const limit = sleep(limitMs, 'late' as const, { signal: timer.signal }).catch(() => 'late' as const)
    const text = await Promise.race([this.told, limit])
    timer.abort()
    if (text === 'late') {
      await this.leave()
      return { end: { kind: 'signal', signal: 'SIGKILL' }, late: true }
    }
    return { end: endOf(text), late: false }
  }

  /** Whether nothing of it runs any more, at the latest after so many ms. */
  async emptyWithin(ms: number): Promise<boolean> {
    const timer = new AbortController()
    const wait = sleep(ms, false, { signal: timer.signal }).catch(() => false)
    const empty = await Promise.race([this.empty.then(() => true), wait])
    timer.abort()
    return empty
  }

  async leave(): Promise<void> {
    const hold = this.child.stdio[4] as Writable | null
    hold?.destroy()
    await this.gone
  }
}

/** From a wait status as the system writes it, and kilobytes. */
function endOf(text: string): ProcessEnd {
  const [status, kilobytes] = text.trim().split(' ').map(Number)
  if (status === undefined || Number.isNaN(status) || text.trim() === '')
    return { kind: 'spawn-error', message: 'its room could not be made; the log says why' }
  const peakMemory = kilobytes ? kilobytes * 1024 : null
  const signal = status & 0x7f
  return signal
    ? { kind: 'signal', signal: signalOf(signal), peakMemory }
    : { kind: 'exit', code: (status >> 8) & 0xff, peakMemory }
}

/** Whether a path is the share's: the innermost root decides. */
export const isShared = (path: string, { roots }: Places): boolean =>
  roots.findLast((root) => isIn(path, root.path))?.kind === 'share'
