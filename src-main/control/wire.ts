/** What goes over the wire between a process that runs jobs and others that steer it: JSON-RPC over a local socket. */
import type { Socket } from 'node:net'
import type { MessageConnection } from 'vscode-jsonrpc/node'
import { once } from '../domain/once.ts'
import { z } from 'zod'

/** The first request: who calls. Everything else is refused before it. */
export const helloShape = once(() => z.strictObject({ token: z.string(), version: z.string() }))
export type Hello = z.infer<ReturnType<typeof helloShape>>

export const callShape = once(() =>
  z.strictObject({
    name: z.string(),
    input: z.unknown(),
    /** the caller's environment, where it wants a job run */
    env: z.record(z.string(), z.string()).nullable()
  })
)
export type RemoteCall = z.infer<ReturnType<typeof callShape>>

/** The call that is answered when its job has ended. */
export const followed = 'job.run'

/** Requests and notifications by name. */
export const words = { hello: 'hello', call: 'call', event: 'event', bye: 'bye' } as const

/** Speaks on a socket; the library is read when it is needed. */
export async function speak(socket: Socket): Promise<MessageConnection> {
  const { createMessageConnection, SocketMessageReader, SocketMessageWriter } = await import('vscode-jsonrpc/node')
  const connection = createMessageConnection(new SocketMessageReader(socket), new SocketMessageWriter(socket))
  // a connection that breaks is told by its close
  connection.onError(() => undefined)
  socket.on('error', () => undefined)
  return connection
}
