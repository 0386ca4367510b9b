import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Graph } from '../../src-main/core/graph/author.ts'
import { folderOf, scriptOf, type FarmJob } from '../../src-main/core/export/farm.ts'
import { differences } from '../../src-main/core/export/replay.ts'
import { tractor as farm } from '../../src-main/core/export/tractor.ts'
import { commandsOf, listOf, word } from '../../src-main/core/export/tractor/tcl.ts'
import { caught } from '../../src-main/domain/result.ts'
import { Comp, Render, Step } from '../fixtures/nodes/steps.ts'
import { scratch, testApp } from '../helpers/app.ts'
import { farmJobs } from '../helpers/arbitrary-job.ts'
import { created, everyGraph, limited, range } from '../helpers/export-jobs.ts'
import { expectPulled, exported, farmJobOf, filmGraph, jobOf, readBack } from '../helpers/farms.ts'
import { messageOf, unwrap } from '../helpers/goldens.ts'
import { readByTcl, replayOf, tclsh, type TclJob } from '../helpers/tcl.ts'

/** Two batched nodes and one that waits for both, at once a barrier of many batches behind many. */
function barriers(frames: number): Graph {
  const graph = new Graph('barriers')
  const [first, second] = ['first', 'second'].map((name) =>
    Render(graph, { frames: range(1, frames) }, { name, metadata: { batch_size: 1 } })
  )
  const last = Comp(graph, { frames: range(1, frames) }, { name: 'last', metadata: { batch_size: 1 } })
  for (const node of [first, second]) node?.output('files').connect(last.input('files').at(node === first ? '1' : '2'))
  return graph
}

/** What Tcl read is the job: each task once, under an id of its own, with its command; nothing is referred to before it stands there. */
function expectJob(read: TclJob | undefined, job: FarmJob, root: string): void {
  if (!read) throw new Error('Tcl read nothing')
  expect(read.refused).toBeNull()
  const commands = read.tasks.filter((task) => task.argv)
  expect(commands.map((task) => task.argv)).toEqual(
    job.nodes.flatMap((node) =>
      node.tasks.map((task) => ['/bin/sh', `${root}/${scriptOf(job, node)}`, folderOf(farm, node, task)])
    )
  )
  const before = new Set<string>()
  for (const { id, instances } of read.tasks) {
    expect(before.has(id)).toBe(false)
    for (const one of instances) expect(before.has(one)).toBe(true)
    before.add(id)
  }
  expect(differences(job, farm, replayOf(read))).toEqual([])
}

describe.skipIf(!tclsh())('Tcl’s own interpreter', () => {
  test('reads every golden graph, the examples and the film as the job that they are', async () => {
    const t = testApp()
    const graphs = everyGraph()
    expect(graphs.length).toBeGreaterThan(20)
    const folders: string[] = []
    const jobs: FarmJob[] = []
    for (const [, graph] of graphs) {
      const job = await created(t, graph)
      folders.push((await exported(t, job, 'tractor')).folder)
      jobs.push(farmJobOf(t, job))
    }
    const read = readByTcl(folders.map((folder) => join(folder, 'job.alf')))
    jobs.forEach((job, i) => expectJob(read[i], job, folders[i] ?? ''))
    expect(readFileSync(join(folders[0] ?? '', 'job.alf'), 'utf8')).toMatch(
      /^##AlfredToDo 3\.0\nJob (?:-priority \{\d+\} )?-title /
    )
  })

  test('reads random jobs as what they are, whatever they are called, and so does --verify', () => {
    const folder = scratch()
    const root = '/farm/it\'s {a} $b [c] "d" #e; \\f'
    const jobs = fc.sample(farmJobs(), { numRuns: 250, seed: 5 })
    const files = jobs.map((job, i) => {
      mkdirSync(join(folder, String(i)))
      for (const { path, text } of farm.files(job, root)) writeFileSync(join(folder, String(i), path), text)
      return join(folder, String(i), 'job.alf')
    })
    readByTcl(files).forEach((read, i) => {
      expectJob(read, jobs[i] as FarmJob, root)
      const own = unwrap(farm.read(join(folder, String(i))))
      expect([...own.tasks]).toEqual([...replayOf(read).tasks])
      expect(own.waits).toEqual(replayOf(read).waits)
    })
  })

  test('reads our words as they were, at any depth, and our reader reads them the same', () => {
    const odd = fc.string({ unit: fc.constantFrom(...'{}\\"$[];# a\n\té') })
    const lists = fc.sample(fc.array(odd, { minLength: 1, maxLength: 5 }), { numRuns: 400, seed: 3 })
    const file = join(scratch(), 'words.alf')
    const task = (words: string[], i: number) =>
      `Task {t} -id {${i}} -cmds {\nRemoteCmd {${words.map(word).join(' ')}} -service {s}\n}`
    const script = `Job -title {words} -subtasks {\n${lists.map(task).join('\n')}\n}\n`
    writeFileSync(file, script)
    const [read] = readByTcl([file])
    expect(read?.refused).toBeNull()
    expect(read?.tasks.map((one) => one.argv)).toEqual(lists)
    const inside = commandsOf(commandsOf(script)[0]?.[4] ?? '').map((words) => commandsOf(words[5] ?? '')[0]?.[1] ?? '')
    expect(inside.map(listOf)).toEqual(lists)
  })

  test('takes 10,000 batches behind 20,000 in a file with two lines for what each waits for', async () => {
    const t = testApp()
    const job = farmJobOf(t, await created(t, barriers(10_000)))
    const [alf] = farm.files(job, '/farm')
    expect(job.tasks).toHaveLength(30_000)
    expect(alf?.text.length).toBeLessThan(250 * job.tasks.length)
    expect(alf?.text.match(/Instance/g)).toHaveLength(20_000)
    const file = join(scratch(), 'job.alf')
    writeFileSync(file, alf?.text ?? '')
    const [read] = readByTcl([file])
    expect([read?.refused, read?.tasks.filter((task) => task.argv).length]).toEqual([null, 30_000])
  })

  test('gives commands that, run children first, give what our own run gave, from a folder that moved twice', async () => {
    const t = testApp()
    const job = await jobOf(t, filmGraph())
    await t.ask('job.run', { job })
    const { folder } = await exported(t, job, 'tractor')
    expect(withoutRun(spooled(folder))).toBe(readFileSync(join(folder, 'job.alf'), 'utf8'))
    const first = join(scratch(), "it's $HOME [here]; &")
    renameSync(folder, first)
    expect(spooled(first)).toContain(`{${first}/commands/0.sh}`)
    const moved = join(scratch(), 'then here, "ü"')
    renameSync(first, moved)
    const file = join(scratch(), 'spooled.alf')
    const text = spooled(moved)
    writeFileSync(file, withoutRun(text))
    expectJob(readByTcl([file])[0], farmJobOf(t, job), moved)
    writeFileSync(file, text)
    const [read] = readByTcl([file])
    expect(runChildrenFirst(read as TclJob)).toHaveLength(12)
    await expectPulled(t, job, moved, 12)
  })

  test('reads what a folder with odd braces spools, there and when it is called otherwise', async () => {
    const t = testApp()
    const job = await jobOf(t, filmGraph())
    const odd = join(scratch(), 'odd {\\ $brace')
    await t.ask('job.export', { job, format: 'tractor', out: odd, verify: true })
    const plain = join(scratch(), 'a [b] "c"; #$d')
    const file = join(scratch(), 'spooled.alf')
    const here = spooled(odd)
    renameSync(odd, plain)
    for (const [text, root] of [
      [here, odd],
      [spooled(plain), plain]
    ] as const) {
      writeFileSync(file, withoutRun(text))
      expectJob(readByTcl([file])[0], farmJobOf(t, job), root)
    }
  })
})

/** What submit.sh gives to tractor-spool, from another folder. */
function spooled(folder: string): string {
  const spool = join(scratch(), 'tractor-spool')
  writeFileSync(spool, '#!/bin/sh\n[ "$1" = --priority=7 ] && cat "$2"\n')
  chmodSync(spool, 0o755)
  const env = { PATH: process.env.PATH, TRACTOR_SPOOL: spool }
  const { stdout, stderr } = spawnSync('sh', [join(folder, 'submit.sh'), '--priority=7'], {
    cwd: '/',
    env,
    encoding: 'utf8'
  })
  expect(stderr).toBe('')
  return stdout
}

/** As it was written out: what is spooled says in each command which submission it belongs to. */
function withoutRun(text: string): string {
  const runs = new Set([...text.matchAll(/ (\d{8}-\d{6}-\d+)\} -service /g)].map(([, run]) => run))
  expect(runs.size).toBe(1)
  return text.replaceAll(` ${[...runs].join('')}} -service `, '} -service ')
}

/** Runs each command when all that its Task has Instances of is done, the last ready one first; ids in the order they ran. */
function runChildrenFirst({ tasks }: TclJob): string[] {
  const done = new Set<string>()
  const ready = () =>
    tasks.findLast(
      ({ id, instances }) => !done.has(id) && [...instances, ...childrenOf(id)].every((one) => done.has(one))
    )
  const childrenOf = (id: string) => tasks.filter((task) => task.parent === id).map((task) => task.id)
  const order: string[] = []
  for (let task = ready(); task; task = ready()) {
    const [program = '', ...args] = task.argv ?? []
    if (program) {
      const { status } = spawnSync(program, args, { cwd: '/', stdio: 'ignore', env: { PATH: process.env.PATH } })
      expect([task.title, status]).toEqual([task.title, 0])
      order.push(task.id)
    }
    done.add(task.id)
  }
  return order
}

describe('a job file', () => {
  test('of any job, read back, is the job again', () => {
    const folder = scratch()
    fc.assert(
      fc.property(farmJobs(), (job) => {
        const replay = readBack(farm, job, folder)
        expect(replay.tasks.size).toBe(job.tasks.length)
      }),
      { numRuns: 400 }
    )
  })

  test('that was changed is not taken for the job', async () => {
    const t = testApp()
    const job = await jobOf(t, filmGraph())
    const { folder } = await exported(t, job, 'tractor')
    const file = join(folder, 'job.alf')
    const text = readFileSync(file, 'utf8')
    const own = farmJobOf(t, job)
    const after = (old: string | RegExp, now: string) => {
      writeFileSync(file, text.replace(old, now))
      const replay = farm.read(folder)
      return replay.ok ? differences(own, farm, replay.value).join('\n') : replay.error.message
    }
    expect(after('', '')).toBe('')
    expect(after('{0/1}', '{0/7}')).toMatch(/lacks the task Render-1[^]*has a task 0\/7/)
    expect(after(/ *Instance \{n0\.0\}\n/, '')).toContain('start before Render-0 has ended')
    expect(after('Instance {n0.0}', 'Instance {n0}')).toContain('which it need not')
    expect(after('Instance {n0.0}', 'Instance {n4}')).toContain('does not stand before')
    expect(after('{/bin/sh}', '{/bin/rm}')).toContain('is no command of ours')
    expect(after('-id {n0.1}', '-id {n0.0}')).toContain('two Tasks have the id n0.0')
    expect(after(/\}\n$/, '')).toContain('a brace is not closed')
    expect(after('Job -title', 'Jobs -title')).toContain('holds not one Job')
  })

  test('cannot say a folder with a % or a new line, which Tractor would change', async () => {
    const t = testApp()
    const job = await jobOf(t, filmGraph())
    for (const name of ['100%d', 'new\nline']) {
      const out = join(scratch(), name)
      expect(messageOf(await t.app.call('job.export', { job, format: 'tractor', out }))).toContain(
        'which Tractor changes'
      )
    }
    const { folder } = await exported(t, job, 'tractor')
    const moved = join(scratch(), '50% {off}')
    renameSync(folder, moved)
    const env = { PATH: process.env.PATH, TRACTOR_SPOOL: 'false' }
    const { status, stderr } = spawnSync('sh', [join(moved, 'submit.sh')], { env, encoding: 'utf8' })
    expect([status, stderr]).toEqual([1, expect.stringContaining('in a path: move')])
  })

  test.each([
    ['{a', 'a brace is not closed'],
    ['{a}b', '"b" follows "a}"'],
    ['"a', 'a quote is not closed'],
    ['"a"b', '"b" follows "a\\""']
  ])('with %j is refused', (text, message) => {
    expect(messageOf(caught(() => commandsOf(text)))).toContain(message)
  })
})

describe('the loss report', () => {
  const codesOf = (job: FarmJob) => farm.problems(job).map(({ severity, code }) => `${severity} ${code}`)

  test('says nothing of a plain job but what has to be known', async () => {
    const t = testApp()
    expect(codesOf(farmJobOf(t, await jobOf(t, filmGraph())))).toEqual(['warning service', 'info needs'])
  })

  test('names all that is lost, and what stands in the file', async () => {
    const t = testApp()
    await t.ask('interpreter.set', limited('prman,24'))
    const graph = new Graph('-title {odd')
    Step(graph, { value: 1 }, { name: 'A', metadata: { interpreter: 'prman,24', priority: 7 } })
    const job = await created(t, graph, { retries: 3, timeout: 90, silence: 600, failFast: true })
    await t.ask('job.priority', { job, priority: 5 })
    const { folder, problems } = await exported(t, job, 'tractor')
    expect(problems.map(({ severity, code, message }) => `${severity} ${code}: ${message}`)).toEqual([
      expect.stringContaining('info not-rehearsed:'),
      'warning node-priority: its priority 7 is lost',
      'warning retries: its 3 retries are lost: a job file has no number of them',
      'warning silence: the limit of time without output of 600 s is lost',
      expect.stringContaining('warning fail-fast:'),
      'info priority: the priority 5 goes over as it is',
      'warning limit: at most 2 tasks of prman,24 at once is the tag prman_24, which limits nothing until the farm says its number',
      `info name: the job is called "job ${job} -title {odd" there`,
      'info name: the interpreter "prman,24" is the service prman_24 there',
      'warning service: its commands ask for the services prman_24; one that no blade provides waits for ever',
      expect.stringContaining('info needs:')
    ])
    if (!tclsh()) return
    const [read] = readByTcl([join(folder, 'job.alf')])
    expect(read).toMatchObject({ title: `job ${job} -title {odd`, priority: '5' })
    expect(read?.tasks[0]).toMatchObject({ title: 'A', service: 'prman_24', tags: 'prman_24' })
  })
})
