import { describe, expect, test } from 'vitest'
import { Plan, type PlanNode, type PlanTask } from '../../src-main/core/job/plan.ts'
import type { TaskStatus } from '../../src-main/domain/status.ts'

const node = (parents: number[], more: Partial<PlanNode> = {}): PlanNode => ({
  parents,
  dependency: 'node',
  interpreter: 'node',
  priority: 0,
  ...more
})
const task = (id: number, of: number, frames: string[] | null = null, status: TaskStatus = 'queued'): PlanTask => ({
  id,
  node: of,
  frames,
  status
})
const anyRoom = () => true

/** Takes all that may start, by id. */
function drain(plan: Plan, hasRoom: (interpreter: string) => boolean = anyRoom): number[] {
  const ids: number[] = []
  for (let next = plan.next(hasRoom); next; next = plan.next(hasRoom)) ids.push(next.id)
  return ids
}

describe('what may start', () => {
  test('a barrier opens with the last task of the parent, not before', () => {
    const plan = new Plan([node([]), node([0])], [task(1, 0), task(2, 0), task(3, 1), task(4, 1)])
    expect(drain(plan)).toEqual([1, 2])
    plan.mark(1, 'running')
    plan.mark(1, 'succeeded')
    expect(drain(plan)).toEqual([])
    plan.mark(2, 'omitted')
    expect(drain(plan)).toEqual([3, 4])
  })

  test('frame links open batch by batch; a batch without common frames waits for all', () => {
    const plan = new Plan(
      [node([]), node([0], { dependency: 'frame' })],
      [task(1, 0, ['1', '2']), task(2, 0, ['3']), task(3, 1, ['2']), task(4, 1, ['3']), task(5, 1, ['9'])]
    )
    drain(plan)
    plan.mark(1, 'succeeded')
    expect(drain(plan)).toEqual([3])
    expect(plan.sourcesOf(3, 0)).toEqual([1])
    plan.mark(2, 'succeeded')
    expect(drain(plan)).toEqual([4, 5])
    expect(plan.sourcesOf(5, 0)).toEqual([1, 2])
  })

  test('priority first, then the order of evaluation; full interpreters are passed over', () => {
    const plan = new Plan(
      [node([]), node([], { priority: 2 }), node([], { interpreter: 'maya', priority: 9 })],
      [task(1, 0), task(2, 1), task(3, 2)]
    )
    expect(drain(plan, (interpreter) => interpreter !== 'maya')).toEqual([2, 1])
    expect(drain(plan)).toEqual([3])
  })

  test('a plan made half way through a job knows what is done', () => {
    const plan = new Plan(
      [node([]), node([0]), node([1])],
      [task(1, 0, null, 'succeeded'), task(2, 1, null, 'running'), task(3, 2)]
    )
    expect([plan.running, plan.open, plan.hasReady]).toEqual([1, 2, false])
    plan.mark(2, 'succeeded')
    expect(drain(plan)).toEqual([3])
  })

  test('10,000 batches on 10,000 batches are two counts, not a hundred million pairs', () => {
    const n = 10_000
    const all = (of: number, from: number) => Array.from({ length: n }, (_, i) => task(from + i, of))
    const plan = new Plan([node([]), node([0])], [...all(0, 1), ...all(1, n + 1)])
    expect(drain(plan)).toHaveLength(n)
    for (let id = 1; id <= n; id++) plan.mark(id, 'succeeded')
    expect(drain(plan)).toHaveLength(n)
  })
})

describe('what people see', () => {
  test('blocked is what is downstream of a failure, and nothing else', () => {
    const plan = new Plan(
      [node([]), node([]), node([0]), node([1]), node([2, 3])],
      [task(1, 0, null, 'failed'), task(2, 1), task(3, 2), task(4, 3), task(5, 4)]
    )
    expect(Object.fromEntries(plan.derive())).toEqual({
      1: 'failed',
      2: 'ready',
      3: 'blocked',
      4: 'waiting',
      5: 'blocked'
    })
  })

  test('with frame links a failed batch blocks only the batches that need its frames', () => {
    const plan = new Plan(
      [node([]), node([0], { dependency: 'frame' }), node([1], { dependency: 'frame' })],
      [
        task(1, 0, ['1'], 'failed'),
        task(2, 0, ['2']),
        task(3, 1, ['1']),
        task(4, 1, ['2']),
        task(5, 2, ['1']),
        task(6, 2, ['2'])
      ]
    )
    expect(Object.fromEntries(plan.derive())).toEqual({
      1: 'failed',
      2: 'ready',
      3: 'blocked',
      4: 'waiting',
      5: 'blocked',
      6: 'waiting'
    })
    expect(plan.waitsFor(3)).toEqual([1])
    expect(plan.downstreamOf([1]).sort()).toEqual([3, 5])
  })
})
