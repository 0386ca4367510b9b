/**
 * A session: tasks come over a socket and are evaluated one after the other in this process, which is put back as it was
 * after each. The twin is python/backlot_serve.py; requests and answers are those of docs/protocol.md.
 */
import { appendFileSync, closeSync, openSync, readFileSync, statSync, unlinkSync, writeSync } from 'node:fs'
import * as modules from 'node:module'
import { connect, type Socket } from 'node:net'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { table } from '../core/process/posix/here.ts'
import { openFiles } from '../core/process/posix/proc.ts'
import { bytesText } from '../domain/durations.ts'
import { noteLine, sessionText } from '../domain/log-lines.ts'
import { evaluateGuarded, guardOf } from './attempt.ts'

interface Request {
  id: number
  task: string
  log: string
  pid: string
  cwd: string
  env: Record<string, string>
  /** where this process says what it says beside its tasks */
  said?: string
  /** it was prefetched: the side that removes this file owns the start */
  token?: string
}

const maxTasks = 500
const maxBytes = 4 * 1024 ** 3

/** Size and time of every file that was imported since. */
const imported = new Map<string, string>()

const stateOf = (path: string): string => {
  const found = statSync(path, { throwIfNoEntry: false })
  return found ? `${found.mtimeMs} ${found.size}` : 'gone'
}

/** Whether code that this process holds has changed on disk: a new process would read it anew. */
const isStale = (): boolean => [...imported].some(([path, state]) => stateOf(path) !== state)

/** From here on the log is what this process prints, and what its children do: it takes the lowest free descriptors. */
function pointOutput(path: string): void {
  for (const fd of [1, 2]) {
    try {
      closeSync(fd)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EBADF') throw error // the node closed it itself
    }
    openSync(path, 'a')
  }
}

/** Serves until the socket closes, the code changes, or a task leaves something behind. `detail`: a file that names its log. */
export function serve(address: string, detail: string): void {
  const { log: own } = JSON.parse(readFileSync(detail, 'utf8')) as { log: string }
  modules.registerHooks({
    load: (url, context, next) => {
      if (url.startsWith('file:')) imported.set(fileURLToPath(url), stateOf(fileURLToPath(url)))
      return next(url, context)
    }
  })
  const socket = connect(address)
  const home = process.cwd()
  let last = Promise.resolve()
  let count = 0
  let leaving = false
  const leave = (answer: unknown[]): void => {
    leaving = true
    socket.end(`${JSON.stringify(answer)}\n`, () => process.exit(0))
  }
  const lines = createInterface({ input: socket })
  lines.on('error', () => undefined) // the socket's end follows; the task that runs is finished first
  lines.on('line', (line) => {
    const request = JSON.parse(line) as Request
    last = last.then(async () => {
      if (leaving) return // its socket's end says that it was not begun
      if (!ownsStart(request)) return void socket.write(`${JSON.stringify(['r', request.id])}\n`)
      if (isStale()) return leave(['r', request.id, 'code that it has imported has changed'])
      const done = await evaluate(request, { socket, own, home, nth: ++count })
      if (!done) return process.exit(0)
      const { code, trouble } = done
      const { rss } = process.memoryUsage()
      const why = trouble ?? usedUp(count, rss)
      putDownEnd(request.pid, code)
      const answer = ['e', request.id, code, { peakMemory: rss, more: why === null, why }]
      if (why !== null) return leave(answer)
      socket.write(`${JSON.stringify(answer)}\n`)
    })
  })
  socket.on('close', () => void last.then(() => process.exit(0)))
  socket.on('error', () => undefined) // its end follows
}

/** Why a process that is whole takes no other task; null: it does. */
function usedUp(count: number, bytes: number): string | null {
  if (count >= maxTasks) return `it has run ${count} tasks`
  return bytes >= maxBytes ? `it has ${bytesText(bytes)} in memory` : null
}

/** Whether the start is ours: a prefetched task may have been revoked. */
function ownsStart({ token }: Request): boolean {
  try {
    if (token !== undefined) unlinkSync(token)
    return true
  } catch {
    return false // it is not there any more
  }
}

/** Lets a later Backlot find this process; false where that one has given the attempt up. */
function putDown(path: string, line: string): boolean {
  try {
    const file = openSync(path, 'wx')
    writeSync(file, line)
    closeSync(file)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'EEXIST' // on a full disk it runs all the same
  }
}

/** Should the next task kill this process before anybody has heard how this one ended; on a full disk nobody is told. */
function putDownEnd(path: string, code: number): void {
  try {
    appendFileSync(path, `e ${code}\n`)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error
  }
}

interface Place {
  socket: Socket
  /** where this process says what it says beside its tasks */
  own: string
  home: string
  nth: number
}

async function evaluate(request: Request, { socket, own, home, nth }: Place) {
  const start = table.startOf(process.pid)
  if (!putDown(request.pid, `${process.pid} ${start ?? ''}\n`)) return null
  socket.write(`${JSON.stringify(['p', request.id, process.pid, start, nth])}\n`)
  const environment = { ...process.env }
  const before = leftovers()
  const mask = process.umask()
  pointOutput(request.log)
  writeSync(1, `${noteLine(sessionText(nth, process.pid, request.said ?? null))}\n`)
  process.chdir(request.cwd)
  Object.assign(process.env, request.env)
  const guard = guardOf(request.task)
  const code = await evaluateGuarded(request.task, guard)
  guard.release()
  for (const name of Object.keys(process.env)) if (!(name in environment)) Reflect.deleteProperty(process.env, name)
  Object.assign(process.env, environment)
  process.chdir(home)
  process.exitCode = undefined
  process.umask(mask)
  pointOutput(own)
  if (guard.hasCrashed) return { code, trouble: 'it threw outside of its node' }
  // a timer or a socket of this task would go on into the next one
  return { code, trouble: leftovers() <= before ? null : 'it left a timer, a socket or a file open' }
}

/** How many timers, sockets and files are open. */
function leftovers(): number {
  return process.getActiveResourcesInfo().length + openFiles()
}
