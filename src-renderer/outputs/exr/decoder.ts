/** The page's side of the worker: one wish at a time, what is looked at before what may be looked at. */
import { tell } from '../../api.ts'
import type { Reply, Shown, Wish } from './messages.ts'

export const urgencies = ['ahead', 'thumbnail', 'viewer'] as const
export type Urgency = (typeof urgencies)[number]

export interface Request {
  path: string
  /** of the file: one that was written again is decoded again */
  version: number
  stops: number
  width: number | null
  urgency: Urgency
}

type Outcome = Shown | { error: string }
interface Waiting {
  request: Request
  done: (outcome: Outcome) => void
}

class Decoder {
  private worker: Worker | null = null
  private queue: Waiting[] = []
  private busy = false
  private lastId = 0
  private hear: ((reply: Reply) => void) | null = null

  /** The picture, or in one sentence why there is none. Resolves never where `signal` is aborted before its turn. */
  show(request: Request, signal?: AbortSignal): Promise<Outcome> {
    return new Promise((done) => {
      const waiting = { request, done }
      this.queue.push(waiting)
      signal?.addEventListener('abort', () => (this.queue = this.queue.filter((one) => one !== waiting)))
      void this.next()
    })
  }

  private async next(): Promise<void> {
    if (this.busy || this.queue.length === 0) return
    this.busy = true
    const rank = ({ request }: Waiting) => urgencies.indexOf(request.urgency)
    const first = this.queue.reduce((best, one) => (rank(one) > rank(best) ? one : best))
    this.queue = this.queue.filter((one) => one !== first)
    first.done(await this.outcomeOf(first.request))
    this.busy = false
    void this.next()
  }

  private async outcomeOf({ path, version, stops, width }: Request): Promise<Outcome> {
    const wish: Wish = { id: ++this.lastId, key: `${version} ${path}`, stops, width }
    const reply = await this.ask(wish)
    if (!('missing' in reply)) return 'shown' in reply ? reply.shown : reply
    const read = await tell('files.read', { path })
    if ('error' in read) return { error: `${read.error.message}.` }
    const bytes = read.value.byteOffset === 0 ? read.value : read.value.slice()
    const again = await this.ask({ ...wish, bytes }, [bytes.buffer])
    return 'shown' in again ? again.shown : { error: 'error' in again ? again.error : 'This EXR cannot be decoded.' }
  }

  private ask(wish: Wish, transfer: Transferable[] = []): Promise<Reply> {
    this.worker ??= this.start()
    return new Promise((done) => {
      this.hear = (reply) => reply.id === wish.id && done(reply)
      this.worker?.postMessage(wish, transfer)
    })
  }

  private start(): Worker {
    const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' })
    worker.onmessage = ({ data }: MessageEvent<Reply>) => this.hear?.(data)
    // such as out of memory: this picture is given up, the next one gets a new worker
    worker.onerror = () => {
      worker.terminate()
      this.worker = null
      this.hear?.({
        id: this.lastId,
        error: 'This EXR cannot be decoded: the decoder crashed. Open the file in another viewer to check it.'
      })
    }
    return worker
  }
}

export const decoder = new Decoder()
