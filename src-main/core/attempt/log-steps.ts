/** Long logs are counted and searched step by step: here, or in a thread of its own where this one has a window to serve. */
import { Worker } from 'node:worker_threads'
import type { Result } from '../../domain/result.ts'
import { outlineLog, type OutlineLimits, type OutlinePlace, type OutlineStep } from './outline.ts'
import { searchLog, type Query, type SearchLimits, type SearchStep } from './search.ts'
import type { Place } from './line-ends.ts'

export interface OutlineAsked {
  kind: 'outline'
  path: string
  from: OutlinePlace
  to: OutlineLimits['to']
}

export interface SearchAsked {
  kind: 'search'
  path: string
  query: Query
  from: Place
  limits: Omit<SearchLimits, 'ms'>
}

/** Errors as `outlineLog` and `searchLog` have them. */
export interface LogSteps {
  outline(asked: OutlineAsked): Promise<Result<OutlineStep>>
  search(asked: SearchAsked): Promise<Result<SearchStep>>
}

export type LogAnswer =
  { kind: 'outline'; answer: Result<OutlineStep> } | { kind: 'search'; answer: Result<SearchStep> }

/** What the thread is sent, and what it says. */
export type LogRequest = (OutlineAsked | SearchAsked) & { id: number }
export type LogReply = LogAnswer & { id: number }

/** A step holds everything else in its thread up for at most so long, ms. */
const hereMs = 8
const apartMs = 25

const outline = ({ path, from, to }: OutlineAsked, ms: number) => outlineLog(path, from, { ms, to })
const search = ({ path, query, from, limits }: SearchAsked, ms: number) =>
  searchLog(path, query, from, { ...limits, ms })

/** A step in the thread. */
export const stepApart = (asked: OutlineAsked | SearchAsked): LogAnswer =>
  asked.kind === 'outline'
    ? { kind: 'outline', answer: outline(asked, apartMs) }
    : { kind: 'search', answer: search(asked, apartMs) }

export const stepsHere: LogSteps = {
  outline: (asked) => Promise.resolve(outline(asked, hereMs)),
  search: (asked) => Promise.resolve(search(asked, hereMs))
}

interface Waiting {
  take: (reply: LogReply) => void
  reject: (error: Error) => void
}

/** The thread is started by the first step and keeps no process alive. */
export class StepsApart implements LogSteps {
  private readonly file: string
  private worker: Worker | null = null
  private readonly waiting = new Map<number, Waiting>()
  private count = 0

  /** `file`: log-thread.ts as it was built. */
  constructor(file: string) {
    this.file = file
  }

  outline(asked: OutlineAsked): Promise<Result<OutlineStep>> {
    return new Promise((resolve, reject) =>
      this.send(asked, { take: (reply) => reply.kind === 'outline' && resolve(reply.answer), reject })
    )
  }

  search(asked: SearchAsked): Promise<Result<SearchStep>> {
    return new Promise((resolve, reject) =>
      this.send(asked, { take: (reply) => reply.kind === 'search' && resolve(reply.answer), reject })
    )
  }

  private send(asked: OutlineAsked | SearchAsked, waiting: Waiting): void {
    const id = ++this.count
    this.waiting.set(id, waiting)
    const worker = (this.worker ??= this.start())
    worker.ref()
    worker.postMessage({ ...asked, id } satisfies LogRequest)
  }

  private start(): Worker {
    const worker = new Worker(this.file)
    worker.on('message', (reply: LogReply) => {
      this.waiting.get(reply.id)?.take(reply)
      this.waiting.delete(reply.id)
      if (this.waiting.size === 0) worker.unref()
    })
    worker.once('error', (error: Error) => this.ended(worker, error))
    worker.once('exit', (code) => this.ended(worker, new Error(`the thread that reads logs ended with ${code}`)))
    return worker
  }

  /** The next step starts another one; an error is told before the end that it is the reason of. */
  private ended(worker: Worker, error: Error): void {
    if (this.worker !== worker) return
    this.worker = null
    for (const { reject } of this.waiting.values()) reject(error)
    this.waiting.clear()
  }
}
