import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Plan, type PlanNode, type PlanTask } from '../../src-main/core/job/plan.ts'
import type { TaskStatus } from '../../src-main/domain/status.ts'
import { linkedPlaces } from '../helpers/oracle.ts'

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

  test('a batch without common frames is blocked by any failure above it: it waits for all of that node', () => {
    const plan = new Plan(
      [node([]), node([0], { dependency: 'frame' }), node([1])],
      [task(1, 0, ['1'], 'failed'), task(2, 0, ['2']), task(3, 1, ['2']), task(4, 1, ['9']), task(5, 2)]
    )
    expect(Object.fromEntries(plan.derive())).toEqual({
      1: 'failed',
      2: 'ready',
      3: 'waiting',
      4: 'blocked',
      5: 'blocked'
    })
    expect(plan.waitsFor(4)).toEqual([1, 2])
    expect(plan.downstreamOf([2]).sort()).toEqual([3, 4, 5])
  })

  test('a canceled task blocks like a failed one', () => {
    const plan = new Plan([node([]), node([0])], [task(1, 0, null, 'canceled'), task(2, 1)])
    expect([...plan.derive().values()]).toEqual(['canceled', 'blocked'])
  })
})

describe('equals a walk over every task', () => {
  const ends = ['succeeded', 'omitted', 'failed', 'canceled'] as const
  const batches = fc.option(
    fc.array(fc.uniqueArray(fc.constantFrom('1', '2', '3', '4'), { minLength: 1 }), { minLength: 1, maxLength: 4 })
  )
  const seed = fc.record({
    batches,
    parents: fc.uniqueArray(fc.nat(4), { maxLength: 3 }),
    dependency: fc.constantFrom('node' as const, 'frame' as const)
  })
  type Seed = { batches: string[][] | null; parents: number[]; dependency: 'node' | 'frame' }

  /** A plan's nodes and tasks, and for each task what it waits for, by id: parents in the order of the node's. */
  function jobOf(seeds: readonly Seed[]) {
    const nodes = seeds.map(({ parents, dependency }, i) =>
      node(
        parents.filter((parent) => parent < i),
        { dependency }
      )
    )
    let id = 0
    const own = seeds.map(({ batches }, of) => (batches ?? [null]).map((frames) => task(++id, of, frames)))
    const above = new Map<number, number[][]>()
    nodes.forEach(({ parents, dependency }, i) => {
      const lists = parents.map((parent) => {
        const [upper, lower] = [own[parent] ?? [], own[i] ?? []]
        const places = linkedPlaces(upper, lower, dependency) ?? lower.map(() => upper.map((_, place) => place))
        return places.map((list) => list.map((place) => upper[place]?.id ?? 0))
      })
      own[i]?.forEach((one, place) =>
        above.set(
          one.id,
          lists.map((list) => list[place] ?? [])
        )
      )
    })
    return { nodes, tasks: own.flat(), above }
  }

  test('what may start, what is blocked, and what waits for what', () => {
    fc.assert(
      fc.property(
        fc.array(seed, { minLength: 1, maxLength: 5 }),
        fc.infiniteStream(fc.constantFrom(...ends)),
        (seeds, outcomes) => {
          const { nodes, tasks, above } = jobOf(seeds)
          const plan = new Plan(nodes, tasks)
          const status = new Map<number, TaskStatus>(tasks.map(({ id }) => [id, 'queued']))
          const on = (id: number) => above.get(id)?.flat() ?? []
          const done = (id: number) => ['succeeded', 'omitted'].includes(status.get(id) ?? '')
          const blocked = (id: number): boolean =>
            on(id).some(
              (one) =>
                ['failed', 'canceled'].includes(status.get(one) ?? '') || (status.get(one) === 'queued' && blocked(one))
            )
          for (;;) {
            const queued = tasks.map(({ id }) => id).filter((id) => status.get(id) === 'queued')
            const ready = queued.filter((id) => on(id).every(done))
            for (const { id } of tasks) {
              expect(plan.parentsOf(id)).toEqual(on(id))
              expect(plan.waitsFor(id)).toEqual(queued.includes(id) ? on(id).filter((one) => !done(one)) : [])
            }
            const states = tasks.map(({ id }) => [
              id,
              queued.includes(id)
                ? ready.includes(id)
                  ? 'ready'
                  : blocked(id)
                    ? 'blocked'
                    : 'waiting'
                : status.get(id)
            ])
            expect([...plan.derive()]).toEqual(states)
            expect([plan.hasReady, plan.open]).toEqual([ready.length > 0, tasks.filter(({ id }) => !done(id)).length])
            expect(drain(plan)).toEqual(ready)
            if (ready.length === 0) return
            for (const id of ready) {
              plan.mark(id, 'running')
              status.set(id, 'running')
            }
            expect(plan.running).toBe(ready.length)
            for (const id of ready) {
              const outcome = outcomes.next().value
              plan.mark(id, outcome)
              status.set(id, outcome)
            }
          }
        }
      )
    )
  })

  test('what is downstream, and whose outputs a task reads', () => {
    fc.assert(
      fc.property(fc.array(seed, { minLength: 1, maxLength: 5 }), (seeds) => {
        const { nodes, tasks, above } = jobOf(seeds)
        const plan = new Plan(nodes, tasks)
        for (const { id, node: of } of tasks) {
          nodes[of]?.parents.forEach((parent, i) => expect(plan.sourcesOf(id, parent)).toEqual(above.get(id)?.[i]))
          const below = new Set([id])
          for (const one of tasks)
            if (
              above
                .get(one.id)
                ?.flat()
                .some((up) => below.has(up))
            )
              below.add(one.id)
          below.delete(id)
          expect(plan.downstreamOf([id]).sort((a, b) => a - b)).toEqual([...below])
        }
        expect(nodes.map((_, i) => plan.tasksOf(i))).toEqual(seeds.map(({ batches }) => batches?.length ?? 1))
      })
    )
  })
})

describe('what a plan is told', () => {
  test('a task that it does not have, or that is done, is a bug', () => {
    const plan = new Plan([node([])], [task(1, 0)])
    expect(() => plan.mark(9, 'running')).toThrow('task 9')
    plan.mark(1, 'succeeded')
    expect(() => plan.mark(1, 'queued')).toThrow('task 1')
    expect([plan.parentsOf(9), plan.waitsFor(9), plan.downstreamOf([9])]).toEqual([[], [], []])
  })

  test('a task that is queued again may start again', () => {
    const plan = new Plan([node([])], [task(1, 0)])
    drain(plan)
    plan.mark(1, 'running')
    plan.mark(1, 'queued')
    expect([plan.running, drain(plan)]).toEqual([0, [1]])
  })

  test('the heap keeps priority and order over any mixture', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 40 }), (priorities) => {
        const plan = new Plan(
          priorities.map((priority) => node([], { priority })),
          priorities.map((_, i) => task(i + 1, i))
        )
        const sorted = priorities
          .map((priority, i) => ({ priority, id: i + 1 }))
          .sort((a, b) => b.priority - a.priority)
        expect(drain(plan)).toEqual(sorted.map(({ id }) => id))
      })
    )
  })
})
