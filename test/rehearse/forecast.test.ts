import { describe, expect, test } from 'vitest'
import { forecast } from '../../src-main/core/rehearse/forecast.ts'
import { costOf, fitCost } from '../../src-main/core/rehearse/forecast/fit.ts'
import type {
  Forecast,
  ForecastJob,
  ForecastNode,
  ForecastTask,
  Measurement
} from '../../src-main/core/rehearse/forecast/shapes.ts'

const ran = (frames: number | null, seconds: number, inside: number | null = null): Measurement => ({
  ...{ frames, seconds, inside }
})
const frames = (n: number, from = 1) => Array.from({ length: n }, (_, i) => String(from + i))
const task = (name: string, list: string[] | null, more: Partial<ForecastTask> = {}): ForecastTask => ({
  ...{ name, frames: list, omitted: false, measured: null, ...more }
})

/** A node of `count` frames in batches of `size`, measured as start-up and so much per frame. */
function batched(name: string, count: number, size: number, more: Partial<ForecastNode> = {}): ForecastNode {
  const all = frames(count)
  const tasks = Array.from({ length: Math.ceil(count / size) }, (_, i) =>
    task(`${name}-${i}`, all.slice(i * size, (i + 1) * size))
  )
  return { ...whole(name, []), batchSize: size, tasks, ...more }
}

function whole(name: string, here: Measurement[], more: Partial<ForecastNode> = {}): ForecastNode {
  return {
    ...{ name, parents: [], dependency: 'node', interpreter: 'python', priority: 0, batchSize: null, deferred: false },
    ...{ tasks: [task(name, null)], here, elsewhere: [], ...more }
  }
}
/** Start-up of 12 s and 2 s a frame, in batches of 1 and 5. */
const twelveAndTwo = [ran(1, 14), ran(5, 22)]

const jobOf = (nodes: ForecastNode[], limits: [string, number][] = []): ForecastJob => ({
  ...{ nodes, limits: new Map(limits) }
})
function forecastOf(job: ForecastJob, workers: number[], more: object = {}): Forecast {
  const made = forecast(job, { workers, ...more })
  if (!made) throw new Error('nothing was measured')
  return made
}
const walls = (made: Forecast) => made.workers.map(({ wall }) => Number(wall.toFixed(6)))
const one = (made: Forecast) => made.workers[0] as Forecast['workers'][number]

describe('what a task costs', () => {
  test('two batch sizes tell start-up from cost per frame', () => {
    expect(fitCost(twelveAndTwo, [])).toMatchObject({
      source: 'sizes',
      startup: 12,
      perFrame: 2,
      count: 2,
      sizes: [1, 5]
    })
  })

  test('half of a size may be wrong: what is far from the rest is set aside, and said so', () => {
    const here = [1, 2, 4, 8].flatMap((n) => [ran(n, 3 + n), ran(n, 3 + n), ran(n, 3 + n)])
    const cost = fitCost([...here, ran(4, 4000), ran(1, 90), ran(8, 0.1)], [])
    expect(cost.startup).toBeCloseTo(3, 6)
    expect(cost.perFrame).toBeCloseTo(1, 6)
    expect(cost.setAside).toBe(3)
    const job = jobOf([batched('Render', 8, 4, { here: [...here, ran(4, 4000)] })])
    expect(forecastOf(job, [1]).notes).toEqual([
      'Render: 1 of 13 measurements are far from the rest and were set aside'
    ])
  })

  test('frames of different weight keep their sum', () => {
    const weights = [1, 1.2, 0.9, 1.4, 0.8, 1.1, 1.3, 0.7]
    const here = [...weights.map((w) => ran(1, 5 + w)), ran(4, 9.5), ran(4, 8.9)]
    const cost = fitCost(here, [])
    const fitted = here.reduce((sum, m) => sum + costOf(cost, m.frames), 0)
    expect(fitted).toBeCloseTo(
      here.reduce((sum, m) => sum + m.seconds, 0),
      6
    )
  })

  test('one size alone: what the evaluator measured inside the node tells start-up', () => {
    const cost = fitCost([ran(4, 10, 8), ran(4, 10.2, 8.2), ran(4, 9.8, 7.8)], [])
    expect(cost.source).toBe('inside')
    expect(cost.startup).toBeCloseTo(2, 6)
    expect(cost.perFrame).toBeCloseTo(2, 6)
  })

  test('sizes that hardly differ are as good as one', () => {
    expect(fitCost([ran(10, 11, 10), ran(9, 10.3, 9.4)], []).source).toBe('inside')
    expect(fitCost([ran(10, 11), ran(9, 10)], []).source).toBe('sizes')
  })

  test('one size and nothing from inside: the mean of a task; smaller batches take as long, larger ones longer', () => {
    const cost = fitCost([ran(4, 10), ran(4, 12)], [])
    expect(cost).toMatchObject({ source: 'mean', startup: null, perFrame: null, mean: 11 })
    expect([1, 4, 8].map((n) => costOf(cost, n))).toEqual([11, 11, 22])
  })

  test('other jobs count where this one has no two sizes, and only there', () => {
    expect(fitCost([ran(1, 14)], [ran(5, 22)])).toMatchObject({ startup: 12, perFrame: 2 })
    expect(fitCost(twelveAndTwo, [ran(9, 900), ran(1, 700)])).toMatchObject({ startup: 12, perFrame: 2, count: 2 })
  })

  test('noise never makes start-up or frames cost less than nothing', () => {
    const steep = fitCost([ran(1, 1), ran(10, 20)], [])
    expect(steep.startup).toBe(0)
    expect(steep.perFrame).toBeCloseTo(21 / 11, 9)
    expect(fitCost([ran(1, 20), ran(10, 10)], [])).toMatchObject({ startup: 15, perFrame: 0 })
  })

  test('a node that was not measured costs nothing that is known', () => {
    expect(costOf(fitCost([], []), 7)).toBe(0)
  })
})

describe('wall time, machine time and the critical path', () => {
  const render = batched('Render', 10, 2, { here: twelveAndTwo })
  const chain = [
    whole('Load', [ran(null, 5)]),
    { ...render, parents: [0] },
    whole('Comp', [ran(null, 7)], { parents: [1] })
  ]

  test('a barrier on either side of five batches', () => {
    const made = forecastOf(jobOf(chain), [1, 2, 5, 50])
    expect(walls(made)).toEqual([5 + 80 + 7, 5 + 48 + 7, 5 + 16 + 7, 28])
    expect(made.workers.map(({ machine }) => machine)).toEqual([92, 92, 92, 92])
    expect(made.path).toEqual([
      { task: 'Load', seconds: 5 },
      { task: 'Render-0', seconds: 16 },
      { task: 'Comp', seconds: 7 }
    ])
    expect(made.pathSeconds).toBe(28)
    expect(made.mostWorkers).toBe(5)
    expect(made.workers.map(({ limitedBy }) => limitedBy.kind)).toEqual(['workers', 'workers', 'path', 'path'])
    expect(one(made).utilisation).toBe(1)
  })

  test('frame dependencies let batches pass the barrier', () => {
    const comp = batched('Comp', 4, 1, { parents: [0], here: [ran(1, 1), ran(2, 2)] })
    const above = batched('Render', 4, 1, { here: [ran(1, 10), ran(2, 20)] })
    const linked = jobOf([above, { ...comp, dependency: 'frame' }])
    expect(walls(forecastOf(linked, [2], { advise: false }))).toEqual([22])
    expect(walls(forecastOf(linked, [4], { advise: false }))).toEqual([11])
    expect(forecastOf(linked, [4]).path.map((step) => step.task)).toEqual(['Render-0', 'Comp-0'])
  })

  test('an interpreter’s limit is named where lifting it would help', () => {
    const job = jobOf([{ ...render, interpreter: 'maya' }], [['maya', 2]])
    const made = forecastOf(job, [1, 2, 50])
    expect(walls(made)).toEqual([80, 48, 48])
    expect(made.workers.map(({ limitedBy }) => limitedBy)).toEqual([
      { kind: 'workers' },
      { kind: 'path' },
      { kind: 'interpreter', name: 'maya', limit: 2 }
    ])
    expect(made.mostWorkers).toBe(2)
  })

  test('a higher priority starts first', () => {
    const [a, b] = [whole('A', [ran(null, 4)]), whole('B', [ran(null, 4)])]
    const after = whole('C', [ran(null, 10)], { parents: [1] })
    expect(walls(forecastOf(jobOf([a, b, after]), [1, 2]))).toEqual([18, 14])
    const three = [a, { ...a, name: 'A2' }, b, { ...after, parents: [2] }]
    expect(walls(forecastOf(jobOf(three), [2]))).toEqual([18])
    expect(walls(forecastOf(jobOf(three.map((n, i) => ({ ...n, priority: i === 2 ? 1 : 0 }))), [2]))).toEqual([14])
  })

  test('omitted tasks take no time and hold nobody up', () => {
    const load = whole('Load', [ran(null, 100)], { tasks: [task('Load', null, { omitted: true })] })
    const made = forecastOf(jobOf([load, { ...whole('Comp', [ran(null, 3)]), parents: [0] }]), [1])
    expect([walls(made), made.tasks, made.lowerBound]).toEqual([[3], [0, 1], false])
  })

  test('what was not measured is named and makes it a lower bound', () => {
    const made = forecastOf(jobOf([whole('Load', [ran(null, 5)]), batched('Sim', 4, 2, { parents: [0] })]), [1])
    expect([walls(made), made.lowerBound]).toEqual([[5], true])
    expect(made.notes).toEqual(['not measured, so it counts as no time: Sim'])
    expect(one(made).advice).toMatchObject([{ size: null, why: 'Sim was not measured' }])
    expect(forecast(jobOf([whole('Load', [])]), { workers: [1] })).toBeNull()
  })

  test('frames that are not known yet are one task and a lower bound', () => {
    const late = whole('Late', [ran(2, 14), ran(4, 18)], { batchSize: 2, deferred: true })
    const made = forecastOf(jobOf([late]), [4])
    expect([walls(made), made.lowerBound]).toEqual([[16], true])
    expect(made.notes[0]).toContain('the frames of Late come from upstream and are not known yet')
  })

  test('a task that ran counts as it ran, unless it stood still', () => {
    const heavy = batched('Render', 4, 2, { here: twelveAndTwo })
    const [a, b] = heavy.tasks as [ForecastTask, ForecastTask]
    const job = (first: number) => jobOf([{ ...heavy, tasks: [{ ...a, measured: first }, b] }])
    expect(walls(forecastOf(job(30), [2]))).toEqual([30])
    expect(walls(forecastOf(job(3000), [2]))).toEqual([16])
    // its frames stay as heavy in other batches
    const halved = forecastOf(job(30), [1], { sizes: new Map([[0, 1]]) })
    expect(walls(halved)).toEqual([12 * 4 + 2 * 4 + 14])
  })

  test('one task is one task', () => {
    const made = forecastOf(jobOf([whole('Only', [ran(null, 2)])]), [1, 100_000])
    expect(walls(made)).toEqual([2, 2])
    expect(made.workers[1]?.utilisation).toBeCloseTo(1e-5, 12)
  })
})

describe('the best batch size', () => {
  const advice = (made: Forecast) => one(made).advice[0]

  test('one worker pays start-up once', () => {
    const made = forecastOf(jobOf([batched('Render', 60, 1, { here: twelveAndTwo })]), [1])
    expect(advice(made)).toMatchObject({ size: 60, now: 1, tasks: 1, tasksNow: 60, wall: 132 })
    expect(advice(made)?.why).toBe('start-up of 12.0 s is paid 60 times now, once then; 11 min 48 s sooner')
    expect(one(made).advised).toEqual({ wall: 132, machine: 132 })
  })

  test('ten workers share the frames', () => {
    const made = forecastOf(jobOf([batched('Render', 60, 60, { here: twelveAndTwo })]), [10])
    expect(advice(made)).toMatchObject({ size: 6, tasks: 10, wall: 24 })
    expect(advice(made)?.why).toBe('1 task leaves some of 10 workers idle; 1 min 48 s sooner')
  })

  test('a limit counts as the workers of that node', () => {
    const job = jobOf([batched('Render', 60, 60, { here: twelveAndTwo, interpreter: 'maya' })], [['maya', 3]])
    expect(advice(forecastOf(job, [10]))).toMatchObject({ size: 20, wall: 52 })
    expect(advice(forecastOf(job, [10]))?.why).toContain('the 3 that its interpreter’s limit allows')
  })

  test('of equal wall times the one with fewer tasks', () => {
    const job = jobOf([
      batched('Quick', 8, 1, { here: [ran(1, 2), ran(8, 9)] }),
      whole('Slow', [ran(null, 100)], { priority: 1 }),
      whole('End', [ran(null, 1)], { parents: [0, 1] })
    ])
    const made = forecastOf(job, [4])
    expect(advice(made)).toMatchObject({ size: 8, tasks: 1, wall: 101 })
    expect(advice(made)?.why).toBe('start-up of 1.0 s is paid 8 times now, once then; the wall time is the same')
  })

  test('a start-up that is not known gives no advice, but says what to do', () => {
    const made = forecastOf(jobOf([batched('Render', 10, 2, { here: [ran(2, 5)] })]), [4])
    expect(advice(made)).toMatchObject({ size: null, now: 2 })
    expect(advice(made)?.why).toBe('start-up is not known: only batches of 2 were measured; run some of another size')
  })

  test('all of the advice together is never slower than the job as it is', () => {
    const nodes = ['A', 'B', 'C'].map((name, i) =>
      batched(name, 40, 3 + i, {
        here: twelveAndTwo,
        parents: i ? [i - 1] : [],
        dependency: i === 2 ? 'frame' : 'node'
      })
    )
    for (const workers of [1, 3, 7, 20, 100]) {
      const made = one(forecastOf(jobOf(nodes), [workers]))
      expect(made.advised?.wall).toBeLessThanOrEqual(made.wall + 1e-9)
    }
  })
})

describe('100,000 tasks', () => {
  const many = batched('Render', 100_000, 1, { here: twelveAndTwo })
  const linked = [batched('Render', 50_000, 1, { here: twelveAndTwo }), batched('Comp', 50_000, 1, { here: twelveAndTwo, parents: [0], dependency: 'frame' })] // prettier-ignore
  const measured = { ...many, tasks: many.tasks.map((t, i) => ({ ...t, measured: 14 + (i % 97) / 100 })) }
  const cases: [string, ForecastNode[]][] = [
    ['of one node', [many]],
    ['linked frame by frame', linked],
    ['each measured otherwise', [measured]]
  ]
  test.each(cases)('%s: three numbers of workers with advice', (what, nodes) => {
    const begin = process.threadCpuUsage()
    const made = forecastOf(jobOf(nodes), [1, 10, 50])
    const { user, system } = process.threadCpuUsage(begin)
    const ms = (user + system) / 1000
    console.log(`forecast of 100,000 tasks ${what}: ${Math.round(ms)} ms of CPU`)
    // two seconds; a machine that is busy with other tests has colder caches
    expect(ms).toBeLessThan(5000)
    expect(made.workers).toHaveLength(3)
  })
})
