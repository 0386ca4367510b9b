/** `openjd run` from submit to compare, followed live: a task fails, one is killed, one is tried again, all succeed. */
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { Graph } from '../../src-main/core/graph/author.ts'
import { Flaky, Step } from '../fixtures/nodes/steps.ts'
import { until } from '../helpers/cli.ts'
import { runsOf } from '../helpers/farm-runs.ts'
import { Field } from '../helpers/field.ts'
import { openjd } from '../helpers/openjd.ts'

/** `bad` fails without the file `ok`, `held` waits for `go`; a job that ran here, where both were. */
function ranHere(): Field {
  const one = new Field(null)
  const graph = new Graph('live')
  const bad = Flaky(graph, { ok: one.at('ok'), value: 7 }, { name: 'bad' })
  const held = Step(graph, { until: one.at('go') }, { name: 'held' })
  bad.output('value').connect(held.input('value'))
  held.output('value').connect(Step(graph, {}, { name: 'last' }).input('value'))
  writeFileSync(one.at('live.json'), graph.toText())
  for (const file of ['ok', 'go']) writeFileSync(one.at(file), '')
  expect(one.backlot('run', 'live.json', '--trust').code).toBe(0)
  for (const file of ['ok', 'go']) rmSync(one.at(file))
  return one
}

/** The export once more, with its own script; its exit code. */
function again(folder: string): Promise<number | null> {
  const child = spawn('sh', [join(folder, 'submit.sh')], { cwd: '/', stdio: 'ignore' })
  return new Promise((resolve) => child.once('exit', resolve))
}

/** The numbers of a job's tasks by their states, as `backlot pull` says them. */
const told = (one: Field, ...more: string[]) =>
  one
    .backlot('pull', 'farm', ...more)
    .out.replace(/^job \d+: /, '')
    .trim()

/** The folder of a task in a submission. */
const taskOf = (folder: string, run: string, node: number) => join(folder, 'runs', run, 'tasks', String(node), '0')

test.skipIf(!openjd())(
  'a run there that fails, one that is killed, one that succeeds: each is told as it was',
  async () => {
    const one = ranHere()
    const folder = one.at('farm')
    const first = one.start('submit', '1', '--to', 'openjd', '--out', 'farm')
    expect(await first.ended).toBe(1)
    expect(first.err()).toMatch(/✗ failed bad.*no .*\/ok/)
    expect(told(one)).toBe('0 succeeded, 1 failed, 2 without a result')

    // submitted again, followed live, and killed with no time to say so
    writeFileSync(one.at('ok'), '')
    const killed = again(folder)
    await until(() => runsOf(folder).length === 2)
    const [, second = ''] = runsOf(folder)
    const live = one.start('follow', 'farm')
    await until(() => /running held: running on the farm since/.test(live.err()))
    expect(live.err()).toContain('succeeded bad')
    const node = [0, 1, 2].find((place) => existsSync(join(taskOf(folder, second, place), 'pid.1'))) ?? -1
    const notes = readFileSync(join(taskOf(folder, second, node), 'attempts.txt'), 'utf8')
    const pids = [
      /^1 process (\d+)/m.exec(notes)?.[1],
      readFileSync(join(taskOf(folder, second, node), 'pid.1'), 'utf8')
    ]
    for (const pid of pids) process.kill(Number(pid), 'SIGKILL')
    expect(await killed).not.toBe(0)
    expect(await live.ended).toBe(1)
    expect(live.err()).toMatch(/✗ failed held.*it was lost/)
    expect(told(one)).toBe('1 succeeded, 1 failed, 1 without a result')

    // tried again: by hand, as the farm's log names the command
    writeFileSync(one.at('go'), '')
    const retried = spawnSync('sh', [join(folder, 'commands/0.sh'), `${node}/0`, second])
    expect(retried.status).toBe(0)
    expect(told(one)).toBe('2 succeeded, 0 failed, 1 without a result')
    const attempts = JSON.parse(one.backlot('attempts', '3/held', '--json').out) as { end: string | null }[]
    expect(attempts.map(({ end }) => end)).toEqual(['lost', 'exit'])

    // the third one comes to its end, and gives what the run here gave
    expect(await again(folder)).toBe(0)
    expect(one.backlot('follow', 'farm')).toMatchObject({
      code: 0,
      err: expect.stringContaining('3 succeeded') as string
    })
    const { code, out } = one.backlot('compare', '1', '4')
    expect(code).toBe(0)
    expect(out).toContain('job 1 and job 4 gave the same')
    // the first two are still what they were
    expect(told(one, '--run', runsOf(folder)[0] ?? '')).toBe('0 succeeded, 1 failed, 2 without a result')
  }
)

test.skipIf(!openjd())(
  'what is submitted from a folder that is followed changes nothing of what is followed',
  async () => {
    const one = ranHere()
    const folder = one.at('farm')
    writeFileSync(one.at('ok'), '')
    expect(one.backlot('export', '1', '--format', 'openjd', '--out', 'farm').code).toBe(0)
    const ended = [again(folder)]
    await until(() => runsOf(folder).length === 1)
    const live = one.start('follow', 'farm')
    await until(() => live.err().includes('running held'))
    ended.push(again(folder))
    await until(() => runsOf(folder).length === 2)
    await until(() => existsSync(join(taskOf(folder, runsOf(folder)[1] ?? '', 1), 'pid.1')))
    writeFileSync(one.at('go'), '')
    expect(await live.ended).toBe(0)
    // one job is told of from the first line to the last
    expect(new Set(live.err().match(/job \d+:/g))).toEqual(new Set(['job 2:']))
    expect(await Promise.all(ended)).toEqual([0, 0])
  }
)
