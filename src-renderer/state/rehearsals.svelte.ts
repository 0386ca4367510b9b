/** Rehearsals: how far those are that go on, and what was found by those that the window has asked for. */
import type { RehearsalView } from '../../src-main/api.ts'
import type { RunEvent } from '../../src-main/domain/events.ts'
import type { Finding, PassName } from '../../src-main/domain/rehearsal.ts'
import { ask, hear, tell } from '../api.ts'
import { jobs } from './jobs.svelte.ts'

/** ms between two looks at a rehearsal that nobody here waits for */
const lookMs = 2000

/** Done and total by pass; passes that have not begun are not there. */
export type Passes = ReadonlyMap<PassName, { done: number; total: number }>

class Rehearsals {
  private going = $state.raw<ReadonlyMap<number, Passes>>(new Map())
  /** null: the job was not rehearsed; undefined: not asked yet */
  private known = $state.raw<ReadonlyMap<number, RehearsalView | null>>(new Map())
  /** which finding is looked at, by job: who goes to a task and comes back finds it again */
  private chosen = $state.raw<ReadonlyMap<number, Finding>>(new Map())
  /** begun by this page: their end comes by itself */
  private readonly ours = new Set<number>()
  private timer: ReturnType<typeof setTimeout> | null = null

  constructor() {
    hear((events) => this.take(events))
  }

  of(job: number): RehearsalView | null | undefined {
    return this.known.get(job)
  }

  /** Null where none goes on, as far as is known here. */
  progressOf(job: number): Passes | null {
    return this.going.get(job) ?? null
  }

  chosenOf(job: number): Finding | undefined {
    return this.chosen.get(job)
  }

  choose(job: number, finding: Finding): void {
    this.chosen = new Map(this.chosen).set(job, finding)
  }

  async load(job: number): Promise<void> {
    const told = await tell('rehearsal.show', { job })
    const view = 'value' in told ? told.value : null
    this.known = new Map(this.known).set(job, view)
    // one that ended while nobody here waited for it
    if (view?.endedAt != null && !this.ours.has(job)) this.ended(job)
  }

  /** Runs all passes; resolves when it has ended or was refused. A refusal is shown. */
  async rehearse(job: number, options: { slots?: number } = {}): Promise<void> {
    if (this.ours.has(job)) return
    this.ours.add(job)
    this.going = new Map(this.going).set(job, new Map())
    const view = await ask('job.rehearse', { job, ...options })
    this.ours.delete(job)
    this.ended(job)
    if (view) this.known = new Map(this.known).set(job, view)
    else await this.load(job)
    await jobs.look(job)
  }

  private ended(job: number): void {
    if (!this.going.has(job)) return
    const going = new Map(this.going)
    going.delete(job)
    this.going = going
  }

  private take(events: readonly RunEvent[]): void {
    const news = events
      .filter((event) => event.type === 'rehearsal')
      // events come in bundles: some of them after the end
      .filter(({ job, at }) => this.ours.has(job) || Date.parse(at) > (this.known.get(job)?.endedAt ?? 0))
    if (news.length === 0) return
    const going = new Map(this.going)
    for (const { job, pass, done, total } of news)
      going.set(job, new Map(going.get(job) ?? []).set(pass, { done, total }))
    this.going = going
    this.lookSoon()
  }

  /** The page may have been loaded again since it began one, or another window did: then no promise tells of its end. */
  private lookSoon(): void {
    const strange = [...this.going.keys()].filter((job) => !this.ours.has(job))
    if (strange.length === 0) return
    this.timer ??= setTimeout(() => {
      this.timer = null
      void Promise.all(strange.map((job) => this.load(job))).then(() => this.lookSoon())
    }, lookMs)
  }
}

export const rehearsals = new Rehearsals()
