/** Follows a growing log for what its lines say. */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { longestTried, type LogReader, type Said } from '../../domain/log-reader.ts'
import { LogBytes } from './log-bytes.ts'

const chunkBytes = 1 << 20

/** A line that has grown by so much without an end is looked at before it has one. */
const longestRest = 64 << 10
/** To either side of what made a line worth a look. */
const reach = longestTried / 2 - 1

/** One buffer for all logs: each read is done with before the next. What was kept of the read before stands in front. */
let room: Buffer | undefined

/** A mark in a line: its place, and which. */
type Hit = readonly [at: number, mark: number]

/** Follows a growing log a chunk at a time. */
export class LogWatch {
  private readonly path: string
  private readonly makeReader: () => LogReader
  private reader: LogReader | undefined
  private offset = 0
  /** what was read and waits for the end of its line */
  private rest = Buffer.alloc(0)
  /** bytes of it that were looked at, and are there for what stands before a mark */
  private seen = 0
  private bytes = new LogBytes()
  /** when the log last grew, in ms */
  grewAt: number

  /** `reader`: asked for when there is something to read. */
  constructor(path: string, at: number, reader: () => LogReader) {
    this.path = path
    this.grewAt = at
    this.makeReader = reader
  }

  /** Its first bytes are read already, such as the head, in which nothing is said. */
  skip(bytes: number): void {
    this.offset = bytes
    this.bytes.begin()
  }

  /** Whether a log of so many bytes has nothing new. */
  hasRead(bytes: number): boolean {
    return bytes === this.offset
  }

  /** Reads what is new, at most `maxChunks` MB of it. Returns what its lines say and whether there is more to read. */
  read(at: number, maxChunks = 8): { said: Said[]; more: boolean } {
    const said: Said[] = []
    let fd: number
    try {
      fd = openSync(this.path, 'r')
    } catch {
      return { said, more: false } // the log was deleted while it grew: there is nothing to read, the task goes on
    }
    try {
      const { size } = fstatSync(fd)
      if (size < this.offset) this.restart() // it was truncated
      if (size > this.offset) this.grewAt = at
      for (let i = 0; i < maxChunks && this.offset < size; i++) {
        room ??= Buffer.allocUnsafe(2 * longestRest + chunkBytes)
        const kept = this.rest.copy(room)
        const bytes = readSync(fd, room, kept, chunkBytes, this.offset)
        if (bytes === 0) break
        this.offset += bytes
        const fresh = room.subarray(kept, kept + bytes)
        const text = this.bytes.asText(fresh)
        this.scan(text === fresh ? room.subarray(0, kept + bytes) : Buffer.concat([this.rest, text]), said)
      }
      return { said, more: this.offset < size }
    } finally {
      closeSync(fd)
    }
  }

  private restart(): void {
    this.offset = 0
    this.bytes = new LogBytes()
    this.keep(Buffer.alloc(0), 0)
  }

  private keep(rest: Buffer, seen: number): void {
    this.rest = Buffer.from(rest)
    this.seen = seen
  }

  /** `bytes`: what was kept, and what is new. */
  private scan(bytes: Buffer, said: Said[]): void {
    const ended = Math.max(bytes.lastIndexOf(10), bytes.lastIndexOf(13)) + 1
    const isLong = bytes.length - ended > longestRest
    const until = isLong ? bytes.length - reach : ended
    if (until > this.seen) this.find(bytes, until, said)
    // what stands before a mark in a long line is kept, and one byte more, so that it is no line's start
    if (isLong) this.keep(bytes.subarray(until - reach - 1), reach + 1)
    else this.keep(bytes.subarray(ended), ended === 0 ? this.seen : 0)
  }

  /** What the lines say whose marks lie behind what was looked at, and before `until`. */
  private find(bytes: Buffer, until: number, said: Said[]): void {
    const reader = (this.reader ??= this.makeReader())
    const hits: Hit[] = reader.readsAll ? lineStarts(bytes, this.seen, until) : []
    reader.marks.find(bytes, (at, mark) => {
      if (at >= this.seen && at < until) hits.push([at, mark])
    })
    hits.sort(([a], [b]) => a - b)
    for (let i = 0; i < hits.length;) {
      const { from, to } = lineAround(bytes, hits[i]?.[0] ?? 0)
      const marks = new Set<number>()
      for (; i < hits.length && (hits[i]?.[0] ?? 0) < to; i++) marks.add(hits[i]?.[1] ?? -1)
      const found = reader.read(lineText(bytes, from, to), marks)
      if (found) said.push(found)
    }
  }

  /** The last line, where it did not end with a newline. */
  end(): Said[] {
    const said: Said[] = []
    if (this.rest.length > this.seen) this.find(this.rest, this.rest.length, said)
    this.keep(Buffer.alloc(0), 0)
    return said
  }
}

const isBreak = (byte: number | undefined): boolean => byte === 10 || byte === 13 || byte === undefined

/** The line around a place, or as much of it as is looked at. */
function lineAround(bytes: Buffer, at: number): { from: number; to: number } {
  let [from, to] = [at, at]
  while (at - from < reach && !isBreak(bytes[from - 1])) from--
  while (to - at < reach && !isBreak(bytes[to])) to++
  return { from, to }
}

/** What is cut off at either side is told by a sign, so that no pattern takes a cut for the line's end. */
function lineText(bytes: Buffer, from: number, to: number): string {
  const text = bytes.toString('utf8', from, to)
  return `${isBreak(bytes[from - 1]) ? '' : '…'}${text}${isBreak(bytes[to]) ? '' : '…'}`
}

function lineStarts(bytes: Buffer, from: number, until: number): Hit[] {
  const starts: Hit[] = []
  for (let at = from; at < until; at++)
    if (!isBreak(bytes[at]) && (at === 0 || isBreak(bytes[at - 1]))) starts.push([at, -1])
  return starts
}
