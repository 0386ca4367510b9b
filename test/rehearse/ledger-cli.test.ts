import { describe, expect, test } from 'vitest'
import { ledgerText } from '../../src-main/cli/ledger.ts'
import { testApp } from '../helpers/app.ts'
import { backlot } from '../helpers/cli.ts'
import { filmGraph, jobOf } from '../helpers/farms.ts'
import { access, trace } from '../helpers/ledgers.ts'

async function traced() {
  const t = testApp()
  const job = await jobOf(t, filmGraph([1, 2, 3]))
  await t.ask('job.run', { job })
  trace(t.dataDir, job, {
    'Render-0': [
      access('read', '/mnt/show/tex.png', { as: './tex.png' }),
      access('write', '/mnt/show/out/a.1.exr'),
      access('read', '/usr/lib/python3/os.py', { own: false }),
      access('variable', 'OCIO')
    ],
    'Comp-0': [access('read', '/mnt/show/out/a.1.exr'), access('connect', 'licence:5053')],
    'Comp-1': [access('read', '/mnt/show/out/a.1.exr')]
  })
  return { t, job, run: (...args: string[]) => backlot(t.dataDir, 'ledger', ...args) }
}

describe('backlot ledger', () => {
  test('tells of a job by path who wrote it and who read it; a number is a job', async () => {
    const { job, run } = await traced()
    expect(run(String(job))).toMatchObject({
      code: 0,
      err: '',
      out: `/mnt/show/out/a.1.exr
  wrote: Render-0
  read: Comp-0, Comp-1
/mnt/show/tex.png
  read (as ./tex.png): Render-0
OCIO
  asked for: Render-0
licence:5053
  connected to: Comp-0
`
    })
  })

  test('tells of a task by its name, JOB/NAME or number; of a path alone; and of loading with --all', async () => {
    const { t, job, run } = await traced()
    const { task } = await t.ask('task.find', { text: 'Comp-1' })
    const own = '/mnt/show/out/a.1.exr\n  read: Comp-1\n'
    for (const args of [['Comp-1'], [`${job}/Comp-1`], ['--task', String(task)], [String(job), '--task', 'Comp-1']])
      expect(run(...args).out).toBe(own)
    expect(run(String(job), '--path', 'tex').out).toBe('/mnt/show/tex.png\n  read (as ./tex.png): Render-0\n')
    expect(run(String(job), '--path', 'nowhere').out).toBe('nothing with nowhere in it\n')
    expect(run('Render-0', '--all').out).toContain('/usr/lib/python3/os.py\n  read: Render-0\n')
  })

  test('says why there is none', async () => {
    const { t, job, run } = await traced()
    expect(run()).toMatchObject({ code: 2, err: expect.stringContaining('nothing was rehearsed yet') as string })
    expect(run('99')).toMatchObject({ code: 2, err: expect.stringContaining('there is no job 99') as string })
    expect(run('Everything')).toMatchObject({ code: 2, err: expect.stringContaining('was not traced') as string })
    const other = await jobOf(t, filmGraph([1]))
    expect(run(String(other)).err).toContain(`job ${other} was not traced`)
    expect(run('NoSuch')).toMatchObject({
      code: 2,
      err: expect.stringContaining('there is no task "NoSuch"') as string
    })
    expect(job).toBeLessThan(other)
  })

  test('gives entries and their number as JSON', async () => {
    const { run } = await traced()
    const { entries, total } = JSON.parse(run('Render-0', '--json').out) as { entries: unknown[]; total: number }
    expect(total).toBe(3)
    expect(entries[0]).toMatchObject({
      how: 'read',
      what: '/mnt/show/tex.png',
      as: './tex.png',
      own: true,
      task: 'Render-0'
    })
  })
})

test('a path that many tasks used names the first of them, with how they did it', () => {
  const entry = (task: string, marks?: ['append']) => ({
    ...access('write', '/log', marks ? { marks } : {}),
    task,
    taskId: 1
  })
  const many = Array.from({ length: 9 }, (_, i) => entry(`R-${i}`))
  expect(ledgerText([...many, entry('R-0', ['append'])])).toBe(
    '/log\n  wrote: R-0, R-1, R-2, R-3, R-4, R-5 and 3 more\n  wrote (append): R-0'
  )
})
