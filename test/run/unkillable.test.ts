import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { Graph } from '../../src-main/core/graph/author.ts'
import type { Start } from '../../src-main/domain/interpreter.ts'
import { isPidTaken } from '../../src-main/core/process/identity.ts'
import { Evil, Step } from '../fixtures/nodes/steps.ts'
import { scratch, testApp, type TestApp } from '../helpers/app.ts'
import { backlot, graphFile, startBacklot, until } from '../helpers/cli.ts'
import { fillUp, makeReadOnly, smallDisk } from '../helpers/disk.ts'
import { flowpipe } from '../helpers/flowpipe.ts'
import { mayMount } from '../helpers/mount.ts'

interface Shown {
  name: string
  state: string
  attempts: number
  reason: string | null
}

const tasksOf = (dataDir: string): Shown[] => JSON.parse(backlot(dataDir, 'tasks', '--json').out) as Shown[]

/** A Python node that says which process it is and whose child, and waits for a file where it is frame 0. */
function waitingGraph(folder: string): string {
  writeFileSync(
    join(folder, 'waiting_nodes.py'),
    [
      'import os, time',
      'from flowpipe import Node',
      "@Node(outputs=['out'])",
      'def Waits(frames, folder):',
      '    if frames[0] == 0:',
      "        with open(folder + '/pids.tmp', 'w') as pids: pids.write('%d %d' % (os.getpid(), os.getppid()))",
      "        os.rename(folder + '/pids.tmp', folder + '/pids')",
      "        while not os.path.exists(folder + '/go'): time.sleep(0.02)",
      "    return {'out': frames}"
    ].join('\n')
  )
  const path = join(folder, 'graph.py')
  writeFileSync(
    path,
    `from flowpipe import Graph\nfrom waiting_nodes import Waits\ngraph = Graph(name='g')\nWaits(graph=graph, frames=[0, 1, 2, 3], folder=${JSON.stringify(folder)}, metadata={'batch_size': 1})\n`
  )
  return path
}

/** Runs four Python tasks, the first of which waits; `pids` are its process and that one's parent. */
async function runWaiting(start: Start) {
  const t = testApp({ slots: 2 })
  const folder = scratch()
  const entry = (await t.ask('interpreter.list', {})).find((one) => one.name === 'python')
  if (entry) await t.ask('interpreter.set', { ...entry, start })
  const { job } = await t.ask('job.create', { source: { path: waitingGraph(folder) }, force: true })
  const done = t.ask('job.run', { job })
  await until(() => existsSync(join(folder, 'pids')))
  const [own = 0, parent = 0] = readFileSync(join(folder, 'pids'), 'utf8').split(' ').map(Number)
  return { t, job, done, own, parent, go: () => writeFileSync(join(folder, 'go'), '') }
}

const statesOf = async (t: TestApp, job: number) =>
  (await t.ask('task.list', { job })).tasks.map(({ state, attempts }) => [state, attempts])

describe.skipIf(!flowpipe())('kill -9', () => {
  test.each(['cold', 'fork', 'session'] as const)(
    'of a task’s process (%s) fails that task by its signal, and its neighbours go on',
    async (start) => {
      const { t, job, done, own } = await runWaiting(start)
      process.kill(own, 'SIGKILL')
      expect((await done).status).toBe('failed')
      expect(await statesOf(t, job)).toEqual([
        ['failed', 1],
        ['succeeded', 1],
        ['succeeded', 1],
        ['succeeded', 1]
      ])
      expect((await t.ask('task.list', { job })).tasks[0]?.reason).toBe('the process was killed by SIGKILL')
    }
  )

  test('of a fork server leaves its children alone: they are followed to their end', async () => {
    const { t, job, done, parent, go } = await runWaiting('fork')
    process.kill(parent, 'SIGKILL')
    await until(() => !isPidTaken(parent))
    go()
    expect((await done).status).toBe('succeeded')
    expect(await statesOf(t, job)).toEqual(Array.from({ length: 4 }, () => ['succeeded', 1]))
  })

  test('of a fork server by the module it imports: its tasks are started cold and say so themselves', async () => {
    const t = testApp({ slots: 2 })
    const folder = scratch()
    writeFileSync(
      join(folder, 'deadly_nodes.py'),
      `import os, sys\nfrom flowpipe import Node\nif 'backlot_serve' in sys.argv[0] or os.path.exists(${JSON.stringify(join(folder, 'armed'))}): os.kill(os.getpid(), 9)\n@Node(outputs=['out'])\ndef Deadly(frames):\n    return {'out': frames}\n`
    )
    const path = join(folder, 'graph.py')
    writeFileSync(
      path,
      `from flowpipe import Graph\nfrom deadly_nodes import Deadly\ngraph = Graph(name='g')\nDeadly(graph=graph, frames=[1, 2], metadata={'batch_size': 1})\n`
    )
    const { job } = await t.ask('job.create', { source: { path }, force: true })
    writeFileSync(join(folder, 'armed'), '')
    expect((await t.ask('job.run', { job })).status).toBe('failed')
    const { tasks } = await t.ask('task.list', { job })
    expect(tasks.map((task) => task.reason)).toEqual(Array(2).fill('the process was killed by SIGKILL'))
  })
})

test('a stopped task is ended by the silence limit, and its neighbours go on', async () => {
  const t = testApp({ slots: 2 })
  const graph = new Graph('stopped')
  const path = join(t.dataDir, 'pid')
  Evil(graph, { what: 'deaf', path }, { name: 'a' })
  for (const name of ['b', 'c']) Step(graph, { value: name }, { name })
  const source = { path: graphFile(t.dataDir, graph) }
  const { job } = await t.ask('job.create', { source, settings: { silence: 1.5 }, force: true })
  const done = t.ask('job.run', { job })
  await until(() => existsSync(path) && readFileSync(path, 'utf8') !== '')
  const pid = Number(readFileSync(path, 'utf8'))
  process.kill(pid, 'SIGSTOP')
  expect((await done).status).toBe('failed')
  const { tasks } = await t.ask('task.list', { job })
  expect(tasks.map(({ state, reason }) => [state, reason])).toEqual([
    ['failed', 'its log did not grow for 1.5 s (--silence)'],
    ['succeeded', null],
    ['succeeded', null]
  ])
  await t.app.close()
  expect(isPidTaken(pid)).toBe(false)
})

test('a log that is deleted while it grows: its task goes on to its end', async () => {
  const t = testApp()
  const graph = new Graph('no log')
  const path = join(t.dataDir, 'go')
  Evil(graph, { what: 'progress', path })
  const { job } = await t.ask('job.create', { source: { path: graphFile(t.dataDir, graph) }, force: true })
  const done = t.ask('job.run', { job })
  await until(() => t.events.some((event) => event.type === 'progress' && event.message === 'halfway'))
  const { tasks } = await t.ask('task.list', { job })
  rmSync((await t.ask('task.log', { task: tasks[0]?.id ?? 0 })).path)
  writeFileSync(path, '')
  expect((await done).status).toBe('succeeded')
})

describe.skipIf(!mayMount())('disks', () => {
  /** a, then b which waits for a file, then c; jobs' files and the store may be on different disks. */
  function chain(folder: string): { path: string; gate: string; trace: string } {
    const graph = new Graph('chain')
    const [gate, trace] = [join(folder, 'gate'), join(folder, 'trace')]
    const a = Step(graph, { value: 1 }, { name: 'a' })
    const b = Step(graph, { until: gate, trace }, { name: 'b' })
    const c = Step(graph, {}, { name: 'c' })
    a.output('value').connect(b.input('value'))
    b.output('value').connect(c.input('value'))
    return { path: graphFile(folder, graph), gate, trace }
  }

  test('full for the store: the run ends with 2 and says what to do; what was committed is there; resume finishes', async () => {
    const [disk, folder] = [smallDisk(2048) ?? '', scratch()]
    const { path, gate, trace } = chain(folder)
    // logs and results go elsewhere
    mkdirSync(join(folder, 'jobs'))
    symlinkSync(join(folder, 'jobs'), join(disk, 'jobs'))
    const { ended } = startBacklot(disk, 'run', path, '--trust')
    await until(() => existsSync(trace))
    const free = fillUp(disk)
    writeFileSync(gate, '')
    const { code, err } = await ended
    expect(code).toBe(2)
    expect(err).toMatch(/the store cannot be written \(.+\); running tasks go on: free space, then: backlot resume/)
    expect(tasksOf(disk).map(({ name, state }) => [name, state])).toEqual([
      ['a', 'succeeded'],
      ['b', 'interrupted'],
      ['c', 'waiting']
    ])
    free()
    expect(backlot(disk, 'resume').code).toBe(0)
    expect(tasksOf(disk).map(({ name, state, attempts }) => [name, state, attempts])).toEqual([
      ['a', 'succeeded', 1],
      ['b', 'succeeded', 1],
      ['c', 'succeeded', 1]
    ])
  })

  test('full for logs and results: the tasks fail by name, the store says so, and a retry finishes', async () => {
    const [disk, dataDir] = [smallDisk(1024) ?? '', scratch()]
    const { path, gate, trace } = chain(dataDir)
    symlinkSync(disk, join(dataDir, 'jobs'))
    const { ended } = startBacklot(dataDir, 'run', path, '--trust')
    await until(() => existsSync(trace))
    const free = fillUp(disk)
    writeFileSync(gate, '')
    expect((await ended).code).toBe(1)
    const [a, b] = tasksOf(dataDir)
    expect(a?.state).toBe('succeeded')
    expect(b).toMatchObject({ state: 'failed', reason: expect.stringMatching(/wrote no result|ENOSPC|No space/i) })
    // what cannot even begin says so as well
    expect(backlot(dataDir, 'retry').code).toBe(1)
    expect(tasksOf(dataDir)[1]?.reason).toMatch(/^the command cannot be started: its files cannot be written: ENOSPC/)
    free()
    expect(backlot(dataDir, 'retry').code).toBe(0)
    expect(tasksOf(dataDir).map(({ state }) => state)).toEqual(['succeeded', 'succeeded', 'succeeded'])
  })

  test('read-only: refused in one sentence that names the folder', () => {
    const disk = smallDisk(1024) ?? ''
    expect(makeReadOnly(disk)).toBe(true)
    const { code, err } = backlot(disk, 'jobs')
    expect(code).toBe(2)
    expect(err.trim().split('\n')).toEqual([
      `backlot: the data folder ${disk} cannot be used (it cannot be written); choose another with --data-dir`
    ])
  })
})

test('what a killed Backlot left for sessions in the temporary folder is removed by the next, and nothing else', async () => {
  const [dataDir, tmp] = [scratch(), scratch()]
  const [left, anothers] = ['backlot-warm-4194303-aB3xY9', 'backlot-warm-4194303-cD4zW8'].map((name) => join(tmp, name))
  for (const folder of [left, anothers]) mkdirSync(folder ?? '')
  writeFileSync(join(left ?? '', '.backlot-own'), '')
  const graph = new Graph('g')
  Step(graph, { value: 1 })
  const before = process.env.TMPDIR
  process.env.TMPDIR = tmp
  try {
    expect(backlot(dataDir, 'run', graphFile(dataDir, graph), '--trust').code).toBe(0)
  } finally {
    if (before === undefined) delete process.env.TMPDIR
    else process.env.TMPDIR = before
  }
  expect(readdirSync(tmp)).toEqual(['backlot-warm-4194303-cD4zW8'])
})
