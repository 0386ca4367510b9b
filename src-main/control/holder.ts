/**
 * Who runs jobs in a data folder, as others find it: a note beside the lock that names the process and the address where
 * it is told what to do. The lock itself is a transaction (core/store/lock.ts) and dies with its process; the note may
 * stay behind, so it counts only while that very process lives.
 */
import { randomBytes } from 'node:crypto'
import { readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { once } from '../domain/once.ts'
import { z } from 'zod'
import { isAlive, ourselves } from '../core/process/identity.ts'
import { ownFolder } from '../core/process/own-folder.ts'
import { codeOf } from '../core/process/process.ts'
import { removeFolderSoon, removeSoon, renameSoon } from '../core/store/files.ts'

const noteShape = once(() =>
  z.object({
    pid: z.number(),
    /** in the system's own words */
    startedAt: z.string().nullable(),
    /** its arguments, for people */
    command: z.string(),
    /** ISO 8601 */
    since: z.string(),
    /** a socket, or a pipe on Windows */
    address: z.string(),
    /** who knows it may read this file, and so is the folder's owner */
    token: z.string()
  })
)
export type Holder = z.infer<ReturnType<typeof noteShape>>

/** The note's name in the data folder. */
export const noteName = 'scheduler.json'
/** The note of the last one that died. */
const lastName = 'scheduler.last.json'

/** A socket's path has to be shorter than this on every system. */
const longestAddress = 100

/** An address that only this user can reach, and a note for it. */
export function newHolder(dataDir: string): Holder {
  const { pid, startedAt } = ourselves()
  const token = randomBytes(16).toString('hex')
  const command = process.argv.slice(2).join(' ')
  return { pid, startedAt, command, since: new Date().toISOString(), address: newAddress(dataDir), token }
}

function newAddress(dataDir: string): string {
  if (process.platform === 'win32') return `\\\\.\\pipe\\backlot-${randomBytes(16).toString('hex')}`
  const near = join(dataDir, 'scheduler.sock')
  if (Buffer.byteLength(near) < longestAddress) return near
  return join(ownFolder('run'), 'sock')
}

/** Tells others who runs jobs here; whole or not at all. Throws where the disk refuses. */
export function writeHolder(dataDir: string, holder: Holder): void {
  const path = join(dataDir, noteName)
  const beside = `${path}.${holder.pid}`
  writeFileSync(beside, JSON.stringify(holder), { mode: 0o600 })
  renameSoon(beside, path)
}

/** Says that it still runs: the note's time is when it last did. */
export function touchHolder(dataDir: string): void {
  const now = new Date()
  try {
    utimesSync(join(dataDir, noteName), now, now)
  } catch (error) {
    if (codeOf(error) === undefined) throw error // the folder went away: the store will say so
  }
}

/** Puts the note of one that died aside: when it last lived is still asked for. */
export function keepLast(dataDir: string): void {
  try {
    renameSoon(join(dataDir, noteName), join(dataDir, lastName))
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error // whoever was here before left in order
  }
}

/** Takes the note and the address away, before the lock is let go. */
export function removeHolder(dataDir: string, { address }: Holder): void {
  removeSoon(join(dataDir, noteName))
  if (process.platform === 'win32') return
  removeSoon(address)
  if (dirname(address) !== dataDir) removeFolderSoon(dirname(address))
}

/** Who runs jobs here now; null: nobody, or nobody who says so. */
export function readHolder(dataDir: string): Holder | null {
  const note = readNote(dataDir)
  return note && isAlive(note.pid, note.startedAt) ? note : null
}

function readNote(dataDir: string): Holder | null {
  try {
    return noteShape().safeParse(JSON.parse(readFileSync(join(dataDir, noteName), 'utf8'))).data ?? null
  } catch {
    return null // there is none, or it is an older Backlot's
  }
}

/** When the last process that ran jobs here and died last said that it lives, ms since 1970; null: none died so. */
export function lastSeen(dataDir: string): number | null {
  const timeOf = (name: string) => statSync(join(dataDir, name), { throwIfNoEntry: false })?.mtimeMs ?? null
  const now = readHolder(dataDir) === null ? timeOf(noteName) : null
  return now ?? timeOf(lastName)
}

/** What people are told of a holder. */
export const describeHolder = ({ pid, command, since }: Pick<Holder, 'pid' | 'command' | 'since'>): string =>
  `process ${pid} (backlot${command && ` ${command}`}), which runs jobs since ${since}`
