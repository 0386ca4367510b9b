import { mkdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { changedFiles } from '../../src-main/core/job/code.ts'
import { changedInputs, essence, filesIn, fingerprintOf } from '../../src-main/core/job/fingerprint.ts'
import { scratch, testApp, type TestApp } from '../helpers/app.ts'
import { flowpipe } from '../helpers/flowpipe.ts'

const nodes = `
import os
from flowpipe import Node
from changed_lib import add

@Node(outputs=['out'])
def Add(a, b):
    return {'out': add(a, b)}

@Node(outputs=['frames'])
def Render(value, frames):
    return {'frames': ['%s:%s' % (value, frame) for frame in frames]}

@Node(outputs=['path'])
def Write(value, folder):
    path = os.path.join(folder, 'value.txt')
    with open(path, 'w') as out:
        out.write(str(value))
    return {'path': path}

@Node(outputs=['text'])
def Read(path):
    with open(path) as source:
        return {'text': source.read()}
`

interface Show {
  t: TestApp
  folder: string
  /** writes one of the show's files */
  put(name: string, text: string): void
  /** which tasks run and why; the others are spared */
  run(options?: { frames?: string; map?: Record<string, string> }): Promise<Record<string, string>>
}

/** A show of four nodes: a value goes through two of them, into a file and out of it, and beside that into frames. */
function show(graph = plainGraph()): Show {
  const t = testApp()
  const folder = scratch()
  const put = (name: string, text: string) => writeFileSync(join(folder, name), text)
  mkdirSync(join(folder, 'out'))
  put('changed_nodes.py', nodes)
  put('changed_lib.py', 'def add(a, b):\n    return a + b\n')
  put('graph.py', graph.replaceAll('FOLDER', folder))
  const run: Show['run'] = async (options) => {
    t.events.length = 0
    const source = { path: join(folder, 'graph.py') }
    const { job } = await t.ask('job.create', { source, options, settings: { changed: true } })
    expect(await t.ask('job.run', { job })).toEqual({ job, status: 'succeeded' })
    const begun = t.events.flatMap((event) => (event.type === 'task' && event.status === 'running' ? [event] : []))
    return Object.fromEntries(begun.map(({ name, reason }) => [name, reason ?? '']))
  }
  return { t, folder, put, run }
}

const plainGraph = (): string => `
import os, sys
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from flowpipe import Graph
import changed_nodes as n
graph = Graph(name='show')
first = n.Add(graph=graph, name='First', a=1, b=2)
second = n.Add(graph=graph, name='Second', b=10)
write = n.Write(graph=graph, name='Write', folder='FOLDER/out')
read = n.Read(graph=graph, name='Read')
render = n.Render(graph=graph, name='Render', frames=[1, 2, 3, 4], metadata={'batch_size': 2})
first.outputs['out'] >> second.inputs['a']
second.outputs['out'] >> write.inputs['value']
second.outputs['out'] >> render.inputs['value']
write.outputs['path'] >> read.inputs['path']
`

const everything = ['First', 'Read', 'Render-0', 'Render-1', 'Second', 'Write']

describe.skipIf(!flowpipe())('a run of what changed', () => {
  test('runs all of what is new, and nothing where nothing changed; results and logs of both jobs are there', async () => {
    const { t, run } = show()
    const first = await run()
    expect(Object.keys(first).sort()).toEqual(everything)
    expect(new Set(Object.values(first))).toEqual(new Set(['it is new']))
    expect(await run()).toEqual({})
    const [before, after] = [await t.ask('job.outputs', { job: 1 }), await t.ask('job.outputs', { job: 2 })]
    const values = ({ nodes }: typeof before) =>
      nodes.flatMap(({ outputs }) => outputs.map((one) => [one.node, one.value]))
    expect(values(after)).toEqual(values(before))
    const { tasks } = await t.ask('task.list', { job: 2 })
    for (const task of tasks) {
      expect(task).toMatchObject({ state: 'succeeded', attempts: 1 })
      expect(task.reason).toMatch(/^unchanged since job 1: the result of task \d+ counts$/)
      const [attempt] = await t.ask('task.attempts', { task: task.id })
      expect(attempt).toMatchObject({ end: 'unchanged', pid: null, exitCode: null })
      expect(readFileSync(attempt?.log ?? '', 'utf8')).toContain('its log: ')
    }
  })

  test('an input that changed: its node, and below it only what gets another value', async () => {
    // First gives 3 either way, so Second need not run
    const again = show(plainGraph().replace('a=1, b=2', 'a=2, b=1'))
    await again.run()
    again.put('graph.py', plainGraph().replaceAll('FOLDER', again.folder))
    expect(await again.run()).toEqual({ First: 'inputs a, b changed' })
    again.put('graph.py', plainGraph().replace('b=10', 'b=20').replaceAll('FOLDER', again.folder))
    const ran = await again.run()
    expect(Object.keys(ran).sort()).toEqual(['Read', 'Render-0', 'Render-1', 'Second', 'Write'])
    expect(ran).toMatchObject({
      Second: 'input b changed',
      Write: 'input value changed',
      'Render-0': 'input value changed'
    })
  })

  test('code that changed, also in a module that the node’s imports', async () => {
    const { folder, put, run } = show()
    await run()
    put('changed_lib.py', 'def add(a, b):\n    return b + a\n')
    const ran = await run()
    expect(Object.keys(ran).sort()).toEqual(everything)
    expect(ran.First).toBe(`its code changed: ${join(folder, 'changed_lib.py')}`)
    expect(await run()).toEqual({})
  })

  test('frames that changed: the batches that have others', async () => {
    const { run } = show()
    await run({ frames: '1-2' })
    expect(await run({ frames: '1-4' })).toEqual({ 'Render-1': 'it is new' })
    expect(await run({ frames: '1-3' })).toEqual({ 'Render-1': 'its frames changed from 3-4 to 3' })
  })

  test('an interpreter that changed; how it is started does not count', async () => {
    const { t, run } = show()
    await run()
    const python = (await t.ask('interpreter.list', {})).find(({ name }) => name === 'python')
    if (!python) throw new Error('no python')
    await t.ask('interpreter.set', { ...python, start: 'cold' })
    expect(await run()).toEqual({})
    await t.ask('interpreter.set', { ...python, env: { SHOW: 'x' } })
    const ran = await run()
    expect(Object.keys(ran).sort()).toEqual(everything)
    expect(new Set(Object.values(ran))).toEqual(new Set(['its interpreter changed']))
  })

  test('files: a result whose file is gone does not count, and who read a file that changed runs again', async () => {
    const { folder, run } = show()
    await run()
    const file = join(folder, 'out/value.txt')
    rmSync(file)
    expect(await run()).toMatchObject({ Write: `its output ${file} is gone` })
    writeFileSync(file, 'by hand')
    utimesSync(file, 1, 1)
    expect(Object.keys(await run())).toEqual(['Read'])
  })

  test('tasks that failed run again, and one that the user has tried again is not spared', async () => {
    const { t, folder, put, run } = show()
    put('changed_lib.py', 'def add(a, b):\n    raise ValueError(a)\n')
    const source = { path: join(folder, 'graph.py') }
    const { job } = await t.ask('job.create', { source, settings: { changed: true } })
    expect(await t.ask('job.run', { job })).toMatchObject({ status: 'failed' })
    const failed = await t.ask('job.create', { source, settings: { changed: true } })
    t.events.length = 0
    await t.ask('job.run', { job: failed.job })
    expect(t.events).toContainEqual(expect.objectContaining({ name: 'First', reason: `it failed in job ${job}` }))
    put('changed_lib.py', 'def add(a, b):\n    return a + b\n')
    await run()
    const [first] = (await t.ask('task.list', {})).tasks
    t.events.length = 0
    await t.ask('task.retry', { job: first?.job ?? 0, tasks: [first?.id ?? 0] })
    await t.ask('job.run', { job: first?.job ?? 0 })
    expect(t.events).toContainEqual(
      expect.objectContaining({ name: 'First', status: 'running', reason: 'it was begun in this job before' })
    )
  })

  test('a job that was done by an earlier one is named instead of made again, until something changes', async () => {
    const t = testApp()
    const folder = scratch()
    const record = { module: 'x', cls: 'X', name: 'Run', identifier: 'Run-1', outputs: {}, file_location: null }
    const frames = { name: 'frames', value: [1, 2, 3], sub_plugs: {}, connections: {} }
    const node = { ...record, inputs: { frames }, metadata: { interpreter: 'command', batch_size: 1 } }
    const source = { path: join(folder, 'graph.json') }
    const write = (name: string) =>
      writeFileSync(
        source.path,
        JSON.stringify({ module: 'flowpipe.graph', cls: 'Graph', name, nodes: [node], subgraphs: [] })
      )
    write('one')
    const script = join(folder, 'command')
    writeFileSync(script, '#!/bin/sh\n', { mode: 0o755 })
    const rest = { env: {}, wrapper: [], limit: null, setup: '', start: 'cold' as const }
    await t.ask('interpreter.set', { name: 'command', argv: [script], evaluator: 'none', ...rest })
    expect(await t.ask('job.current', { source })).toBeNull()
    const { job } = await t.ask('job.create', { source, force: true })
    expect(await t.ask('job.current', { source })).toBeNull()
    await t.ask('job.run', { job })
    expect(await t.ask('job.current', { source })).toEqual({ job, tasks: 3 })
    expect(await t.ask('job.current', { source, options: { batch: { Run: 2 } } })).toBeNull()
    expect(await t.ask('job.current', { source, cwd: '/' })).toBeNull()
    utimesSync(script, 1, 1)
    expect(await t.ask('job.current', { source })).toBeNull()
    const again = await t.ask('job.create', { source, force: true, settings: { changed: true } })
    await t.ask('job.run', { job: again.job })
    expect(await t.ask('job.current', { source })).toEqual({ job: again.job, tasks: 3 })
    write('two')
    expect(await t.ask('job.current', { source })).toBeNull()
  })
})

describe('fingerprints', () => {
  const record = (identifier: string, value: string) =>
    essence(
      `{"identifier": "${identifier}", "name": "N", "inputs": {"a": {"name": "a", "value": ${value}, "connections": {"N": "${identifier}"}}}, "outputs": {"o": {"value": 1}}}`
    )

  test('identifiers and connections do not count; values, frames and what else is given do', () => {
    const print = (identifier: string, value: string, frames: string[] | null, part = 'code') =>
      fingerprintOf([part], record(identifier, value), { frames, cwd: '/show' })?.hash
    expect(print('N-1', '1', null)).toBe(print('N-2', '1', null))
    expect(
      new Set([print('N', '1', null), print('N', '2', null), print('N', '1', ['1']), print('N', '1', null, 'x')]).size
    ).toBe(4)
  })

  test('paths among values, one per frame where they have a pattern', () => {
    expect(filesIn('["/a/b.txt", "c", {"d": "/e f.exr"}]', { frames: null, cwd: '/show' })).toEqual([
      '/a/b.txt',
      '/e f.exr'
    ])
    expect(filesIn('"/r/f.%04d.exr"', { frames: ['7', '12'], cwd: '/show' })).toEqual([
      '/r/f.0007.exr',
      '/r/f.0012.exr'
    ])
    expect(filesIn('"/r/f.####.exr"', { frames: ['7'], cwd: '/show' })).toEqual(['/r/f.0007.exr'])
    expect(filesIn('"/r/f.%04d.exr"', { frames: null, cwd: '/show' })).toEqual(['/r/f.%04d.exr'])
    expect(filesIn('"/r/f_%V.exr"', { frames: null, cwd: '/show' })).toEqual([
      '/r/f_main.exr',
      '/r/f_left.exr',
      '/r/f_right.exr'
    ])
    expect(filesIn('"C:\\\\r\\\\f.exr"', { frames: null, cwd: '/show' })).toEqual(['C:\\r\\f.exr'])
    expect(filesIn('"not/absolute"', { frames: null, cwd: '/show' })).toEqual([])
    expect(filesIn('["./tex.png", "../up/%02d.exr"]', { frames: ['3'], cwd: '/show/a' })).toEqual([
      '/show/a/tex.png',
      '/show/up/03.exr'
    ])
  })

  test('inputs that are too long or name too many files have none', () => {
    const whole = { frames: null, cwd: '/show' }
    const many = JSON.stringify(Array.from({ length: 3000 }, (_, i) => `/f/${i}`))
    expect(fingerprintOf([], record('N', many), whole)).toBeNull()
    expect(
      fingerprintOf([], record('N', '"/f/%d"'), { ...whole, frames: Array.from({ length: 3000 }, (_, i) => String(i)) })
    ).toBeNull()
    expect(fingerprintOf([], record('N', JSON.stringify('x'.repeat(5 << 20))), whole)).toBeNull()
    expect(fingerprintOf([], record('N', many.slice(0, 1000).replace(/,[^,]*$/, ']')), whole)).not.toBeNull()
  })

  test('which inputs differ, but for frames and connections', () => {
    const task = (a: number, b: number, of: string) =>
      `{"node": {"inputs": {"a": {"value": ${a}, "connections": {"x": "${of}"}}, "b": {"value": ${b}}, "frames": {"value": [${a}]}}}}`
    expect(changedInputs(task(1, 2, 'p'), task(1, 2, 'q'))).toEqual([])
    expect(changedInputs(task(1, 2, 'p'), task(2, 2, 'p'))).toEqual(['a'])
  })

  test('files that changed, came or went', () => {
    const file = (path: string, hash: string) => ({ path, hash, modifiedAt: 0, size: 0 })
    expect(changedFiles([file('a', '1'), file('b', '1')], [file('a', '2'), file('c', '1')])).toEqual(['a', 'b', 'c'])
    expect(changedFiles([file('a', '1')], [file('a', '1')])).toEqual([])
  })
})
