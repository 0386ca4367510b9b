/** The forecast against a farm that is played the slow way, and against what is true of every schedule. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { forecast } from '../../src-main/core/rehearse/forecast.ts'
import type { Forecast, ForecastJob, ForecastNode } from '../../src-main/core/rehearse/forecast/shapes.ts'
import { inBatches } from '../helpers/oracle.ts'
import { slowPath, slowWall, type SlowNode } from '../helpers/slow-farm.ts'

/** Whole seconds, so that sums are exact; a tenth of what counts as standing still. */
const seconds = fc.integer({ min: 1, max: 9 })
const frame = fc.integer({ min: 1, max: 12 }).map(String)

const tasksOf = (batched: boolean) =>
  batched
    ? fc
        .tuple(fc.uniqueArray(frame, { minLength: 1, maxLength: 8 }), fc.integer({ min: 1, max: 4 }))
        .chain(([frames, size]) => fc.tuple(...inBatches(frames, size).map((batch) => taskOf(batch))))
    : taskOf(null).map((one) => [one])
const taskOf = (frames: string[] | null) =>
  fc.record({ frames: fc.constant(frames), omitted: fc.oneof({ weight: 5, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }), seconds }) // prettier-ignore

const nodeAt = (index: number): fc.Arbitrary<SlowNode> =>
  fc.boolean().chain((batched) =>
    fc.record({
      parents: fc.subarray(Array.from({ length: index }, (_, i) => i)),
      dependency: fc.constantFrom('node', 'frame'),
      interpreter: fc.constantFrom('python', 'maya', 'nuke'),
      priority: fc.constantFrom(0, 0, 0, 5, -1),
      tasks: tasksOf(batched)
    })
  )
const nodesArbitrary: fc.Arbitrary<SlowNode[]> = fc
  .integer({ min: 1, max: 5 })
  .chain((count) => fc.tuple(...Array.from({ length: count }, (_, i) => nodeAt(i))))
const limitsArbitrary = fc.dictionary(fc.constantFrom('maya', 'nuke'), fc.integer({ min: 1, max: 3 }))
const workersArbitrary = fc.integer({ min: 1, max: 7 })

/** The same job for the core: every task is measured, and none of it stands still. */
const jobOf = (nodes: readonly SlowNode[], limits: Readonly<Record<string, number>>): ForecastJob => ({
  nodes: nodes.map((node, i): ForecastNode => ({
    ...{ name: `N${i}`, ...node, deferred: false, elsewhere: [] },
    batchSize: node.tasks.some(({ frames }) => frames !== null) ? 1 : null,
    here: [{ frames: null, seconds: 3, inside: null }],
    tasks: node.tasks.map((task, at) => ({ ...task, name: `N${i}-${at}`, measured: task.seconds }))
  })),
  limits: new Map(Object.entries(limits))
})

function forecastOf(job: ForecastJob, workers: number[], advise = false): Forecast {
  const made = forecast(job, { workers, advise })
  if (!made) throw new Error('nothing was measured')
  return made
}
const wallsOf = (job: ForecastJob, workers: number[]) => forecastOf(job, workers).workers.map(({ wall }) => wall)

describe('any job on any farm', () => {
  test('takes as long as task by task', () => {
    fc.assert(
      fc.property(nodesArbitrary, limitsArbitrary, workersArbitrary, (nodes, limits, workers) => {
        const [wall] = wallsOf(jobOf(nodes, limits), [workers])
        expect(wall).toBeCloseTo(slowWall(nodes, workers, limits), 9)
      }),
      { numRuns: 1500 }
    )
  })

  test('has the longest chain, whose steps add up to it', () => {
    fc.assert(
      fc.property(nodesArbitrary, (nodes) => {
        const { path, pathSeconds } = forecastOf(jobOf(nodes, {}), [1])
        expect(pathSeconds).toBeCloseTo(slowPath(nodes), 9)
        expect(path.reduce((sum, step) => sum + step.seconds, 0)).toBeCloseTo(pathSeconds, 9)
      }),
      { numRuns: 500 }
    )
  })

  test('is never faster than its longest chain or its work, and without limits within Graham’s bound', () => {
    fc.assert(
      fc.property(nodesArbitrary, limitsArbitrary, workersArbitrary, (nodes, limits, workers) => {
        const limited = forecastOf(jobOf(nodes, limits), [workers])
        const free = forecastOf(jobOf(nodes, {}), [workers])
        for (const { workers: on, pathSeconds } of [limited, free]) {
          const [{ wall, machine } = { wall: 0, machine: 0 }] = on
          expect(wall).toBeGreaterThanOrEqual(Math.max(pathSeconds, machine / workers) - 1e-9)
        }
        const [{ wall, machine } = { wall: 0, machine: 0 }] = free.workers
        expect(wall).toBeLessThanOrEqual(machine / workers + free.pathSeconds * (1 - 1 / workers) + 1e-9)
      }),
      { numRuns: 500 }
    )
  })

  test('one worker does all the work; as many as run at once need no more', () => {
    fc.assert(
      fc.property(nodesArbitrary, limitsArbitrary, (nodes, limits) => {
        const made = forecastOf(jobOf(nodes, limits), [1])
        const [{ wall, machine, limitedBy } = { wall: 0, machine: 0, limitedBy: { kind: '' } }] = made.workers
        expect(wall).toBeCloseTo(machine, 9)
        expect(limitedBy.kind).not.toBe('interpreter')
        if (made.mostWorkers === 0) return
        const [most, more] = wallsOf(jobOf(nodes, limits), [made.mostWorkers, 100_000])
        expect(most).toBe(more)
        if (Object.keys(limits).length === 0) expect(most).toBeCloseTo(made.pathSeconds, 9)
      }),
      { numRuns: 500 }
    )
  })

  test('more workers are faster, but for what is known of lists: at most twice as slow', () => {
    fc.assert(
      fc.property(nodesArbitrary, workersArbitrary, workersArbitrary, (nodes, a, b) => {
        const [fewer, more] = wallsOf(jobOf(nodes, {}), [Math.min(a, b), Math.max(a, b)])
        expect(more).toBeLessThanOrEqual(2 * (fewer ?? 0) + 1e-9)
      })
    )
  })
})

describe('the best batch size', () => {
  /** One batched node between two others, whose batches are cut anew by the test. */
  const between = (count: number, size: number, startup: number, perFrame: number): SlowNode[] => {
    const frames = Array.from({ length: count }, (_, i) => String(i))
    const tasks = inBatches(frames, size).map((batch) => ({
      ...{ frames: batch, omitted: false, seconds: startup + perFrame * batch.length }
    }))
    const other = { dependency: 'node' as const, interpreter: 'python', priority: 0 }
    const quick = { frames: null, omitted: false, seconds: 7 }
    return [
      { ...other, parents: [], tasks: [quick] },
      { ...other, parents: [0], interpreter: 'maya', tasks },
      { ...other, parents: [], tasks: [{ ...quick, seconds: 30 }] },
      { ...other, parents: [1, 2], tasks: [quick] }
    ]
  }

  test('is what trying each size finds: of the least wall times, within one in a hundred, the fewest tasks', () => {
    const sized = fc.record({
      count: fc.integer({ min: 1, max: 30 }),
      size: fc.integer({ min: 1, max: 30 }),
      startup: fc.integer({ min: 0, max: 40 }),
      perFrame: fc.integer({ min: 1, max: 9 })
    })
    fc.assert(
      fc.property(sized, limitsArbitrary, workersArbitrary, ({ count, size, startup, perFrame }, limits, workers) => {
        const slow = (wanted: number) => between(count, wanted, startup, perFrame)
        const job = jobOf(slow(size), limits)
        const [, render] = job.nodes
        if (!render) throw new Error('there is no second node')
        const measured = [1, 10].map((n) => ({ frames: n, seconds: startup + perFrame * n, inside: null }))
        const tasks = render.tasks.map((task) => ({ ...task, measured: null }))
        const others = job.nodes.map((node): ForecastNode => ({ ...node, here: node.tasks.map((t) => ({ frames: null, seconds: t.measured ?? 0, inside: null })) })) // prettier-ignore
        const nodes = others.with(1, { ...render, here: measured, batchSize: size, tasks })
        const found = forecastOf({ ...job, nodes }, [workers], true).workers[0]?.advice[0]
        const tries = Array.from({ length: count }, (_, i) => ({
          wall: slowWall(slow(i + 1), workers, limits),
          tasks: Math.ceil(count / (i + 1))
        }))
        const asItIs = slowWall(slow(size), workers, limits)
        const least = Math.min(...tries.map(({ wall }) => wall))
        const good = tries.filter(({ wall }) => wall <= least * 1.01 && wall <= asItIs)
        const fewest = Math.min(...good.map((one) => one.tasks))
        expect(found?.tasks).toBe(fewest)
        const walls = good.filter((one) => one.tasks === fewest).map(({ wall }) => wall)
        expect(found?.wall).toBeCloseTo(Math.min(...walls), 6)
      }),
      { numRuns: 150 }
    )
  })
})
