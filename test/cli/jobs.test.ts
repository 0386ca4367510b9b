/** Jobs as a list: filters, sizes, deleting, bringing back, clearing away. */
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { Graph } from 'backlot'
import { Flaky, Step } from '../fixtures/nodes/steps.ts'
import { scratch } from '../helpers/app.ts'
import { backlot, cli, graphFile } from '../helpers/cli.ts'
import { inTerminal } from '../helpers/terminal.ts'

interface Job {
  id: number
  source: string
  bytes: number
}
const jobs = (dir: string, ...flags: string[]) => JSON.parse(backlot(dir, 'jobs', '--json', ...flags).out) as Job[]
const ids = (dir: string, ...flags: string[]) => jobs(dir, ...flags).map(({ id }) => id)

function store(): { dir: string; path: string } {
  const dir = scratch()
  const graph = new Graph('Film')
  Step(graph, { value: 1 }, { name: 'a' })
  const path = graphFile(dir, graph)
  expect(backlot(dir, 'run', path, '--trust').code).toBe(0)
  return { dir, path }
}

test('jobs are found by state, name, age and number; their files’ sizes are told, and each one’s own file', () => {
  const { dir, path } = store()
  const copy = join(dir, 'copy.json')
  copyFileSync(path, copy)
  expect(backlot(dir, 'run', copy).code).toBe(0)
  const broken = new Graph('Slate')
  Flaky(broken, { ok: '/nowhere' })
  expect(backlot(dir, 'run', graphFile(dir, broken)).code).toBe(1)
  expect(jobs(dir).map(({ source }) => source)).toEqual([join(dir, 'Slate.json'), copy, path])
  expect(backlot(dir, 'rerun', '2').code).toBe(0)
  expect(jobs(dir)[0]?.source).toBe(copy)
  expect(ids(dir, '--state', 'failed')).toEqual([3])
  expect(ids(dir, '--state', 'failed', '--state', 'succeeded')).toEqual([4, 3, 2, 1])
  expect(ids(dir, '--name', 'film')).toEqual([4, 2, 1])
  expect(ids(dir, '--name', 'copy.json', '--limit', '1')).toEqual([4])
  expect(ids(dir, '--since', '1d')).toHaveLength(4)
  expect(ids(dir, '--since', '2100-01-01')).toEqual([])
  expect(backlot(dir, 'jobs', '--since', 'soon')).toMatchObject({ code: 2 })
  const [{ bytes = 0 } = {}] = jobs(dir, '--sizes')
  expect(bytes).toBeGreaterThan(500)
  expect(backlot(dir, 'jobs').out).toMatch(/SIZE +GRAPH/)
})

describe('deleting', () => {
  test('numbers and ranges; undelete brings back; gc frees what Backlot made, and nothing else', () => {
    const { dir, path } = store()
    for (let i = 0; i < 4; i++) expect(backlot(dir, 'rerun', '1').code).toBe(0)
    const note = join(dir, 'jobs', '2', 'tasks', 'my-notes.txt')
    writeFileSync(note, 'mine')
    expect(backlot(dir, 'delete', '1', '2-3', '7-9')).toMatchObject({ code: 2 })
    expect(backlot(dir, 'delete', '1', '2-3').err).toContain(
      '3 jobs are deleted; bring back with: backlot undelete 1-3'
    )
    expect(ids(dir)).toEqual([5, 4])
    expect(backlot(dir, 'tasks', '1').code).toBe(2)
    expect(backlot(dir, 'log', '1').code).toBe(2)
    expect(backlot(dir, 'undelete').code).toBe(0)
    expect(ids(dir)).toEqual([5, 4, 3, 2, 1])
    expect(backlot(dir, 'log', '1').code).toBe(0)
    backlot(dir, 'delete', '2', '4')
    expect(backlot(dir, 'undelete', '4').err).toContain('back again: 4')
    expect(backlot(dir, 'gc', '--dry-run').out).toContain('1 deleted job')
    expect(existsSync(join(dir, 'jobs', '2', 'tasks', '0'))).toBe(true)
    mkdirSync(join(dir, 'jobs', '77', 'tasks', '0'), { recursive: true })
    writeFileSync(join(dir, 'jobs', '77', 'tasks', '0', '900-1.log'), 'left by a crash')
    const cleared = JSON.parse(backlot(dir, 'gc', '--json').out) as { bytes: number }
    expect(cleared).toMatchObject({ jobs: [2], folders: [77], left: [note] })
    expect(cleared.bytes).toBeGreaterThan(100)
    expect(readFileSync(note, 'utf8')).toBe('mine')
    expect([2, 77].map((job) => existsSync(join(dir, 'jobs', String(job), 'tasks', '0')))).toEqual([false, false])
    expect(backlot(dir, 'undelete', '2')).toMatchObject({ code: 2 })
    expect(ids(dir)).toEqual([5, 4, 3, 1])
    // what is deleted is no earlier result
    expect(backlot(dir, 'delete', '1', '3-5').code).toBe(0)
    expect(backlot(dir, 'run', path, '--changed').err).toContain('1 succeeded')
  })

  test('by age and number, with a yes where nobody can be asked; what is unfinished stays', () => {
    const { dir } = store()
    for (let i = 0; i < 2; i++) expect(backlot(dir, 'rerun', '1').code).toBe(0)
    const refused = backlot(dir, 'delete', '--keep', '1')
    expect(refused).toMatchObject({ code: 2, out: '' })
    expect(refused.err).toContain('--yes is needed')
    expect(ids(dir)).toEqual([3, 2, 1])
    expect(backlot(dir, 'delete', '--older-than', '1d', '--yes').err).toContain('no such job')
    expect(backlot(dir, 'delete', '--older-than', '0s', '--keep', '2', '--yes').code).toBe(0)
    expect(ids(dir)).toEqual([3, 2])
    expect(backlot(dir, 'delete')).toMatchObject({ code: 2 })
    expect(backlot(dir, 'delete', '--older-than', 'long')).toMatchObject({ code: 2 })
  })

  test.skipIf(process.platform === 'win32')('a terminal is asked first', async () => {
    const { dir } = store()
    const args = [process.execPath, cli, '--data-dir', dir, 'delete', '1']
    const no = await inTerminal([{ see: '[y/N]', send: 'n\n' }], args, { cwd: dir })
    expect([no.code, ids(dir)]).toEqual([3, [1]])
    const yes = await inTerminal([{ see: '[y/N]', send: 'y\n' }], args, { cwd: dir })
    expect([yes.code, ids(dir)]).toEqual([0, []])
  })
})
