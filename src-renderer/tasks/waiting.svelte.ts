/** Why a task waits, down to the cause; asked for again while the job changes. */
import { untrack } from 'svelte'
import type { TaskView } from '../../src-main/api.ts'
import { tasks } from '../state/tasks.svelte.ts'
import { whyOf, type Why } from './act.ts'

/** Arrow keys pass many tasks: only where they rest is asked for. */
const restMs = 80
const againMs = 1500

/** Belongs to a component: asks while that is there. A task's row is a new object with every event, so it is a function. */
export class Waiting {
  private answer = $state.raw<{ task: number; why: Why | null } | null>(null)
  private id = $state(0)
  readonly why = $derived(this.answer?.task === this.id ? this.answer.why : null)

  constructor(task: () => TaskView) {
    const id = $derived(task().id)
    const state = $derived(task().state)
    $effect(() => {
      void state
      return this.ask(id)
    })
  }

  private ask(id: number): () => void {
    this.id = id
    let seen = -1
    const load = async () => {
      seen = untrack(() => tasks.version)
      this.answer = { task: id, why: await whyOf(id) }
    }
    const first = setTimeout(() => void load(), restMs)
    const again = setInterval(() => tasks.version !== seen && void load(), againMs)
    return () => {
      clearTimeout(first)
      clearInterval(again)
    }
  }
}
