/** A process that another program starts for us: asked for, perhaps prefetched, then followed. */
import type { Process, ProcessEnd } from './process.ts'

export class RemoteProcess implements Process {
  pid = 0
  startedAt: string | null = null
  shared: boolean
  prefetched: boolean
  readonly ready: Promise<void>
  readonly ended: Promise<ProcessEnd>
  /** the request, to be made again elsewhere */
  readonly request: object
  private known!: () => void
  private over!: (end: ProcessEnd) => void
  private revoking = false
  private unwanted = false
  /** how to revoke it, once it is sent */
  onRevoke: (() => void) | null = null

  constructor(request: object, { shared, prefetched = false }: { shared: boolean; prefetched?: boolean }) {
    this.request = request
    this.shared = shared
    this.prefetched = prefetched
    this.ready = new Promise((resolve) => (this.known = resolve))
    this.ended = new Promise((resolve) => (this.over = resolve))
  }

  /** It is running. */
  started(pid: number, startedAt: string | null): void {
    this.pid = pid
    this.startedAt = startedAt
    this.prefetched = false
    this.known()
  }

  end(end: ProcessEnd): void {
    this.known()
    this.over(end)
  }

  get isRevoked(): boolean {
    return this.revoking
  }

  /** Whether nobody wants it any more: it is not to be started elsewhere. */
  get isUnwanted(): boolean {
    return this.unwanted
  }

  revoke(): void {
    this.unwanted = true
    if (this.revoking || !this.prefetched) return
    this.revoking = true
    this.onRevoke?.()
  }

  /** It is this process from now on. */
  follow(other: Process): void {
    this.shared = other.shared
    this.started(other.pid, other.startedAt)
    void other.ended.then((end) => this.end(end))
  }
}
