/** Addresses as ledgers have them: `host:port`, `[host]:port`, or a socket's path. */

const anyHost = /^(?:0\.0\.0\.0|\[::\]):(\d+)$/

/** Whether who connects to `reached` talks to who listens on `bound`: one that is bound to all hosts has each of this machine's. */
export function answers(bound: string, reached: string): boolean {
  const port = anyHost.exec(bound)?.[1]
  return bound === reached || (port !== undefined && !/^[/@]/.test(reached) && reached.endsWith(`:${port}`))
}
