/** Follows a growing log for the directives in it. */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { StringDecoder } from 'node:string_decoder'
import { directiveMarks, readDirective, type Directive } from '../../domain/directives.ts'

const chunkBytes = 1 << 20

/** Longer ones hold no directive. */
const longestLine = 65536

const firstBreak = (bytes: Buffer): number => {
  const [feed, back] = [bytes.indexOf(10), bytes.indexOf(13)]
  return feed < 0 || back < 0 ? Math.max(feed, back) : Math.min(feed, back)
}

/** One buffer for all logs: each read is done with before the next. */
let chunk: Buffer | undefined

/** Follows a growing log for its directives, a chunk at a time. */
export class LogWatch {
  private readonly path: string
  private offset = 0
  private rest = ''
  private readonly decoder = new StringDecoder('utf8')
  /** when the log last grew, in ms */
  grewAt: number

  constructor(path: string, at: number) {
    this.path = path
    this.grewAt = at
  }

  /** Its first bytes are read already, such as the head, in which nothing is a directive. */
  skip(bytes: number): void {
    this.offset = bytes
  }

  /** Whether a log of so many bytes has nothing new. */
  hasRead(bytes: number): boolean {
    return bytes === this.offset
  }

  /** Reads what is new, at most `maxChunks` MB of it. Returns the directives and whether there is more to read. */
  read(at: number, maxChunks = 8): { directives: Directive[]; more: boolean } {
    const directives: Directive[] = []
    let fd: number
    try {
      fd = openSync(this.path, 'r')
    } catch {
      return { directives, more: false } // the log was deleted while it grew: there is nothing to read, the task goes on
    }
    try {
      const { size } = fstatSync(fd)
      if (size < this.offset) this.offset = 0 // it was truncated
      if (size > this.offset) this.grewAt = at
      for (let i = 0; i < maxChunks && this.offset < size; i++) {
        chunk ??= Buffer.allocUnsafe(chunkBytes)
        const bytes = readSync(fd, chunk, 0, chunkBytes, this.offset)
        if (bytes === 0) break
        this.offset += bytes
        this.scan(chunk.subarray(0, bytes), directives)
      }
      return { directives, more: this.offset < size }
    } finally {
      closeSync(fd)
    }
  }

  private scan(bytes: Buffer, directives: Directive[]): void {
    const first = firstBreak(bytes)
    if (first < 0 || directiveMarks.some((mark) => bytes.includes(mark))) return this.scanLines(bytes, directives)
    // no directive in here but for one that began in the chunk before; what is cut at the end is looked at with the next
    this.scanLines(bytes.subarray(0, first + 1), directives)
    const tail = bytes.subarray(Math.max(bytes.lastIndexOf(10), bytes.lastIndexOf(13)) + 1)
    this.rest = this.decoder.write(tail.length < longestLine ? tail : Buffer.alloc(0))
  }

  private scanLines(bytes: Buffer, directives: Directive[]): void {
    const lines = (this.rest + this.decoder.write(bytes)).split(/\r\n|\n|\r/)
    const last = lines.pop() ?? ''
    this.rest = last.length < longestLine ? last : ''
    for (const line of lines) {
      const directive = readDirective(line)
      if (directive) directives.push(directive)
    }
  }

  /** The last line, where it did not end with a newline. */
  end(): Directive[] {
    const directive = readDirective(this.rest)
    return directive ? [directive] : []
  }
}
