/** A farm's log as a log of ours: behind a head that says where it comes from; never read as a whole. */
import { closeSync, mkdirSync, openSync, readSync, statSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { headMark, noteLine } from '../../../domain/log-lines.ts'
import type { LogReader } from '../../../domain/log-reader.ts'
import { Heard } from '../../attempt/heard.ts'
import { LogWatch } from '../../attempt/watch.ts'

export interface CopiedLog {
  path: string
  /** where it comes from, for the head */
  from: string
  /** null: the farm has none */
  source: string | null
  /** how the attempt ended; null: it runs, and the log grows */
  reason: string | null
  ended: boolean
}

/** Writes it anew, or adds what the farm's has more of where the attempt still runs. */
export function copyLog({ path, from, source, reason, ended }: CopiedLog): void {
  mkdirSync(dirname(path), { recursive: true })
  const head = Buffer.from(`${headMark}pulled from ${from}\n`)
  const known = statSync(path, { throwIfNoEntry: false })?.size ?? 0
  const goesOn = !ended && known >= head.length
  const out = openSync(path, goesOn ? 'a' : 'w')
  try {
    if (!goesOn) writeSync(out, head)
    if (source !== null) copyInto(out, source, goesOn ? known - head.length : 0)
    if (ended && reason !== null) writeSync(out, `${noteLine(reason)}\n`)
  } finally {
    closeSync(out)
  }
}

function copyInto(out: number, source: string, start: number): void {
  const from = openSync(source, 'r')
  const buffer = Buffer.alloc(1 << 20)
  try {
    for (let at = start, got = -1; got !== 0; at += got) {
      got = readSync(from, buffer, 0, buffer.length, at)
      writeSync(out, buffer, 0, got)
    }
  } finally {
    closeSync(from)
  }
}

/** So much of a log's end is read for how far its task is. */
const looked = 256 << 10

/** How far a running task says it is. */
export function progressIn(
  log: string,
  reader: LogReader,
  frames: () => readonly string[] | null
): { progress: number | null; message: string | null } {
  const size = statSync(log, { throwIfNoEntry: false })?.size ?? 0
  const watch = new LogWatch(log, 0, () => reader)
  if (size > looked) watch.skip(size - looked)
  const heard = new Heard(frames)
  heard.take(watch.read(0).said)
  return { progress: heard.progress, message: heard.message }
}
