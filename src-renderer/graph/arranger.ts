/** The page's side of the worker that lays out graphs; what it made of a structure is kept while the window lives. */
import type { Arranged, Shape } from './arrange.ts'

type Answer = { id: number; arranged: Arranged }

/** Structures whose layout is kept: that of a graph of thousands is some hundred kB. */
const mostKept = 24

class Arranger {
  private worker: Worker | null = null
  private readonly kept = new Map<string, Promise<Arranged>>()
  private readonly waiting = new Map<number, { done: (arranged: Arranged) => void; failed: (why: Error) => void }>()
  private lastId = 0

  /** Fails where the layout cannot be made, such as for want of memory. */
  arrange(shape: Shape): Promise<Arranged> {
    const key = JSON.stringify(shape)
    const known = this.kept.get(key)
    this.kept.delete(key)
    const made = known ?? this.ask(shape)
    this.kept.set(key, made)
    made.catch(() => this.kept.delete(key))
    for (const oldest of this.kept.keys()) {
      if (this.kept.size <= mostKept) break
      this.kept.delete(oldest)
    }
    return made
  }

  private ask(shape: Shape): Promise<Arranged> {
    const worker = (this.worker ??= this.start())
    const id = ++this.lastId
    return new Promise((done, failed) => {
      this.waiting.set(id, { done, failed })
      worker.postMessage({ id, shape })
    })
  }

  private start(): Worker {
    const worker = new Worker(new URL('./layout-worker.ts', import.meta.url), { type: 'module' })
    worker.onmessage = ({ data }: MessageEvent<Answer>) => {
      this.waiting.get(data.id)?.done(data.arranged)
      this.waiting.delete(data.id)
    }
    worker.onerror = (event) => {
      // the next one gets a new worker
      worker.terminate()
      this.worker = null
      for (const { failed } of this.waiting.values()) failed(new Error(event.message || 'the layout ended by itself'))
      this.waiting.clear()
    }
    return worker
  }
}

export const arranger = new Arranger()
