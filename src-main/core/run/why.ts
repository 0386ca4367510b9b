/** "Why is it waiting?": the chain from a task down to the cause, from the plan alone. */
import type { TaskState } from '../status.ts'
import type { ActiveJob } from './active.ts'

export interface WhyStep {
  task: number
  name: string
  state: TaskState
  /** how many tasks the one above waits for, this one among them */
  among: number
}

/** Most telling first: a failure explains more than something that runs, and that more than something that waits. */
const weight: Readonly<Record<TaskState, number>> = {
  failed: 0,
  canceled: 0,
  running: 1,
  ready: 2,
  blocked: 3,
  waiting: 4,
  succeeded: 5,
  omitted: 5
}

/** The first step is the task itself, the last one the cause. */
export function whyOf(job: ActiveJob, task: number): WhyStep[] {
  const states = job.plan.derive()
  const stateOf = (id: number) => states.get(id) as TaskState
  const steps: WhyStep[] = [{ task, name: job.task(task).name, state: stateOf(task), among: 1 }]
  const wantsBlocked = stateOf(task) === 'blocked'
  for (let above = job.plan.waitsFor(task); above.length; above = job.plan.waitsFor(steps.at(-1)?.task ?? 0)) {
    // a blocked task is explained by what blocks it, never by something that merely still runs
    const rank = (id: number) => (wantsBlocked && stateOf(id) === 'blocked' ? 0.5 : weight[stateOf(id)])
    const next = above.reduce((best, id) => (rank(id) < rank(best) ? id : best))
    steps.push({ task: next, name: job.task(next).name, state: stateOf(next), among: above.length })
  }
  return steps
}
