/** Several processes on one data folder: one runs jobs, all steer, everyone sees the truth. */
import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { Graph } from 'backlot'
import { Step } from '../fixtures/nodes/steps.ts'
import { backlot, cli, graphFile, startBacklot, until } from '../helpers/cli.ts'
import { scratch } from '../helpers/app.ts'

/** A chain of plain commands: each says in `ran` that it began, then waits for a file of its name. */
function chain(dir: string, name: string, nodes: readonly string[]): string {
  const command = 'echo "$1:$WHO" >> ran; until test -e "go.$1" || ! test -e ran; do sleep 0.02; done'
  for (const node of nodes)
    expect(
      backlot(dir, 'interpreter', 'set', node, '--evaluator', 'none', '--', 'sh', '-c', command, 'sh', node).code
    ).toBe(0)
  const graph = new Graph(name)
  let before: ReturnType<typeof Step> | null = null
  for (const node of nodes) {
    const step = Step(graph, {}, { name: node, metadata: { interpreter: node } })
    before?.output('value').connect(step.input('value'))
    before = step
  }
  return graphFile(dir, graph)
}

const go = (dir: string, ...nodes: string[]) => {
  for (const node of nodes) writeFileSync(join(dir, `go.${node}`), '')
}
const ran = (dir: string): string[] =>
  existsSync(join(dir, 'ran')) ? readFileSync(join(dir, 'ran'), 'utf8').trimEnd().split('\n') : []
const begun = (dir: string, node: string) => until(() => ran(dir).some((line) => line.startsWith(`${node}:`)))

/** Starts it in the data folder, where the commands' files are. */
function start(dir: string, env: Record<string, string>, ...args: string[]) {
  const child: ChildProcess = spawn(process.execPath, [cli, '--data-dir', dir, ...args], {
    cwd: dir,
    env: { ...process.env, ...env }
  })
  let [out, err] = ['', '']
  child.stdout?.on('data', (data) => (out += String(data)))
  child.stderr?.on('data', (data) => (err += String(data)))
  const ended = new Promise<number | null>((resolve) => child.once('close', (code) => resolve(code)))
  onTestFinished(() => void child.kill('SIGKILL'))
  return { child, ended, out: () => out, err: () => err }
}

const states = (dir: string, job: number): Record<string, string> =>
  Object.fromEntries(
    (JSON.parse(backlot(dir, 'tasks', String(job), '--json').out) as { name: string; state: string }[]).map((task) => [
      task.name,
      task.state
    ])
  )
const statusOf = (dir: string, job: number): string | undefined =>
  (JSON.parse(backlot(dir, 'jobs', '--json').out) as { id: number; status: string }[]).find(({ id }) => id === job)
    ?.status

describe.skipIf(process.platform === 'win32')('while one process runs a job', () => {
  test('pause, priority, omit, stop, resume and delete of another one act there', async () => {
    const dir = scratch()
    const run = start(dir, {}, 'run', chain(dir, 'shot', ['a', 'b', 'c']), '--trust')
    await begun(dir, 'a')
    expect(statSync(join(dir, 'scheduler.sock')).mode & 0o777).toBe(0o600)
    expect(statSync(join(dir, 'scheduler.json')).mode & 0o777).toBe(0o600)
    expect(backlot(dir, 'delete', '1')).toMatchObject({ code: 2, err: expect.stringContaining('job 1 runs') })
    expect(backlot(dir, 'priority', '1', '5')).toMatchObject({ code: 0, err: 'job 1 has priority 5\n' })
    expect(backlot(dir, 'omit', '1/c')).toMatchObject({ code: 0, err: 'c is omitted\n' })
    expect(backlot(dir, 'pause', '1').code).toBe(0)
    go(dir, 'a')
    expect(await run.ended).toBe(5) // it was paused: not done
    expect(statusOf(dir, 1)).toBe('paused')
    const again = start(dir, {}, 'resume', '1')
    await begun(dir, 'b')
    const stopped = 'job 1 is stopped; go on with: backlot resume 1\n'
    expect(backlot(dir, 'stop', '1')).toMatchObject({ code: 0, err: stopped })
    expect(await again.ended).toBe(5)
    expect(states(dir, 1)).toEqual({ a: 'succeeded', b: 'ready', c: 'omitted' })
    expect(backlot(dir, 'delete', '1').code).toBe(0)
    expect(existsSync(join(dir, 'scheduler.json'))).toBe(false)
  })

  test('who cancels the last task that runs hears that it is; who asks for what is not so is told', async () => {
    const dir = scratch()
    const first = start(dir, {}, 'run', chain(dir, 'one', ['a', 'b']))
    await begun(dir, 'a')
    const omitted = backlot(dir, 'omit', 'a', 'b')
    expect(omitted.code).toBe(5)
    expect(omitted.err).toBe(
      'b is omitted\na is running, so it is not omitted; end it first with: backlot stop --task 1\n'
    )
    expect(states(dir, 1)).toEqual({ a: 'running', b: 'omitted' })
    expect(backlot(dir, 'stop', '--task', 'a')).toMatchObject({ code: 0, err: 'a is canceled\n' })
    expect(await first.ended).toBe(5)
    expect(states(dir, 1)).toEqual({ a: 'canceled', b: 'omitted' })
    expect(backlot(dir, 'stop', '--task', 'b')).toMatchObject({
      code: 5,
      err: 'b is omitted, so it is not canceled\n'
    })
  })

  test('a second run is queued there, with the environment of its own shell, and followed', async () => {
    const dir = scratch()
    const first = start(dir, { WHO: 'first' }, 'run', chain(dir, 'one', ['a']), '--trust', '--slots', '1')
    await begun(dir, 'a')
    const second = start(dir, { WHO: 'second' }, 'run', chain(dir, 'two', ['b']), '--trust')
    await until(() => second.err().includes(`process ${first.child.pid}`))
    await until(() => statusOf(dir, 2) === 'queued')
    go(dir, 'a', 'b')
    expect(await second.ended).toBe(0)
    expect(await first.ended).toBe(0)
    expect(ran(dir)).toEqual(['a:first', 'b:second'])
    expect(second.err()).toContain('b in ')
    expect(first.err()).not.toContain('b in ')
  })

  test.each(['SIGINT', 'SIGTERM', 'SIGKILL'] as const)(
    'that ends by %s, who follows a job there goes on with it',
    async (signal) => {
      const dir = scratch()
      const first = start(dir, {}, 'run', chain(dir, 'one', ['a']), '--trust', '--slots', '2')
      await begun(dir, 'a')
      const second = start(dir, {}, 'run', chain(dir, 'two', ['b', 'c']), '--trust')
      await begun(dir, 'b')
      first.child.kill(signal)
      await first.ended
      await until(() => second.err().includes('goes on in this one'))
      go(dir, 'b', 'c')
      expect(await second.ended).toBe(0)
      expect(states(dir, 2)).toEqual({ b: 'succeeded', c: 'succeeded' })
      expect(ran(dir).filter((line) => line.startsWith('b'))).toHaveLength(1)
      go(dir, 'a')
      expect(backlot(dir, 'resume', '1').code).toBe(0)
    }
  )

  test('that is ended, who follows a job that waited there for a slot goes on with it, and who only looked on does not', async () => {
    const dir = scratch()
    const first = start(dir, {}, 'run', chain(dir, 'one', ['a']), '--trust', '--slots', '1')
    await begun(dir, 'a')
    const second = start(dir, {}, 'run', chain(dir, 'two', ['b']), '--trust')
    await until(() => statusOf(dir, 2) === 'queued' && second.err().includes('queued there'))
    // follows the first one's own job
    const third = start(dir, {}, 'resume', '1')
    await until(() => third.err().includes('queued there'))
    // what is asked there now is asked behind it
    expect(backlot(dir, 'priority', '1', '5').code).toBe(0)
    first.child.kill('SIGINT')
    expect(await first.ended).toBe(130)
    expect(await third.ended).toBe(5)
    await begun(dir, 'b')
    expect(states(dir, 1)).toEqual({ a: 'ready' })
    go(dir, 'b')
    expect(await second.ended).toBe(0)
  })

  test('Ctrl-C of who follows ends its job alone', async () => {
    const dir = scratch()
    const first = start(dir, {}, 'run', chain(dir, 'one', ['a']), '--trust', '--slots', '2')
    await begun(dir, 'a')
    const second = start(dir, {}, 'run', chain(dir, 'two', ['b']), '--trust')
    await begun(dir, 'b')
    second.child.kill('SIGINT')
    expect(await second.ended).toBe(130)
    expect(states(dir, 2)).toEqual({ b: 'ready' })
    go(dir, 'a')
    expect(await first.ended).toBe(0)
  })

  test('one that is stopped says so within seconds to who needs it, and goes on', async () => {
    const dir = scratch()
    const run = start(dir, {}, 'run', chain(dir, 'one', ['a']), '--trust')
    await begun(dir, 'a')
    run.child.kill('SIGSTOP')
    const refused = backlot(dir, 'pause', '1')
    expect(refused.code).toBe(4)
    expect(refused.err).toContain(`process ${run.child.pid}`)
    expect(refused.err).toContain('does not answer')
    expect(statusOf(dir, 1)).toBe('running')
    run.child.kill('SIGCONT')
    go(dir, 'a')
    expect(await run.ended).toBe(0)
  }, 60_000)
})

describe.skipIf(process.platform === 'win32')('when the process that ran a job was killed', () => {
  test('its task goes on and is shown as interrupted, with how to go on; stop and delete act', async () => {
    const dir = scratch()
    const run = start(dir, {}, 'run', chain(dir, 'shot', ['a', 'b']), '--trust')
    await begun(dir, 'a')
    run.child.kill('SIGKILL')
    await run.ended
    expect(statusOf(dir, 1)).toBe('interrupted')
    expect(states(dir, 1)).toEqual({ a: 'interrupted', b: 'waiting' })
    const why = backlot(dir, 'why', '1/b').out
    expect(why).toContain('was interrupted')
    expect(why).toMatch(/gone since \d{4}-\d\d-\d\d \d\d:\d\d:\d\d/)
    expect(why).toContain('backlot resume 1')
    expect(backlot(dir, 'stop', '1').code).toBe(0)
    expect(states(dir, 1)).toEqual({ a: 'ready', b: 'waiting' })
    expect(backlot(dir, 'delete', '1').code).toBe(0)
  })

  test('a look settles a task that ended meanwhile, and retry runs it once more', async () => {
    const dir = scratch()
    const run = start(dir, {}, 'run', chain(dir, 'shot', ['a', 'b']), '--trust')
    await begun(dir, 'a')
    run.child.kill('SIGKILL')
    await run.ended
    go(dir, 'a', 'b')
    await until(() => states(dir, 1).a === 'succeeded')
    expect(states(dir, 1)).toEqual({ a: 'succeeded', b: 'ready' })
    const again = startBacklot(dir, 'retry', '--task', '1/a')
    expect((await again.ended).code).toBe(0)
    expect(ran(dir)).toEqual(['a:', 'a:', 'b:'])
  })
})
