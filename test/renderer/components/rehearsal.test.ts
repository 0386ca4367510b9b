// @vitest-environment jsdom
import { cleanup, fireEvent, render, screen, waitFor, within } from '@testing-library/svelte'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { JobView, RehearsalView, TaskView } from '../../../src-main/api.ts'
import type { PassName } from '../../../src-main/domain/rehearsal.ts'
import { finding, findings, fogFrame, longPath, passes } from '../../helpers/rehearsal.ts'
import { fakeCore } from './window.ts'

const core = fakeCore()
const { default: Rehearsal } = await import('../../../src-renderer/views/Rehearsal.svelte')
const { default: FindingDetail } = await import('../../../src-renderer/rehearsal/FindingDetail.svelte')
const { rehearsals } = await import('../../../src-renderer/state/rehearsals.svelte.ts')
const { jobs } = await import('../../../src-renderer/state/jobs.svelte.ts')
const { tasks } = await import('../../../src-renderer/state/tasks.svelte.ts')
const { toasts } = await import('../../../src-renderer/state/toasts.svelte.ts')
const { here } = await import('../../../src-renderer/state/place.svelte.ts')

let number = 0
/** Each test has a job of its own: the state outlives the views. */
const newJob = (more: Partial<JobView> = {}): JobView => ({
  ...{ id: ++number, name: 'film', graphId: 1, source: '/show/film.py', createdAt: 0, held: false, priority: 0 },
  ...{
    counts: {},
    choice: null,
    deletedAt: null,
    startedAt: 1,
    endedAt: 2,
    open: 0,
    status: 'succeeded',
    files: '/data',
    interruptedAt: null,
    farm: null
  },
  ...more
})
const reportOf = (job: number, more: Partial<RehearsalView> = {}): RehearsalView => ({
  ...{ job, startedAt: 1000, endedAt: 61_000, findings, passes },
  ...more
})

async function show(more: Partial<RehearsalView> = {}, of: Partial<JobView> = {}): Promise<JobView> {
  const job = newJob(of)
  core.answers['rehearsal.show'] = () => reportOf(job.id, more)
  await rehearsals.load(job.id)
  render(Rehearsal, { job })
  return job
}

afterEach(() => cleanup())
beforeEach(() => {
  core.calls.length = 0
  core.desktop.length = 0
  core.answers = { 'ledger.show': () => ({ entries: [], total: 0 }), 'job.show': () => newJob() }
})

describe('a job that was rehearsed', () => {
  test('shows what was found and what was not looked at, then the findings by kind with the worst chosen', async () => {
    await show()
    expect(screen.getByRole('heading', { name: '4 errors, 2 warnings' })).toBeTruthy()
    expect(screen.getByText('Not looked at: after a kill', { selector: 'b' })).toBeTruthy()
    const list = screen.getByRole('listbox', { name: 'Findings' })
    expect(
      within(list)
        .getAllByRole('group')
        .map((group) => group.getAttribute('aria-label'))
    ).toEqual([
      ...['Missing dependency', 'Only on this machine', 'Variable of your shell', 'File not found'],
      'Differs from run to run'
    ])
    expect(within(list).getAllByRole('option', { selected: true })).toHaveLength(1)
    expect(screen.getByRole('heading', { level: 2, name: findings[0]?.message ?? '' })).toBeTruthy()
  })

  test('the arrow keys go from finding to finding over the kinds and stop at both ends', async () => {
    await show()
    const list = screen.getByRole('listbox', { name: 'Findings' })
    const chosen = () => within(list).getByRole('option', { selected: true }).textContent ?? ''
    await fireEvent.keyDown(list, { key: 'ArrowUp' })
    expect(chosen()).toContain('Comp reads what Denoise_fog wrote')
    await fireEvent.keyDown(list, { key: 'ArrowDown' })
    await fireEvent.keyDown(list, { key: 'ArrowDown' })
    expect(chosen()).toContain('/tmp/hangar_lut.cube')
    expect(screen.getByRole('heading', { name: findings[2]?.message ?? '' })).toBeTruthy()
    await fireEvent.keyDown(list, { key: 'End' })
    await fireEvent.keyDown(list, { key: 'ArrowDown' })
    expect(chosen()).toContain('Build_scene')
  })

  test('a path asks the ledger who touched it, with the programs', async () => {
    const job = await show()
    await fireEvent.click(screen.getByRole('button', { name: fogFrame(1001) }))
    await waitFor(() =>
      expect(core.calls).toContainEqual({ name: 'ledger.show', input: { job: job.id, path: fogFrame(1001) } })
    )
    expect(screen.getByRole('button', { name: 'All files' })).toBeTruthy()
  })

  test('is rehearsed again on demand', async () => {
    const job = await show()
    core.answers['job.rehearse'] = () => reportOf(job.id, { findings: [], passes })
    await fireEvent.click(screen.getByRole('button', { name: 'Rehearse again' }))
    await waitFor(() =>
      expect(screen.getByRole('heading', { name: 'Nothing found in what was looked at' })).toBeTruthy()
    )
    expect(core.calls).toContainEqual({ name: 'job.rehearse', input: { job: job.id } })
  })

  test('of a job that has run a new one is rehearsed', async () => {
    const job = await show()
    core.answers['job.list'] = () => [job]
    await jobs.load()
    core.answers['job.rerun'] = () => ({ job: 990 })
    core.answers['job.rehearse'] = () => reportOf(990, { findings: [], passes })
    await fireEvent.click(screen.getByRole('button', { name: 'Rehearse again' }))
    await waitFor(() => expect(core.calls).toContainEqual({ name: 'job.rehearse', input: { job: 990 } }))
    expect(here.place).toEqual({ kind: 'job', job: 990, tab: 'rehearsal' })
    expect(core.calls).not.toContainEqual({ name: 'job.rehearse', input: { job: job.id } })
  })

  test('its report is saved where the user says', async () => {
    const job = await show()
    core.answers['rehearsal.save'] = ({ out }: { out: string }) => ({ path: out })
    await fireEvent.click(screen.getByRole('button', { name: 'Save report…' }))
    const out = `/mail/film-${job.id}-rehearsal.html`
    await waitFor(() => expect(core.calls).toContainEqual({ name: 'rehearsal.save', input: { job: job.id, out } }))
  })
})

describe('a job that was not rehearsed', () => {
  async function unrehearsed(of: Partial<JobView> = {}): Promise<JobView> {
    const job = newJob(of)
    await rehearsals.load(job.id)
    render(Rehearsal, { job })
    return job
  }

  test('says what a rehearsal does and offers one; while it runs it shows each pass', async () => {
    const job = await unrehearsed({ startedAt: null })
    expect(screen.getByRole('heading', { name: 'Would this job be fine on a farm?' })).toBeTruthy()
    let end: (view: RehearsalView) => void = () => undefined
    core.answers['job.rehearse'] = () => new Promise<RehearsalView>((done) => (end = done))
    await fireEvent.click(screen.getByRole('button', { name: 'Rehearse' }))
    const at = new Date().toISOString()
    const event = (pass: PassName, done: number) => ({
      type: 'rehearsal' as const,
      job: job.id,
      at,
      pass,
      done,
      total: 9
    })
    core.tell(event('author', 9), event('worker', 4))
    await waitFor(() => expect(screen.getByText('4 of 9')).toBeTruthy())
    expect(screen.getByRole('progressbar', { name: 'Tasks as a worker' }).getAttribute('value')).toBe('4')
    end(reportOf(job.id))
    await waitFor(() => expect(screen.getByRole('listbox', { name: 'Findings' })).toBeTruthy())
  })

  test('where a rehearsal is refused, the page offers it still', async () => {
    const job = await unrehearsed()
    let refuse: () => void = () => undefined
    core.answers['job.rehearse'] = () => new Promise((_, reject) => (refuse = () => reject(new Error('no strace'))))
    await fireEvent.click(screen.getByRole('button', { name: 'Rehearse' }))
    expect(screen.getByRole('heading', { name: 'Rehearsing' })).toBeTruthy()
    refuse()
    await waitFor(() => expect(screen.getByRole('button', { name: 'Rehearse' })).toBeTruthy())
    expect(rehearsals.progressOf(job.id)).toBeNull()
    expect(toasts.list.map(({ text }) => text)).toContain('no strace')
  })

  test('events that come after the end begin nothing', async () => {
    const job = await show()
    core.tell({ type: 'rehearsal', job: job.id, at: new Date(60_990).toISOString(), pass: 'again', done: 1, total: 2 })
    expect(rehearsals.progressOf(job.id)).toBeNull()
    expect(screen.queryByRole('heading', { name: 'Rehearsing' })).toBeNull()
  })

  test('one that broke off is no result', async () => {
    await show({ endedAt: null, findings: [], passes: [] })
    expect(screen.getByRole('heading', { name: 'This rehearsal did not end' })).toBeTruthy()
    expect(screen.queryByText(/Nothing found/)).toBeNull()
  })
})

describe('a finding', () => {
  const detail = (one = findings[2] ?? finding({}), source = '/show/film.py') =>
    render(FindingDetail, { job: 1, finding: one, source, graph: null, trace: () => undefined })
  const taskLinks = () => screen.queryAllByRole('button', { name: /^Render_beauty-\d+$/ })

  test('that hits 200 tasks shows the first of them and the rest when asked', async () => {
    detail()
    expect(screen.getByText('200 tasks')).toBeTruthy()
    expect(taskLinks()).toHaveLength(12)
    await fireEvent.click(screen.getByRole('button', { name: '188 more' }))
    expect(taskLinks()).toHaveLength(200)
  })

  test('that hits 20,000 shows them in steps', async () => {
    detail(finding({ tasks: Array.from({ length: 20_000 }, (_, i) => `Render_beauty-${i}`) }))
    await fireEvent.click(screen.getByRole('button', { name: '19,988 more' }))
    expect(screen.getByRole('button', { name: '19,488 more' })).toBeTruthy()
    // not by role: that takes seconds for so many
    expect(screen.getAllByText(/^Render_beauty-\d+$/)).toHaveLength(512)
  })

  test('leads to its task', async () => {
    tasks.list = [{ id: 77, name: 'Render_beauty-3' } as TaskView]
    detail()
    await fireEvent.click(screen.getByRole('button', { name: 'Render_beauty-3' }))
    expect(tasks.focused).toBe(77)
    expect(here.place).toEqual({ kind: 'job', job: 1, tab: 'tasks' })
  })

  test('its evidence is copied as it stands, its remedy where no line connects', async () => {
    detail()
    await fireEvent.click(screen.getByRole('button', { name: 'Copy' }))
    await fireEvent.click(await screen.findByRole('button', { name: 'Copy the remedy' }))
    expect(core.desktop).toEqual([
      { name: 'copy', input: { text: findings[2]?.evidence.join('\n') } },
      { name: 'copy', input: { text: findings[2]?.remedy } }
    ])
  })

  test('of a graph in code its file can be opened; of JSON there is nothing to mend by hand', async () => {
    detail()
    expect(await screen.findByRole('button', { name: 'Open film.py' })).toBeTruthy()
    detail(findings[2], '/show/film.json')
    await screen.findAllByRole('button', { name: 'Copy the remedy' })
    expect(screen.queryByRole('button', { name: 'Open film.json' })).toBeNull()
  })

  test('keeps the name of a very long path whole', () => {
    const { container } = detail(findings[5])
    const name = container.querySelector('.path .name')
    expect(name?.textContent).toBe('dirt_mask.1037.tx')
    expect(container.querySelector('.path')?.textContent).toBe(longPath)
  })

  test('with names that look like HTML is text', () => {
    const evil = '<img src=x onerror=alert(1)>'
    const { container } = detail(
      finding({ message: evil, tasks: [evil], paths: [evil], evidence: [evil], remedy: evil })
    )
    expect(container.querySelector('img')).toBeNull()
    expect(screen.getByRole('heading', { name: evil })).toBeTruthy()
  })
})
