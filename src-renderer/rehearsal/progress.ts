/** How far the passes of a rehearsal are. Pure. */
import { passLabels, passNames, type PassName } from '../../src-main/domain/rehearsal.ts'

export interface PassStep {
  name: PassName
  label: string
  state: 'done' | 'running' | 'to come'
  done: number
  total: number
}

/** What each pass is for, for who sees it the first time. */
export const passPurposes: Readonly<Record<PassName, string>> = {
  author: 'The job runs as it does today, and each task is watched: what it reads, writes, starts and asks for.',
  worker: 'Each task in a room that holds what a worker would have, and sees only what its upstream wrote.',
  again: 'Each task once more on top of its own results, as when a farm queues it again.',
  killed: 'Each task after a kill in the middle of its writing, as when a farm loses a worker.',
  session: 'Tasks that share an interpreter, compared with each in its own process.'
}

/** All passes in their order; one that tasks have ended in, and a later one has begun after, is done. */
export function stepsOf(passes: ReadonlyMap<PassName, { done: number; total: number }>): PassStep[] {
  const lastBegun = passNames.findLastIndex((name) => passes.has(name))
  return passNames.map((name, i) => {
    const { done, total } = passes.get(name) ?? { done: 0, total: 0 }
    const isDone = passes.has(name) ? total > 0 && done >= total : i < lastBegun
    const state = isDone ? 'done' : passes.has(name) ? 'running' : 'to come'
    return { name, label: passLabels[name], state, done, total }
  })
}
