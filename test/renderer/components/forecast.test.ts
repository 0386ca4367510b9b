// @vitest-environment jsdom
import { cleanup, fireEvent, render, screen, waitFor, within } from '@testing-library/svelte'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { ForecastView } from '../../../src-main/api.ts'
import type { Input } from '../../../src-main/contract.ts'
import { fakeCore } from './window.ts'

const core = fakeCore()
const { default: Forecast } = await import('../../../src-renderer/forecast/Forecast.svelte')

type Asked = Input<'job.forecast'>

/** 60 frames with 12 s of start-up and 2 s each. */
function answer({ workers = [1, 10, 50], batch = {}, advise = true }: Asked): ForecastView {
  const size = batch['render-1'] ?? 1
  const tasks = Math.ceil(60 / size)
  const wall = (count: number) => Math.ceil(tasks / count) * (12 + 2 * size)
  const machine = 60 * 2 + tasks * 12
  const why = 'start-up of 12.0 s is paid 60 times now, 10 times then; 1 min 00 s sooner'
  const advice = advise ? [{ node: 1, size: 6, now: size, tasks: 10, tasksNow: tasks, wall: 24, why }] : []
  const common = { interpreter: 'python', setAside: 0, mean: 5 }
  return {
    ...{ job: 3, name: 'shot', path: [{ task: 'Load', seconds: 5 }], pathSeconds: 14, lowerBound: false },
    ...{ notes: ['Render: 1 of 9 measurements are far from the rest and were set aside'] },
    ...{ mostWorkers: 60, profileWorkers: null },
    nodes: [
      { ...common, name: 'Load', identifier: 'load-1', tasks: 1, batchSize: null, frames: null, source: 'whole', startup: null, perFrame: null, sizes: [], count: 1 },
      { ...common, name: 'Render', identifier: 'render-1', tasks, batchSize: size, frames: 60, source: 'sizes', startup: 12, perFrame: 2, sizes: [1, 8], count: 8 }
    ], // prettier-ignore
    workers: workers.map((count) => ({
      ...{ workers: count, wall: wall(count), machine, utilisation: machine / (count * wall(count)) },
      ...{ limitedBy: { kind: 'workers' }, advice, advised: null }
    }))
  }
}

const asked = () => core.calls.filter(({ name }) => name === 'job.forecast').map(({ input }) => input as Asked)
const valueOf = (label: string) => screen.getByText(label).nextElementSibling?.textContent

afterEach(() => cleanup())
beforeEach(() => {
  core.calls.length = 0
  core.answers = { 'job.forecast': answer }
})

test('shows the curve in words, figures for ten workers, what the nodes cost and what it rests on', async () => {
  render(Forecast, { job: 3 })
  const curve = await screen.findByRole('img')
  expect(curve.getAttribute('aria-label')).toBe(
    'Wall time over workers: 14 min 00 s on 1 worker, 1 min 24 s on 10, 14.0 s on 120. The critical path takes 14.0 s.'
  )
  expect([valueOf('Wall time'), valueOf('Machine time'), valueOf('Workers busy')]).toEqual([
    ...['1 min 24 s', '14 min 00 s', '100 %']
  ])
  expect([valueOf('Limited by'), valueOf('Workers that help')]).toEqual(['number of workers', 'up to 60'])
  const row = screen.getByRole('row', { name: /Render/ })
  expect(within(row).getAllByRole('cell').map((cell) => cell.textContent.trim()).slice(0, 5)).toEqual([
    ...['60', '1', '12.0 s', '2.0 s', '8 tasks in batches of 1, 8']
  ]) // prettier-ignore
  expect(screen.getByText('Load 5.0 s')).toBeTruthy()
  expect(screen.getByText(/1 of 9 measurements/)).toBeTruthy()
})

test('the sliders say what they are and ask anew', async () => {
  render(Forecast, { job: 3 })
  const workers = await screen.findByRole('slider', { name: /^Workers/ })
  expect(workers.getAttribute('aria-valuetext')).toBe('10 workers')
  await fireEvent.input(workers, { target: { value: '16' } })
  await waitFor(() => expect(asked().at(-1)?.workers).toEqual([50]))
  await waitFor(() => expect(valueOf('Wall time')).toBe('28.0 s'))
  const size = screen.getByRole('slider', { name: /^Batch size of Render/ })
  await fireEvent.input(size, { target: { value: '5' } })
  await waitFor(() => expect(asked().some(({ batch }) => batch?.['render-1'] === 6)).toBe(true))
  await waitFor(() => expect(valueOf('Wall time')).toBe('24.0 s'))
  expect(size.getAttribute('aria-valuetext')).toBe('6 frames')
  expect(screen.getByText('with the batches as they are')).toBeTruthy()
  await fireEvent.click(screen.getByRole('button', { name: 'Batches as they are' }))
  await waitFor(() => expect(valueOf('Wall time')).toBe('28.0 s'))
})

test('the best size is one press away', async () => {
  render(Forecast, { job: 3 })
  await fireEvent.click(await screen.findByRole('button', { name: 'Look at 6' }))
  await waitFor(() => expect(asked().at(-1)?.batch).toEqual({ 'render-1': 6 }))
  await waitFor(() => expect(valueOf('Wall time')).toBe('24.0 s'))
})

test('a job of which nothing was measured says so', async () => {
  core.answers['job.forecast'] = () => {
    throw new Error('nothing of job 3 was measured; run or rehearse it first')
  }
  render(Forecast, { job: 3 })
  expect(await screen.findByText('nothing of job 3 was measured; run or rehearse it first')).toBeTruthy()
})

test('is made anew when tasks of the job have ended', async () => {
  render(Forecast, { job: 3 })
  await screen.findByRole('img')
  const before = asked().length
  const ended = {
    type: 'task',
    task: 1,
    name: 'Render-0',
    status: 'succeeded',
    at: '',
    attempt: 1,
    reason: null,
    took: null
  } as const
  core.tell({ ...ended, job: 4 })
  core.tell({ ...ended, job: 3 })
  await waitFor(() => expect(asked().length).toBeGreaterThan(before), { timeout: 5000 })
})
