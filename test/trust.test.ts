import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { openApp } from '../src-main/app.ts'
import { scratch } from './helpers/app.ts'
import { backlot, cli } from './helpers/cli.ts'
import { unwrap } from './helpers/goldens.ts'

let folder: string
let path: string

/** A graph file that notes every time that it is run; its one node comes from another file, so tasks do not run it. */
beforeEach(() => {
  folder = scratch()
  path = join(folder, 'graph.ts')
  writeFileSync(
    join(folder, 'nodes.ts'),
    `import { defineNode } from 'backlot'
     export const One = defineNode({ outputs: ['v'] }, function One({ a }: { a: number }) { return { v: a } })`
  )
  write('')
})

const write = (more: string) =>
  writeFileSync(
    path,
    `import { appendFileSync } from 'node:fs'
     import { Graph } from 'backlot'
     import { One } from './nodes.ts'
     appendFileSync(import.meta.dirname + '/runs.txt', 'run\\n')
     export const graph = new Graph('consent')
     One(graph, { a: 1 })
     ${more}`
  )

/** How often the graph file was run. */
const runs = () => {
  const file = join(folder, 'runs.txt')
  return existsSync(file) ? readFileSync(file, 'utf8').split('\n').length - 1 : 0
}

describe('the command line, before it runs a file that is code', () => {
  const looks = [['run'], ['run', '--dry-run'], ['graph', 'show'], ['convert'], ['convert', '--guide'], ['preflight']]

  test.each(looks)('%s %s refuses without a terminal, names --trust, and has run nothing', (...command) => {
    const { code, err } = backlot(join(folder, 'data'), ...command, path)
    expect([code, runs()]).toEqual([2, 0])
    expect(err).toContain('graph.ts is code')
    expect(err).toContain('--trust')
  })

  test.each(looks)('%s %s runs it once with --trust', (...command) => {
    expect(backlot(join(folder, 'data'), ...command, path, '--trust').code).toBe(0)
    expect(runs()).toBe(1)
  })

  test('what was allowed once needs no --trust until its bytes change', () => {
    const data = join(folder, 'data')
    expect(backlot(data, 'convert', path, '--trust').code).toBe(0)
    expect(backlot(data, 'preflight', path).code).toBe(0)
    write('// another content')
    expect(backlot(data, 'preflight', path).code).toBe(2)
    expect(runs()).toBe(2)
  })

  test('a graph as JSON is read without a question', () => {
    const json = join(folder, 'graph.json')
    writeFileSync(json, '{"module": "flowpipe.graph", "cls": "Graph", "name": "g", "nodes": []}')
    expect(backlot(join(folder, 'data'), 'graph', 'show', json).code).toBe(0)
  })
})

describe.skipIf(process.platform === 'win32')('the question on a terminal', () => {
  /** Types an answer at the prompt; `\x04` is Ctrl-D. */
  function answer(text: string) {
    const script = `import os, pty, select, sys
out, pid, fd = b"", *pty.fork()
if pid == 0: os.execv(sys.argv[1], sys.argv[1:])
typed = False
while True:
    try: data = os.read(fd, 4096)
    except OSError: break
    if not data: break
    out += data
    if not typed and b"[y/N]" in out:
        typed = True
        os.write(fd, ${JSON.stringify(text)}.encode())
sys.stdout.write(out.decode())
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))`
    const args = [cli, '--data-dir', join(folder, 'data'), 'run', path]
    const done = spawnSync('python3', ['-c', script, process.execPath, ...args], { encoding: 'utf8' })
    return { code: done.status, out: done.stdout }
  }

  test.each([
    ['n', 'n\r'],
    ['nothing', '\r'],
    ['Ctrl-D', '\u0004']
  ])('%s is a no: nothing of it runs, exit 3', (_, text) => {
    const { code, out } = answer(text)
    expect([code, runs()]).toEqual([3, 0])
    expect(out).toContain('not run')
  })

  test('after a yes it is run once, and the job runs', () => {
    const { code, out } = answer('y\r')
    expect(out).toContain('succeeded')
    expect([code, runs()]).toEqual([0, 1])
  })
})

describe('the core, as the window asks it', () => {
  const source = () => ({ path })

  test('runs nothing of a file that nobody has allowed, whatever is asked', async () => {
    const app = unwrap(openApp({ dataDir: join(folder, 'data') }))
    const calls = [
      'graph.view',
      'graph.plan',
      'graph.preflight',
      'graph.guide',
      'graph.reference',
      'job.create'
    ] as const
    for (const call of calls)
      expect(await app.call(call, { source: source() })).toMatchObject({ error: { kind: 'untrusted' } })
    expect(await app.call('graph.trust', { source: source() })).toMatchObject({ value: { code: true, trusted: false } })
    expect(runs()).toBe(0)
    await app.close()
  })

  test('runs it once for view, plans, preflight and the job', async () => {
    const app = unwrap(openApp({ dataDir: join(folder, 'data') }))
    await app.call('graph.trust', { source: source(), allow: true })
    await Promise.all([app.call('graph.view', { source: source() }), app.call('graph.plan', { source: source() })])
    unwrap(await app.call('graph.preflight', { source: source(), options: { batch: {} } }))
    unwrap(await app.call('job.create', { source: source() }))
    expect(runs()).toBe(1)
    await app.close()
  })

  test('runs it again when it, or a file that it imports, has changed', async () => {
    const app = unwrap(openApp({ dataDir: join(folder, 'data') }))
    await app.call('graph.trust', { source: source(), allow: true })
    unwrap(await app.call('graph.view', { source: source() }))
    const nodes = join(folder, 'nodes.ts')
    writeFileSync(nodes, `${readFileSync(nodes, 'utf8')}\n// longer`)
    unwrap(await app.call('graph.view', { source: source() }))
    expect(runs()).toBe(2)
    write('One(graph, { a: 2 }, { name: "Two" })')
    expect(await app.call('graph.view', { source: source() })).toMatchObject({ error: { kind: 'untrusted' } })
    await app.call('graph.trust', { source: source(), allow: true })
    expect(unwrap(await app.call('graph.view', { source: source() })).nodes).toHaveLength(2)
    expect(runs()).toBe(3)
    await app.close()
  })
})
