/** The page's side of the worker that searches: one text at a time, and an end to what takes for ever. */
import type { Marks, Scan, Wish } from './search.ts'

/** A text is searched in some milliseconds. */
const patienceMs = 2000
const tooSlow = 'this expression takes for ever on this log; write it without nested repetitions'

export class Scanner {
  private worker: Worker | null = null
  private done: Promise<unknown> = Promise.resolve()

  /** Finds of a text, when those asked for before are known; or in one sentence why there are none. */
  readonly scan: Scan = (wish) => {
    const answer = this.done.then(() => this.ask(wish))
    this.done = answer
    return answer
  }

  close(): void {
    this.worker?.terminate()
    this.worker = null
  }

  private ask(wish: Wish): Promise<Marks | { error: string }> {
    const worker = (this.worker ??= new Worker(new URL('./search-worker.ts', import.meta.url), { type: 'module' }))
    return new Promise((resolve) => {
      const end = (error: string) => {
        this.close() // the next one gets a new worker
        answer({ error })
      }
      const timer = setTimeout(() => end(tooSlow), patienceMs)
      const answer = (found: Marks | { error: string }) => {
        clearTimeout(timer)
        resolve(found)
      }
      worker.onmessage = ({ data }: MessageEvent<Marks>) => answer(data)
      worker.onerror = () => end('the search ended by itself, such as for want of memory')
      worker.postMessage(wish)
    })
  }
}
