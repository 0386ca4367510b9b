import { spawnSync } from 'node:child_process'
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import type { Start } from '../../src-main/domain/interpreter.ts'
import { Graph } from '../../src-main/core/graph/author.ts'
import { Evil, Render, Step } from '../fixtures/nodes/steps.ts'
import { scratch, testApp, withGoldenNodes, type TestApp } from '../helpers/app.ts'
import { dccMap, outputsOf } from '../helpers/farms.ts'
import { flowpipe } from '../helpers/flowpipe.ts'
import { goldenNames, goldenPath } from '../helpers/goldens.ts'

withGoldenNodes()

/** Sets how an interpreter is started; everything else stays as shipped. */
async function startBy(t: TestApp, name: string, start: Start, rest: { argv?: string[] } = {}): Promise<void> {
  const entry = (await t.ask('interpreter.list', {})).find((one) => one.name === name)
  if (!entry) throw new Error(`no interpreter ${name}`)
  await t.ask('interpreter.set', { ...entry, start, ...rest })
}

/** What the tasks of a job left: result files without their times, logs behind their heads. */
async function leftBy(t: TestApp, job: number): Promise<Record<string, { result: string | null; log: string }>> {
  const { tasks } = await t.ask('task.list', { job })
  const left: Record<string, { result: string | null; log: string }> = {}
  for (const task of tasks) {
    if (task.attempts === 0) continue
    const attempt = (await t.ask('task.attempts', { task: task.id })).at(-1)
    const { resultFile: result, log } = attempt ?? { resultFile: '', log: '' }
    left[`${task.identifier} ${task.batch}`] = {
      result: existsSync(result) ? readFileSync(result, 'utf8').replace(/"seconds": ?[\d.e-]+/, '"seconds": S') : null,
      log: readFileSync(log, 'utf8')
        .replace(/[\s\S]*?^# output:$/m, '')
        .replace(/^# backlot: session, .*\n/m, '')
        .replaceAll(t.dataDir, 'DATA')
    }
  }
  return left
}

async function runGolden(name: string, start: Start) {
  const t = testApp()
  await startBy(t, 'python', start)
  const { job } = await t.ask('job.create', {
    force: true,
    source: { path: goldenPath(name) },
    options: { map: dccMap }
  })
  const { status } = await t.ask('job.run', { job })
  return { status, outputs: await outputsOf(t, job), left: await leftBy(t, job) }
}

describe.skipIf(!flowpipe())('cold, fork and session', () => {
  test.each(goldenNames.filter((name) => name !== '23_undetected_cycle'))(
    '%s: the same results and logs, byte for byte',
    async (name) => {
      const cold = await runGolden(name, 'cold')
      expect(await runGolden(name, 'fork')).toEqual(cold)
      expect(await runGolden(name, 'session')).toEqual(cold)
    }
  )
})

/** A Python node in a file of its own: `(frames, …) -> out`. */
function pythonGraph(folder: string, body: string, frames: number): string {
  writeFileSync(
    join(folder, 'own_nodes.py'),
    `import os, sys, threading, time\nfrom flowpipe import Node\n@Node(outputs=['out'])\ndef Own(frames):\n${body
      .split('\n')
      .map((line) => `    ${line}`)
      .join('\n')}\n`
  )
  writeFileSync(
    join(folder, 'graph.py'),
    `from flowpipe import Graph\nfrom own_nodes import Own\ngraph = Graph(name='g')\nOwn(graph=graph, frames=list(range(${frames})), metadata={'batch_size': 1})\n`
  )
  return join(folder, 'graph.py')
}

async function runPython(start: Start, body: string, frames = 4, options: { slots?: number } = {}) {
  const t = testApp(options)
  const folder = scratch()
  await startBy(t, 'python', start)
  const path = pythonGraph(folder, body, frames)
  const { job } = await t.ask('job.create', { source: { path }, force: true })
  return { t, job, folder, run: () => t.ask('job.run', { job }) }
}

describe.skipIf(!flowpipe())('a session puts everything back between tasks', () => {
  test('environment, folder, sys.path and streams are as they were; a task that leaves a file or a thread ends the session', async () => {
    const body = [
      "seen = [os.environ.get('LEFT'), os.getcwd(), 'left' in sys.path, sys.stdout is sys.__stdout__, os.getpid()]",
      "os.environ['LEFT'] = 'x'",
      "os.chdir('/tmp')",
      "sys.path.append('left')",
      'sys.stdout = sys.stderr',
      "if frames[0] == 1: os.open('/dev/null', os.O_RDONLY)",
      'if frames[0] == 2: threading.Thread(target=time.sleep, args=(60,), daemon=True).start()',
      "return {'out': [seen]}"
    ].join('\n')
    const { t, job, run } = await runPython('session', body, 4, { slots: 1 })
    expect((await run()).status).toBe('succeeded')
    const value = (await outputsOf(t, job))[Object.keys(await outputsOf(t, job))[0] ?? '']
    const seen = JSON.parse(value ?? '') as unknown[][]
    expect(new Set(seen.map((row) => JSON.stringify(row.slice(0, 4)))).size).toBe(1)
    expect(seen[0]?.slice(0, 4)).toEqual([null, process.cwd(), false, true])
    const pids = seen.map((row) => row[4])
    expect(pids[0]).toBe(pids[1])
    expect(new Set(pids.slice(1)).size).toBe(3)
  })

  test.each(['cold', 'fork', 'session'] as const)('%s: code that changes on disk is read anew', async (start) => {
    const body = [
      'text = open(__file__).read()',
      "open(__file__, 'w').write(text.replace('v' + '1', 'version 2'))",
      "return {'out': ['v1']}"
    ].join('\n')
    const { t, job, run } = await runPython(start, body, 3, { slots: 1 })
    expect((await run()).status).toBe('succeeded')
    expect(Object.values(await outputsOf(t, job))).toEqual(['["v1", "version 2", "version 2"]'])
  })

  test.each(['fork', 'session'] as const)(
    '%s: a task that kills its process fails alone, and its neighbours go on',
    async (start) => {
      const body =
        "if frames[0] == 1: os.kill(os.getpid(), 9)\nprint('frame', frames[0])\nreturn {'out': [os.getpid()]}"
      const { t, job, run } = await runPython(start, body, 6)
      expect((await run()).status).toBe('failed')
      const { tasks } = await t.ask('task.list', { job })
      expect(tasks.map((task) => task.state)).toEqual([
        'succeeded',
        'failed',
        'succeeded',
        'succeeded',
        'succeeded',
        'succeeded'
      ])
      expect(tasks[1]?.reason).toBe('the process was killed by SIGKILL')
      const { path } = await t.ask('task.log', { task: tasks[3]?.id ?? 0 })
      expect(readFileSync(path, 'utf8')).toMatch(/\nframe 3\n$/)
    }
  )

  test('an interpreter that cannot serve is started cold, and its log says what happens', async () => {
    const t = testApp()
    const folder = scratch()
    const path = pythonGraph(folder, "print('cold all the same')\nreturn {'out': [1]}", 2)
    const made = await t.ask('job.create', { source: { path }, force: true })
    // it refuses everything but a task file
    const wrapper = join(folder, 'only-tasks.sh')
    const script = '#!/bin/sh\ncase "$2" in *task.json) exec python3 "$@" ;; *) exit 3 ;; esac\n'
    writeFileSync(wrapper, script, { mode: 0o755 })
    await startBy(t, 'python', 'session', { argv: [wrapper, '{evaluator}', '{task}'] })
    const { graphId } = await t.ask('job.show', { job: made.job })
    const { job } = await t.ask('job.create', { source: { graph: graphId }, force: true })
    expect((await t.ask('job.run', { job })).status).toBe('succeeded')
    const [task] = (await t.ask('task.list', { job })).tasks
    const log = readFileSync((await t.ask('task.log', { task: task?.id ?? 0 })).path, 'utf8')
    expect(log).toMatch(/\ncold all the same\n$/)
  })
})

/** What was handed over ahead behind a long task is taken back, whatever that does: two run, the others are ready. */
async function waitsForNobody(t: TestApp, job: number, go: () => void): Promise<void> {
  const done = t.ask('job.run', { job })
  const states = async () =>
    (await t.ask('task.list', { job })).tasks
      .slice(30)
      .map(({ state, attempts }) => `${state} ${attempts}`)
      .sort()
  const wanted = ['ready 0', 'ready 0', 'running 1', 'running 1']
  while (JSON.stringify(await states()) !== JSON.stringify(wanted)) await sleep(20)
  go()
  expect((await done).status).toBe('succeeded')
  const { tasks } = await t.ask('task.list', { job })
  expect(new Set(tasks.map(({ state, attempts }) => `${state} ${attempts}`))).toEqual(new Set(['succeeded 1']))
}

describe.skipIf(!flowpipe())('a warm interpreter that is busy', () => {
  test.each(['fork', 'session'] as const)('%s: keeps nobody waiting', async (start) => {
    const go = join(scratch(), 'go')
    const body = [
      `while frames[0] >= 30 and not os.path.exists(${JSON.stringify(go)}): time.sleep(0.01)`,
      "return {'out': frames}"
    ].join('\n')
    const { t, job } = await runPython(start, body, 34, { slots: 2 })
    await waitsForNobody(t, job, () => appendFileSync(go, ''))
  })

  test.each(['fork', 'session'] as const)('%s: that dies takes no other task with it', async (start) => {
    const body = "if frames[0] in (20, 40): os.kill(os.getpid(), 9)\nreturn {'out': frames}"
    const { t, job, run } = await runPython(start, body, 60, { slots: 2 })
    await run()
    const { tasks } = await t.ask('task.list', { job })
    expect(tasks.filter(({ state }) => state !== 'succeeded').map(({ batch }) => batch)).toEqual([20, 40])
    expect(new Set(tasks.map(({ attempts }) => attempts))).toEqual(new Set([1]))
  })
})

describe('sessions of the node interpreter', () => {
  test('one that is busy keeps nobody waiting', async () => {
    const t = testApp({ slots: 2 })
    const folder = scratch()
    const until = join(folder, 'go')
    const graph = new Graph('g')
    for (let i = 0; i < 34; i++)
      Step(graph, { value: i, ...(i < 30 ? {} : { until }) }, { name: `Step${String(i).padStart(2, '0')}` })
    const path = join(folder, 'g.json')
    writeFileSync(path, graph.toText())
    const { job } = await t.ask('job.create', { source: { path }, force: true })
    await waitsForNobody(t, job, () => appendFileSync(until, ''))
  })

  test('tasks share a process, and one that leaves a timer behind ends it', async () => {
    const t = testApp({ slots: 1 })
    const graph = new Graph('g')
    Render(graph, { frames: [1, 2, 3, 4] }, { metadata: { batch_size: 1 } })
    Step(graph, { value: 'x' }, { name: 'Other' })
    const path = join(scratch(), 'g.json')
    writeFileSync(path, graph.toText())
    const { job } = await t.ask('job.create', { source: { path }, force: true })
    expect((await t.ask('job.run', { job })).status).toBe('succeeded')
    const pids = await Promise.all(
      (await t.ask('task.list', { job })).tasks.map(
        async (task) => (await t.ask('task.attempts', { task: task.id })).at(-1)?.pid
      )
    )
    expect(new Set(pids).size).toBe(1)
  })

  test('a crash of the session fails its task and no other', async () => {
    const t = testApp({ slots: 1 })
    const graph = new Graph('g')
    Evil(graph, { what: 'segfault' }, { name: 'A' })
    for (const name of ['B', 'C']) Step(graph, { value: name }, { name })
    const path = join(scratch(), 'g.json')
    writeFileSync(path, graph.toText())
    const { job } = await t.ask('job.create', { source: { path }, force: true })
    expect((await t.ask('job.run', { job })).status).toBe('failed')
    const { tasks } = await t.ask('task.list', { job })
    expect(tasks.map((task) => [task.name, task.state])).toEqual([
      ['A', 'failed'],
      ['B', 'succeeded'],
      ['C', 'succeeded']
    ])
  })
})

test('the launcher is gone: what runs is followed, what comes is started all the same', async () => {
  const t = testApp({ slots: 2 })
  const folder = scratch()
  mkdirSync(join(folder, 'out'))
  const until = join(folder, 'go')
  const graph = new Graph('g')
  const [first] = [Step(graph, { value: 1, trace: join(folder, 'began'), until }, { name: 'First' })]
  first.output('value').connect(Step(graph, {}, { name: 'Second' }).input('value'))
  await startBy(t, 'node', 'cold')
  const path = join(folder, 'g.json')
  writeFileSync(path, graph.toText())
  const { job } = await t.ask('job.create', { source: { path }, force: true })
  const done = t.ask('job.run', { job })
  while (!existsSync(join(folder, 'began'))) await new Promise((resolve) => setTimeout(resolve, 10))
  const mine = spawnSync('pgrep', ['-P', String(process.pid), '-f', 'backlot_launch.py'], { encoding: 'utf8' })
  for (const pid of mine.stdout.trim().split('\n')) process.kill(Number(pid), 'SIGKILL')
  appendFileSync(until, '')
  expect((await done).status).toBe('succeeded')
})
