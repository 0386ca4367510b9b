import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { Graph } from '../src-main/core/graph/author.ts'
import { isPidTaken } from '../src-main/core/process/identity.ts'
import { Evil, Flaky, Render, Step } from './fixtures/nodes/steps.ts'
import { scratch } from './helpers/app.ts'
import { goldenJson, goldenNames, goldenPath, goldenText } from './helpers/goldens.ts'
import { cli } from './helpers/cli.ts'

/** The built command line as its users start it. */
function backlot(dataDir: string, ...args: string[]) {
  // no Chromium by this name: what opens a window has to say so
  const env = { ...process.env, ELECTRON_DOUBLE_CHROMIUM: 'no-such-chromium' }
  const done = spawnSync(process.execPath, [cli, '--data-dir', dataDir, ...args], {
    encoding: 'utf8',
    env,
    maxBuffer: 1 << 28
  })
  return { code: done.status, out: done.stdout, err: done.stderr }
}

function write(folder: string, graph: Graph): string {
  const path = join(folder, `${graph.name}.json`)
  writeFileSync(path, graph.toText())
  return path
}

function chainFile(folder: string, damage?: (text: string) => string): string {
  const path = join(folder, 'g.json')
  const text = goldenText('graphs', '02_chain.json')
  writeFileSync(path, damage ? damage(text) : text)
  return path
}

const until = async (met: () => boolean) => {
  while (!met()) await new Promise((done) => setTimeout(done, 20))
}

const lines = (text: string) =>
  text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))

describe('what others script', () => {
  test('graph show --json has the facts of every golden; convert --json its reference', () => {
    const dir = scratch()
    for (const name of goldenNames) {
      const shown = JSON.parse(backlot(dir, 'graph', 'show', goldenPath(name), '--json').out)
      const facts = goldenJson('facts', `${name}.json`)
      for (const key of ['counts', 'graphs', 'evaluation_matrix', 'has_cycle']) expect(shown[key]).toEqual(facts[key])
      const reference = goldenJson('jobs', `graph_${name}.json`).reference
      const converted = backlot(dir, 'convert', goldenPath(name), '--json')
      if (reference.error) expect([converted.code, converted.out]).toEqual([3, ''])
      else expect(JSON.parse(converted.out)).toEqual(reference)
    }
  })

  test('run --json is one line per event, the last with the job’s status; outputs --json keeps values to the letter', () => {
    const dir = scratch()
    const graph = new Graph('json')
    Render(graph, { frames: [1, 2, 3] }, { metadata: { batch_size: 2 } })
    const run = backlot(dir, 'run', write(dir, graph), '--json', '--trust')
    expect(run.code).toBe(0)
    const events = lines(run.out)
    expect(events.at(-1)).toEqual({ job: 1, status: 'succeeded' })
    expect(events[0]).toMatchObject({ type: 'task', job: 1, name: 'Render-0', status: 'running', attempt: 1 })
    expect(events.filter((e) => e.status === 'succeeded' && e.type === 'task')).toHaveLength(2)
    const outputs = backlot(dir, 'outputs', '1', '--json')
    expect(outputs.out.trim()).toBe(
      `{"${graph.nodes[0]?.identifier}": {"files": ["f.1", "f.2", "f.3"], "format": "exr"}}`
    )
  })

  test('doctor --json tells versions, interpreters, data folder and free space', () => {
    const dir = scratch()
    const report = JSON.parse(backlot(dir, 'doctor', '--json').out)
    expect(report).toMatchObject({ dataDir: dir, node: process.version })
    expect(report.freeBytes).toBeGreaterThan(0)
    expect(report.interpreters.map((i: { name: string }) => i.name)).toEqual([
      '3dequalizer',
      'blender',
      'houdini',
      'maya',
      'node',
      'nuke',
      'python'
    ])
    expect(report.interpreters.find((i: { name: string }) => i.name === 'node')).toMatchObject({
      found: true,
      language: 'node'
    })
    expect(report.interpreters.find((i: { name: string }) => i.name === '3dequalizer')).toMatchObject({
      found: false,
      reason: '3DE4 is not on the PATH'
    })
  })

  test('jobs, tasks, why, attempts and log can be read as JSON and as text', () => {
    const dir = scratch()
    const graph = new Graph('looks')
    Flaky(graph, { ok: '/nowhere' })
      .output('value')
      .connect(Step(graph, {}, { name: 'after' }).input('value'))
    const run = backlot(dir, 'run', write(dir, graph))
    expect(run.code).toBe(1)
    expect(run.err).toMatch(/✗ failed Flaky in .* s: exit code 1: Error: no \/nowhere/)
    expect(run.err).toContain('log: ')
    expect(JSON.parse(backlot(dir, 'jobs', '--json').out)[0]).toMatchObject({
      id: 1,
      status: 'failed',
      counts: { failed: 1, queued: 1 }
    })
    expect(JSON.parse(backlot(dir, 'tasks', '--json').out).map((t: { state: string }) => t.state)).toEqual([
      'failed',
      'blocked'
    ])
    expect(JSON.parse(backlot(dir, 'tasks', '1', '--state', 'blocked', '--json').out)).toHaveLength(1)
    expect(backlot(dir, 'why', 'after').out).toContain('└ Flaky (task 1) failed')
    expect(JSON.parse(backlot(dir, 'why', '1/after', '--json').out).steps).toHaveLength(2)
    expect(JSON.parse(backlot(dir, 'attempts', '1', '--json').out)[0]).toMatchObject({ end: 'exit', exitCode: 1 })
    expect(backlot(dir, 'log', 'Flaky', '--grep', '^Error: no').out.trim()).toBe('Error: no /nowhere')
    const found = backlot(dir, 'log', 'Flaky', '--grep', '^error: NO', '--ignore-case', '--json').out.trim()
    expect(JSON.parse(found)).toEqual({ line: expect.any(Number) as number, text: 'Error: no /nowhere' })
    expect(backlot(dir, 'log', 'Flaky', '--grep', '(', '--fixed').code).toBe(0)
    const plain = backlot(dir, 'log', 'Flaky', '--grep', 'error: no ', '--fixed', '--ignore-case')
    expect(plain.out.split('\n')[0]).toBe('Error: no /nowhere')
    expect(backlot(dir, 'log', 'Flaky', '--grep', '(')).toMatchObject({
      code: 2,
      err: expect.stringContaining('"(" is no regular expression') as string
    })
    const { path } = JSON.parse(backlot(dir, 'log', 'Flaky', '--json').out)
    expect(backlot(dir, 'log', '1', '--attempt', '1').out).toBe(readFileSync(path, 'utf8'))
  })

  test('the commands to control jobs leave the exit codes that scripts expect', () => {
    const dir = scratch()
    const ok = join(dir, 'ok')
    const graph = new Graph('control')
    Flaky(graph, { ok, value: 5 })
      .output('value')
      .connect(Step(graph, {}, { name: 'after' }).input('value'))
    expect(backlot(dir, 'run', write(dir, graph)).code).toBe(1)
    expect(backlot(dir, 'retry').code).toBe(1)
    writeFileSync(ok, '')
    expect(backlot(dir, 'retry', '1', '--task', 'Flaky', '--downstream').code).toBe(0)
    expect(backlot(dir, 'resume', '--json')).toMatchObject({ code: 0, out: '' })
    expect(backlot(dir, 'pause', '1').code).toBe(0)
    expect(backlot(dir, 'omit', 'Flaky').code).toBe(0)
    expect(backlot(dir, 'priority', '1', '5').code).toBe(0)
    expect(backlot(dir, 'delete', '1').code).toBe(0)
    expect(JSON.parse(backlot(dir, 'jobs', '--json').out)).toEqual([])
    expect(existsSync(join(dir, 'jobs', '1'))).toBe(true) // it can be brought back
    expect(backlot(dir, 'gc').code).toBe(0)
    expect(existsSync(join(dir, 'jobs', '1'))).toBe(false)
  })
})

describe('interpreters', () => {
  test('set, list, check and remove', () => {
    const dir = scratch()
    expect(
      backlot(
        dir,
        'interpreter',
        'set',
        'mine',
        '--limit',
        '2',
        '--env',
        'A=b c',
        '--wrapper',
        'env',
        '--evaluator',
        'node',
        '--',
        process.execPath,
        '{evaluator}',
        '{task}'
      ).code
    ).toBe(0)
    const entry = () =>
      JSON.parse(backlot(dir, 'interpreter', 'list', '--json').out).find((i: { name: string }) => i.name === 'mine')
    expect(entry()).toEqual({
      name: 'mine',
      argv: [process.execPath, '{evaluator}', '{task}'],
      env: { A: 'b c' },
      wrapper: ['env'],
      limit: 2,
      evaluator: 'node',
      setup: '',
      start: 'cold',
      memory: null,
      reset: '',
      encoder: '',
      rules: null
    })
    const checked = backlot(dir, 'interpreter', 'check', 'mine', '--json')
    expect(JSON.parse(checked.out)).toMatchObject([{ name: 'mine', found: true, language: 'node' }])
    backlot(dir, 'interpreter', 'set', 'mine', '--limit', '0')
    expect(entry()).toMatchObject({ limit: null, env: { A: 'b c' } })
    expect(backlot(dir, 'interpreter', 'remove', 'mine').code).toBe(0)
    expect(backlot(dir, 'interpreter', 'remove', 'mine')).toMatchObject({
      code: 2,
      err: expect.stringContaining('there is no interpreter "mine"')
    })
    expect(backlot(dir, 'interpreter', 'check', 'houdini').code).toBe(5)
  })

  test('an unknown or missing one is named with the nodes that need it, and --map runs it with another', () => {
    const dir = scratch()
    const graph = new Graph('map')
    Step(graph, { value: 1 }, { name: 'a', metadata: { interpreter: 'houdini' } })
    Step(graph, { value: 1 }, { name: 'b', metadata: { interpreter: 'katana' } })
    const path = write(dir, graph)
    const refused = backlot(dir, 'run', path)
    expect(refused.code).toBe(3)
    const found = backlot(dir, 'preflight', path)
    expect(found.code).toBe(3)
    expect(found.out).toContain('the interpreter "houdini" cannot be started, needed by "a": hython is not on the PATH')
    expect(found.out).toContain('there is no interpreter "katana", needed by "b"')
    expect(backlot(dir, 'jobs').out).toContain('no job yet')
    expect(backlot(dir, 'run', path, '--map', 'houdini=node', '--map', 'katana=node').code).toBe(0)
  })
})

describe('running', () => {
  test('--dry-run shows the tasks in order and what each waits for, and runs nothing', () => {
    const dir = scratch()
    const graph = new Graph('dry')
    const render = Render(graph, { frames: [1, 2, 3] }, { metadata: { batch_size: 2 } })
    render.output('files').connect(Step(graph, {}, { name: 'after' }).input('value'))
    const dry = backlot(dir, 'run', write(dir, graph), '--dry-run')
    expect(dry.code).toBe(0)
    expect(dry.out).toMatch(/3 +after +node +Render-0, Render-1/)
    expect(backlot(dir, 'jobs').out).toContain('no job yet')
  })

  test('--only, --frames, --omit, --set and --batch change the job', () => {
    const dir = scratch()
    const graph = new Graph('options')
    const render = Render(graph, { frames: [1, 2, 3, 4] }, { metadata: { batch_size: 2 } })
    render.output('files').connect(Step(graph, {}, { name: 'after' }).input('value'))
    const path = write(dir, graph)
    const id = graph.nodes[0]?.identifier as string
    const run = (...flags: string[]) => {
      expect(backlot(dir, 'run', path, ...flags).code).toBe(0)
      return JSON.parse(backlot(dir, 'outputs', '--json').out)
    }
    expect(Object.keys(run('--only', 'Render'))).toEqual([id])
    expect(run('--frames', '2-3')[id].files).toEqual(['f.2', 'f.3'])
    expect(run('--set', 'Render.prefix=shot', '--set', 'Render.frames=[9]')[id].files).toEqual(['shot.9'])
    expect(run('--omit', 'Render')[graph.nodes[1]?.identifier as string]).toEqual({ value: null })
    run('--batch', 'Render=1')
    expect(JSON.parse(backlot(dir, 'tasks', '--json').out)).toHaveLength(5)
  })

  test('Ctrl-C ends what runs, nothing is orphaned, and resume finishes', async () => {
    const dir = scratch()
    const graph = new Graph('stop')
    const path = join(dir, 'pid')
    Evil(graph, { what: 'deaf', path })
    const child = spawn(process.execPath, [cli, '--data-dir', dir, 'run', write(dir, graph), '--json'])
    let out = ''
    child.stdout.on('data', (data) => (out += String(data)))
    await until(() => existsSync(path) && readFileSync(path, 'utf8') !== '')
    child.kill('SIGINT')
    const code = await new Promise((resolve) => child.once('exit', resolve))
    expect(code).toBe(130)
    expect(isPidTaken(Number(readFileSync(path, 'utf8')))).toBe(false)
    const [last, end] = lines(out).slice(-2)
    expect(last).toMatchObject({ status: 'queued', reason: 'Backlot was stopped; it runs again on resume' })
    expect(end).toEqual({ job: 1, status: 'queued' })
    expect(JSON.parse(backlot(dir, 'jobs', '--json').out)[0]).toMatchObject({ status: 'queued' })
  })

  test('killed at once, Backlot takes its live tasks over again, runs lost ones again, and loses nothing', async () => {
    const dir = scratch()
    const gate = join(dir, 'gate')
    const graph = new Graph('kill')
    const done = Step(graph, { value: 'done' }, { name: 'a done' })
    const live = Step(graph, { value: 'live', until: gate }, { name: 'b live' })
    const dead = Evil(graph, { what: 'deaf', path: join(dir, 'pid') }, { name: 'c dead' })
    const after = Step(graph, {}, { name: 'd after' })
    done.output('value').connect(after.input('value').at('done'))
    live.output('value').connect(after.input('value').at('live'))
    dead.output('value').connect(after.input('value').at('dead'))
    const child = spawn(process.execPath, [cli, '--data-dir', dir, 'run', write(dir, graph), '--json', '--slots', '3'])
    let out = ''
    child.stdout.on('data', (data) => (out += String(data)))
    await until(
      () => existsSync(join(dir, 'pid')) && out.includes('"succeeded"') && readFileSync(join(dir, 'pid'), 'utf8') !== ''
    )
    child.kill('SIGKILL')
    await new Promise((resolve) => child.once('exit', resolve))
    const deaf = Number(readFileSync(join(dir, 'pid'), 'utf8'))
    process.kill(-deaf, 'SIGKILL')
    await until(() => !isPidTaken(deaf))
    // the kill of Backlot left its tasks alone; the one that was killed too is lost, and runs again
    const resumed = spawn(process.execPath, [cli, '--data-dir', dir, 'resume', '--json'])
    const pid = () => Number(readFileSync(join(dir, 'pid'), 'utf8'))
    await until(() => pid() !== deaf && pid() > 0)
    process.kill(-pid(), 'SIGKILL')
    writeFileSync(gate, '')
    expect(await new Promise((resolve) => resumed.once('exit', resolve))).toBe(1)
    const tasks = JSON.parse(backlot(dir, 'tasks', '--json').out) as { name: string; state: string; attempts: number }[]
    expect(tasks.map((t) => [t.name, t.state, t.attempts])).toEqual([
      ['a done', 'succeeded', 1],
      ['b live', 'succeeded', 1],
      ['c dead', 'failed', 2],
      ['d after', 'blocked', 0]
    ])
    expect(JSON.parse(backlot(dir, 'attempts', 'c dead', '--json').out)[0]).toMatchObject({ end: 'lost' })
  })

  test('log --follow shows a log while it grows and ends with its task', async () => {
    const dir = scratch()
    const graph = new Graph('follow')
    const path = join(dir, 'gate')
    Evil(graph, { what: 'progress', path })
    const run = spawn(process.execPath, [cli, '--data-dir', dir, 'run', write(dir, graph), '--json'])
    await new Promise((resolve) => run.stdout.once('data', resolve))
    const follow = spawn(process.execPath, [cli, '--data-dir', dir, 'log', 'Evil', '--follow'])
    let seen = ''
    await new Promise<void>((resolve) =>
      follow.stdout.on('data', (data) => {
        seen += String(data)
        if (seen.includes('halfway')) resolve()
      })
    )
    writeFileSync(path, '')
    expect(await new Promise((resolve) => follow.once('exit', resolve))).toBe(0)
    expect(seen).toContain('openjd_progress: 25')
  })
})

describe('bad input: one sentence, the right exit code, nothing stored', () => {
  const refused = (dir: string, ...args: string[]) => {
    const done = backlot(dir, ...args)
    expect(done.out).toBe('')
    expect(done.err.trim().split('\n')).toHaveLength(1)
    expect(done.err).not.toMatch(/ {4}at /)
    return { code: done.code, message: done.err.trim() }
  }

  test.each([
    ['no file', () => '/nowhere/g.json', 'there is no file /nowhere/g.json'],
    ['a folder', (dir: string) => dir, 'is a folder; name a graph file'],
    ['not JSON', (dir: string) => chainFile(dir, () => 'hello'), 'not JSON at line 1, column 1'],
    ['truncated', (dir: string) => chainFile(dir, (text) => text.slice(0, 1000)), 'the JSON ends too early, at line'],
    [
      'wrong shape',
      (dir: string) => chainFile(dir, (text) => text.replace('"nodes": [', '"nodes": 7, "x": [')),
      'the graph.nodes is a number; it should be a list'
    ],
    [
      'an edge to nowhere',
      (dir: string) =>
        chainFile(dir, (text) => text.replace('"n0-c2b9546e', '"gone-c2b9546e').replace('"n0-c2b9546e', '"gone')),
      'which is no node of this file'
    ],
    [
      'not UTF-8',
      (dir: string) => {
        const path = join(dir, 'bytes.json')
        writeFileSync(path, Buffer.from([0x7b, 0xff, 0xfe, 0x7d]))
        return path
      },
      'is not UTF-8 text'
    ],
    [
      '200 MB of nesting',
      (dir: string) => {
        const path = join(dir, 'deep.json')
        writeFileSync(path, '['.repeat(200_000_000))
        return path
      },
      'it is nested deeper than 900 levels'
    ]
  ])('%s', (_, make, message) => {
    const dir = scratch()
    const path = make(dir)
    for (const command of [['graph', 'show'], ['convert'], ['preflight'], ['run', '--trust']]) {
      const done = refused(dir, ...command, path)
      expect(done.code).toBe(2)
      expect(done.message).toContain(message)
    }
    expect(JSON.parse(backlot(dir, 'jobs', '--json').out)).toEqual([])
  })

  test('a cycle is refused with its path and exit 3', () => {
    const dir = scratch()
    const done = refused(dir, 'run', '--trust', goldenPath('23_undetected_cycle'))
    expect(done).toEqual({ code: 3, message: expect.stringContaining('n0 → n1 → n2 → n3 → n0') })
  })

  test.each([
    [['frob'], "unknown command 'frob'"],
    [['run'], "missing required argument 'graph'"],
    [['run', 'g.json', '--slots', '0'], 'whole number of at least 1'],
    [['run', 'g.json', '--timeout', 'soon'], 'a number of seconds above 0'],
    [['run', 'g.json', '--set', 'x'], 'write it as NAME=VALUE'],
    [['export', '--format', 'rib'], 'Allowed choices are job-json, bundle'],
    [['tasks', 'seven'], '"seven" is no job; a job is a number'],
    [['tasks', '7'], 'there is no job 7; see them with: backlot jobs'],
    [['outputs'], 'there is no job yet; make one with: backlot run GRAPH'],
    [['open', '--chromium'], 'there is no chromium on the PATH'],
    [['log', 'Nobody'], 'there is no task "Nobody"'],
    [['interpreter', 'set', 'new'], 'new is new, so it needs a command'],
    [['interpreter', 'set', 'a/b', '--', 'x'], 'no space, slash or brace']
  ])('backlot %j', (args, message) => {
    const done = refused(scratch(), ...args)
    expect(done.code).toBe(2)
    expect(done.message).toContain(message)
  })

  test('a data folder that cannot be used, a store that is damaged, and one from a newer Backlot', () => {
    const dir = scratch()
    writeFileSync(join(dir, 'file'), '')
    expect(refused(join(dir, 'file', 'data'), 'jobs').message).toContain('cannot be used')
    expect(refused(join(dir, 'x'.repeat(300)), 'jobs').message).toContain('cannot be used (ENAMETOOLONG: name too long')
    symlinkSync(join(dir, 'nowhere'), join(dir, 'link'))
    expect(refused(join(dir, 'link'), 'jobs').message).toContain(
      `it is a link to ${join(dir, 'nowhere')}, which is not`
    )
    mkdirSync(join(dir, 'broken'))
    writeFileSync(
      join(dir, 'broken', 'backlot.db'),
      'this is no database, but it is long enough to look at'.repeat(100)
    )
    const damaged = refused(join(dir, 'broken'), 'jobs')
    expect(damaged).toEqual({ code: 2, message: expect.stringContaining('is damaged') })
    expect(readFileSync(join(dir, 'broken', 'backlot.db'), 'utf8')).toContain('this is no database')
  })

  test('awkward names run, and their files are named by number', () => {
    const dir = scratch()
    const graph = new Graph('names')
    const names = ['../../x', "it's", 'q"q', 'new\nline', 'x'.repeat(300), '🎬', '$HOME;`id`', '-rf', '{task}']
    for (const name of names) Step(graph, { value: name }, { name })
    expect(backlot(dir, 'run', write(dir, graph)).code).toBe(0)
    const values = Object.values(JSON.parse(backlot(dir, 'outputs', '--json').out)).map(
      (o) => (o as { value: string }).value
    )
    expect(values.sort()).toEqual(names.sort())
    expect(existsSync(join(dir, 'jobs/1/tasks/0/1-1.result.json'))).toBe(true)
  })
})
