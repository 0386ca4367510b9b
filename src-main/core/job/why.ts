/** "Why is it waiting?": the chain from a task down to the cause, from the plan alone. */
import { of } from '../../domain/at.ts'
import { rankOf, type TaskState } from '../../domain/status.ts'
import type { StoredJob } from './stored-job.ts'

export interface WhyStep {
  task: number
  name: string
  state: TaskState
  /** how many tasks the one above waits for, this one among them */
  among: number
}

/** The first step is the task itself, the last one the cause. */
export function whyOf(job: StoredJob, task: number): WhyStep[] {
  const states = job.plan.derive()
  const stateOf = (id: number) => of(states, id)
  const steps: WhyStep[] = [{ task, name: job.task(task).name, state: stateOf(task), among: 1 }]
  const wantsBlocked = stateOf(task) === 'blocked'
  for (let above = job.plan.waitsFor(task); above.length; above = job.plan.waitsFor(steps.at(-1)?.task ?? 0)) {
    // a blocked task is explained by what blocks it, never by something that merely still runs
    const rank = (id: number) =>
      wantsBlocked && stateOf(id) === 'blocked' ? rankOf('canceled') + 0.5 : rankOf(stateOf(id))
    const next = above.reduce((best, id) => (rank(id) < rank(best) ? id : best))
    steps.push({ task: next, name: job.task(next).name, state: stateOf(next), among: above.length })
  }
  return steps
}
