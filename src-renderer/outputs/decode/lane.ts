/** One worker that decodes, and the end of its patience: a picture that takes too long ends the worker, not the window. */
import type { Reply, Request } from './messages.ts'

/** ms for one picture */
export const patienceMs = 20_000

const crashed = 'This picture cannot be decoded: the decoder crashed. Open the file in another viewer to check it.'
const tooLong = `This picture was not decoded in ${patienceMs / 1000} s, so decoding it was stopped.`

export class Lane {
  private worker: Worker | null = null
  private heard: { id: number; done: (reply: Reply) => void } | null = null
  private readonly start: () => Worker

  constructor(start: () => Worker) {
    this.start = start
  }

  /** Starts its worker, so that the first picture does not wait for that. */
  warm(): void {
    this.worker ??= this.begin()
  }

  /** One at a time: the caller waits for the reply. */
  ask(request: Request, transfer: Transferable[] = []): Promise<Reply> {
    const worker = (this.worker ??= this.begin())
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.giveUp(tooLong), patienceMs)
      const done = (reply: Reply) => {
        clearTimeout(timer)
        this.heard = null
        resolve(reply)
      }
      this.heard = { id: request.id, done }
      worker.postMessage(request, transfer)
    })
  }

  private begin(): Worker {
    const worker = this.start()
    worker.onmessage = ({ data }: MessageEvent<Reply>) => {
      if (data.id === this.heard?.id) this.heard.done(data)
    }
    // such as out of memory
    worker.onerror = () => this.giveUp(crashed)
    return worker
  }

  /** This picture gets its error; the next one a new worker. */
  private giveUp(error: string): void {
    this.worker?.terminate()
    this.worker = null
    this.heard?.done({ id: this.heard.id, error })
  }
}
