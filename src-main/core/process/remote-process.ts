/** A process that another program starts for us: asked for, perhaps prefetched, then followed. */
import type { MarkedProcess, Process, ProcessEnd } from './process.ts'

export class RemoteProcess implements Process {
  pid = 0
  startedAt: string | null = null
  shared: boolean
  session: MarkedProcess | null = null
  prefetched: boolean
  waits: string | null = null
  nth: number | null = null
  readonly taken: Promise<void>
  readonly ready: Promise<void>
  readonly ended: Promise<ProcessEnd>
  /** the request, to be made again elsewhere */
  request: object
  private known!: () => void
  private took!: () => void
  private over!: (end: ProcessEnd) => void
  private revoking = false
  private unwanted = false
  /** how to revoke it, once it is sent */
  onRevoke: (() => void) | null = null

  constructor(request: object, { shared, prefetched = false }: { shared: boolean; prefetched?: boolean }) {
    this.request = request
    this.shared = shared
    this.prefetched = prefetched
    this.taken = new Promise((resolve) => (this.took = resolve))
    this.ready = new Promise((resolve) => (this.known = resolve))
    this.ended = new Promise((resolve) => (this.over = resolve))
  }

  /** What was waited for is there. */
  take(): void {
    this.waits = null
    this.took()
  }

  /** It is running. */
  started(pid: number, startedAt: string | null, nth: number | null = null): void {
    this.pid = pid
    this.startedAt = startedAt
    this.nth = nth
    this.prefetched = false
    this.take()
    this.known()
  }

  end(end: ProcessEnd): void {
    this.take()
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
    if (this.revoking || this.pid !== 0) return
    this.revoking = true
    this.onRevoke?.()
  }

  /** It is this process from now on. */
  follow(other: Process): void {
    this.shared = other.shared
    this.session = other.session
    this.started(other.pid, other.startedAt)
    void other.ended.then((end) => this.end(end))
  }
}
