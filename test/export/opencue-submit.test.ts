/** submit.sh looks first, against a stand-in for cuebot that has its rules (test/fixtures/opencue/cuebot.py names their sources). */
import { momentText } from '../../src-main/domain/durations.ts'
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { Graph } from '../../src-main/core/graph/author.ts'
import { Render, Step } from '../fixtures/nodes/steps.ts'
import { scratch, testApp, type TestApp } from '../helpers/app.ts'
import { limited, range } from '../helpers/export-jobs.ts'
import { exported, fileOf } from '../helpers/farms.ts'
import { cuebot, pyoutline, type Cuebot } from '../helpers/opencue.ts'

const submit = (folder: string, bot: Cuebot | null, env: Record<string, string>, ...args: string[]) => {
  const own = { ...process.env, CUE_USER: 'artist', ...(bot ? { CUEBOT_HOSTS: bot.host } : {}), ...env }
  const { status, stdout, stderr } = spawnSync('sh', [join(folder, 'submit.sh'), ...args], {
    env: own,
    encoding: 'utf8'
  })
  return { status, out: stdout, err: stderr }
}

async function exportedGraph(t: TestApp, graph: Graph, settings = {}): Promise<string> {
  const { job } = await t.ask('job.create', { source: fileOf(graph), settings, force: true })
  return (await exported(t, job, 'opencue')).folder
}

const small = (name = 'shot') => {
  const graph = new Graph(name)
  Render(graph, { frames: range(1, 3) }, { metadata: { batch_size: 1 } })
  return graph
}

const runsIn = (folder: string) => (existsSync(join(folder, 'runs')) ? readdirSync(join(folder, 'runs')) : [])

describe.skipIf(!pyoutline())('submit.sh to OpenCue', () => {
  test.each([
    [{}, ['bbb', `s${'h'.repeat(64)}`], 'the shot has 65 characters, and cuebot keeps 64'],
    [{ CUE_USER: 'u'.repeat(33) }, ['bbb', 'sh010'], 'the user has 33 characters, and cuebot keeps 32'],
    [{ FACILITY: 'moon' }, ['bbb', 'sh010'], 'there is no facility moon on this cuebot'],
    [{}, ['unknown', 'sh010'], 'there is no show unknown on this cuebot'],
    [{ JOB: 'x' }, ['bbb', 'sh010'], "cuebot takes no job called 'x'"],
    [
      { JOB: 'taken' },
      ['bbb', 'sh010'],
      'the job bbb-sh010-artist_taken is pending already; say another name with JOB=NAME'
    ],
    [{ JOB: 'j'.repeat(240) }, ['bbb', 'sh010'], 'say a name of at most']
  ])('%j %j: says what is wrong, and submits nothing', async (env, args, sentence) => {
    const t = testApp()
    const folder = await exportedGraph(t, small())
    const bot = await cuebot(scratch(), { pending: ['bbb-sh010-artist_taken'] })
    const { status, err } = submit(folder, bot, env, ...args)
    expect([status, err]).toEqual([1, expect.stringContaining(sentence)])
    expect(existsSync(bot.spec)).toBe(false)
    expect(runsIn(folder)).toEqual([])
  })

  test('names each limit that is not there, and how it is made', async () => {
    const t = testApp()
    await t.ask('interpreter.set', limited('prman'))
    const graph = new Graph('limited')
    Step(graph, { value: 1 }, { metadata: { interpreter: 'prman' } })
    const folder = await exportedGraph(t, graph)
    const bot = await cuebot(scratch())
    expect(submit(folder, bot, {}, 'bbb', 'sh010').err).toMatch(
      /there is no limit prman on this cuebot; make it once: .*createLimit\("prman", N\)/
    )
    bot.set({ limits: ['prman'] })
    expect(submit(folder, bot, {}, 'bbb', 'sh010')).toMatchObject({ status: 0, out: 'bbb-sh010-artist_limited\n' })
  })

  test('two shots and two submissions from one folder are told apart', async () => {
    const t = testApp()
    const folder = await exportedGraph(t, small())
    const bot = await cuebot(scratch())
    for (const shot of ['sh001', 'sh002']) expect(submit(folder, bot, {}, 'bbb', shot).status).toBe(0)
    expect(submit(folder, bot, {}, 'bbb', 'sh001').err).toContain('bbb-sh001-artist_shot is pending already')
    expect(submit(folder, bot, { JOB: 'again' }, 'bbb', 'sh001').status).toBe(0)
    const runs = runsIn(folder)
    expect(runs).toHaveLength(3)
    const records = runs.map((run) => readFileSync(join(folder, 'runs', run, 'submission.txt'), 'utf8'))
    for (const record of records)
      expect(record).toMatch(
        /^submission 1\nfarm opencue\nat \d+\nuser artist\nname bbb-sh00\d-artist_\w+\nlayer 0 render\nid \S+\nlogs \/.*\ndone\n$/
      )
    expect(readFileSync(bot.spec, 'utf8')).toContain(`<key name="BACKLOT_RUN">${runs.at(-1) ?? ''}</key>`)
  })

  test('asks for more retries than a spec may have, up to 15', async () => {
    const t = testApp()
    const bot = await cuebot(scratch())
    for (const retries of [1, 3, 40]) {
      const folder = await exportedGraph(t, small(`tries${retries}`), { retries })
      expect(submit(folder, bot, {}, 'bbb', 'sh010').status).toBe(0)
    }
    expect(bot.calls()).toEqual(['retries bbb-sh010-artist_tries3 3', 'retries bbb-sh010-artist_tries40 15'])
  })

  test('long names fit into the names of logs', async () => {
    const t = testApp()
    const graph = new Graph(`Ünïcode Jøb — 100% "quoted" & <tagged> ${'x'.repeat(120)}`)
    Render(graph, { frames: range(1, 3) }, { name: `${'x'.repeat(230)}a`, metadata: { batch_size: 1 } })
    const folder = await exportedGraph(t, graph)
    const bot = await cuebot(scratch())
    const { status, out } = submit(folder, bot, { CUE_USER: 'a_long_artist' }, 'testing', 'sequence_010_shot')
    expect(status).toBe(0)
    const [, layer = ''] = /<layer name="(.*?)"/.exec(readFileSync(bot.spec, 'utf8')) ?? []
    expect(Buffer.byteLength(`${out.trim()}.0003-${layer}.rqlog.99`)).toBeLessThanOrEqual(255)
    expect(Buffer.byteLength(out.trim()) + 38).toBeLessThanOrEqual(255)
  })

  test('with its client, pull tells dead and eaten frames, and that the rest goes on', async () => {
    const t = testApp()
    const graph = small()
    const folder = await exportedGraph(t, graph)
    const bot = await cuebot(scratch(), { frames: { render: { '1': 'DEAD', '2': 'EATEN', '3': 'RUNNING' } } })
    expect(submit(folder, bot, {}, 'bbb', 'sh010').status).toBe(0)
    process.env.CUEBOT_HOSTS = bot.host
    const pulled = await t.ask('job.pull', { path: folder, ask: true })
    expect(pulled).toMatchObject({ failed: 1, eaten: 1, running: 1, farm: { open: true } })
    const { tasks } = await t.ask('task.list', { job: pulled.job })
    expect(tasks.map(({ state, reason }) => [state, reason])).toEqual([
      ['failed', 'it is dead on its farm, on b07: exit status 1'],
      ['omitted', 'it was eaten on its farm, on b07'],
      ['running', `running on the farm since ${momentText(1767225601_000)}, on b07`]
    ])
  })
})
