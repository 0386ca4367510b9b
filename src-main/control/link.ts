/** The side that steers: a connection to the process that runs jobs in the data folder. */
import { connect, type Socket } from 'node:net'
import type { MessageConnection } from 'vscode-jsonrpc/node'
import type { RunEvent } from '../domain/events.ts'
import { fail, type Result } from '../domain/result.ts'
import { describeHolder, type Holder } from './holder.ts'
import { speak, words, type Hello, type RemoteCall } from './wire.ts'

/** A process that does not greet within this is stopped, or busy beyond use; ms. */
const patienceMs = 10_000

export interface LinkListener {
  event(event: RunEvent): void
  /** the other side has hung up or died */
  closed(): void
}

export class Link {
  readonly holder: Holder
  private readonly socket: Socket
  private readonly connection: MessageConnection
  private calls = 0

  private constructor(holder: Holder, socket: Socket, connection: MessageConnection) {
    this.holder = holder
    this.socket = socket
    this.connection = connection
  }

  /** Null: nobody answers at that address any more. Errors: `held`, where somebody does and will not have us. */
  static async open(holder: Holder, version: string, listener: LinkListener): Promise<Result<Link> | null> {
    const socket = await connected(holder.address)
    if (!socket) return null
    const connection = await speak(socket)
    const link = new Link(holder, socket, connection)
    let greeted = false
    connection.onClose(() => {
      connection.dispose()
      if (greeted) listener.closed()
    })
    connection.onNotification(words.event, (event: RunEvent) => listener.event(event))
    connection.listen()
    const answer = await link.greet({ token: holder.token, version })
    if (answer?.ok !== true) {
      socket.destroy()
      return answer
    }
    greeted = true
    socket.unref()
    return { ok: true, value: link }
  }

  /** Null: it hung up before it answered. */
  private async greet(hello: Hello): Promise<Result<null> | null> {
    let timer: NodeJS.Timeout | undefined
    const silent = new Promise<Result<never>>((resolve) => {
      const why = `${describeHolder(this.holder)}, does not answer; it may be stopped (go on with: kill -CONT ${this.holder.pid})`
      timer = setTimeout(() => resolve(fail('held', why)), patienceMs)
    })
    const answer = this.connection.sendRequest<Result<null>>(words.hello, hello).catch(() => null)
    try {
      return await Promise.race([answer, silent])
    } finally {
      clearTimeout(timer)
    }
  }

  /** What the other side answers; null: it hung up before that. */
  async call(call: RemoteCall): Promise<Result<unknown> | null> {
    this.calls++
    this.socket.ref()
    try {
      return await this.connection.sendRequest<Result<unknown>>(words.call, call)
    } catch {
      return null // the connection broke: a refusal would be a result
    } finally {
      // an idle connection keeps no process alive
      if (--this.calls === 0) this.socket.unref()
    }
  }

  close(): void {
    this.socket.end()
    this.socket.unref()
  }
}

function connected(address: string): Promise<Socket | null> {
  return new Promise((resolve) => {
    const socket = connect(address)
    socket.once('connect', () => resolve(socket))
    socket.once('error', () => resolve(null))
  })
}
