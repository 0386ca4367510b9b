/** The side that runs jobs: takes calls from other processes of the same user, and tells them what happens. */
import { createServer, type Server, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { MessageConnection } from 'vscode-jsonrpc/node'
import type { RunEvent } from '../domain/events.ts'
import { fail, type Result } from '../domain/result.ts'
import type { Holder } from './holder.ts'
import { callShape, followed, helloShape, speak, words, type RemoteCall } from './wire.ts'

/** an answer is handed to its connection some turns behind the call that gives it, ms */
const answerMs = 20
/** who is stopped reads nothing, and is not waited for longer than this, ms */
const flushMs = 1000

export interface HostOptions {
  holder: Holder
  version: string
  call(call: RemoteCall): Promise<Result<unknown>>
}

export class Host {
  private readonly options: HostOptions
  private readonly server: Server
  private readonly sockets = new Set<Socket>()
  private readonly greeted = new Set<MessageConnection>()
  /** calls that are answered soon: all but those that follow a job to its end */
  private readonly answering = new Set<Promise<unknown>>()

  /** Throws where the address cannot be had. */
  static async open(options: HostOptions): Promise<Host> {
    const host = new Host(options)
    await host.listen()
    return host
  }

  private constructor(options: HostOptions) {
    this.options = options
    this.server = createServer((socket) => void this.welcome(socket))
    this.server.unref()
  }

  private listen(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.server.once('error', reject)
      // only the owner may connect; the socket is made in this very call
      const before = process.umask(0o177)
      try {
        this.server.listen(this.options.holder.address, () => {
          this.server.off('error', reject)
          resolve()
        })
      } finally {
        process.umask(before)
      }
    })
  }

  emit(event: RunEvent): void {
    for (const connection of this.greeted) void connection.sendNotification(words.event, event).catch(() => undefined)
  }

  /** Whether somebody listens. */
  get hasGuests(): boolean {
    return this.greeted.size > 0
  }

  /**
   * Answers what it is about to, then hangs up. Who follows a job then looks for another process to ask, or runs it itself.
   */
  async close(): Promise<void> {
    this.server.close()
    await Promise.allSettled(this.answering)
    if (this.sockets.size > 0) await sleep(answerMs)
    await this.flushed()
    for (const socket of this.sockets) socket.end()
  }

  /** A connection writes one message behind the other: with this last one all answers before it are out. */
  private async flushed(): Promise<void> {
    const done = new AbortController()
    const out = Promise.allSettled([...this.greeted].map((connection) => connection.sendNotification(words.bye)))
    await Promise.race([out, sleep(flushMs, undefined, { signal: done.signal }).catch(() => undefined)])
    done.abort()
  }

  private async welcome(socket: Socket): Promise<void> {
    this.sockets.add(socket)
    socket.unref()
    const connection = await speak(socket)
    connection.onClose(() => {
      this.sockets.delete(socket)
      this.greeted.delete(connection)
      connection.dispose()
    })
    connection.onRequest(words.hello, (hello: unknown): Promise<unknown> =>
      Promise.resolve(this.greet(connection, hello))
    )
    connection.onRequest(words.call, (call: unknown): Promise<unknown> => this.take(connection, call))
    connection.listen()
  }

  private greet(connection: MessageConnection, hello: unknown): Result<null> {
    const { holder, version } = this.options
    const parsed = helloShape().safeParse(hello)
    if (!parsed.success || parsed.data.token !== holder.token) return fail('held', 'another process runs jobs here')
    if (parsed.data.version !== version)
      return fail('held', `another process runs jobs here with Backlot ${version}; this is ${parsed.data.version}`)
    this.greeted.add(connection)
    return { ok: true, value: null }
  }

  private async take(connection: MessageConnection, call: unknown): Promise<Result<unknown>> {
    const parsed = callShape().safeParse(call)
    if (!this.greeted.has(connection) || !parsed.success) return fail('held', 'this call cannot be read')
    const answer = this.options.call(parsed.data)
    if (parsed.data.name !== followed) {
      this.answering.add(answer)
      void answer.finally(() => this.answering.delete(answer)).catch(() => undefined)
    }
    return answer
  }
}
