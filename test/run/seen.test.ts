import { mkdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { Graph } from '../../src-main/core/graph/author.ts'
import { changeOf, seenNow, seenOf } from '../../src-main/core/job/seen.ts'
import { FromFile, Step } from '../fixtures/nodes/steps.ts'
import { scratch, testApp } from '../helpers/app.ts'
import { graphFile } from '../helpers/cli.ts'
import { access, trace } from '../helpers/ledgers.ts'

/** A scene that names a texture; no input does. The scene is read, and its value goes on. */
function show() {
  const t = testApp()
  const folder = scratch()
  const file = (name: string) => join(folder, name)
  const put = (name: string, text: string) => writeFileSync(file(name), text)
  put('scene.json', '{ "texture": "wood.png" }')
  put('wood.png', 'brown')
  const graph = new Graph('show')
  const scene = FromFile(graph, { path: file('scene.json') }, { name: 'Scene' })
  const after = Step(graph, {}, { name: 'After' })
  scene.output('value').connect(after.input('value'))
  const source = { path: graphFile(folder, graph) }
  /** which tasks run and why */
  const run = async () => {
    const { job } = await t.ask('job.create', { source, settings: { changed: true } })
    t.events.length = 0
    await t.ask('job.run', { job })
    const begun = t.events.flatMap((event) => (event.type === 'task' && event.status === 'running' ? [event] : []))
    return { job, ran: Object.fromEntries(begun.map(({ name, reason }) => [name, reason])) }
  }
  return { t, file, put, run, source }
}

const touch = (path: string, seconds: number) => utimesSync(path, seconds, seconds)

describe('what a traced task read counts with --changed', () => {
  test('a texture that only the scene file names, changed: the task runs and says so; unchanged: it does not', async () => {
    const { t, file, put, run } = show()
    const { job } = await run()
    trace(t.dataDir, job, { Scene: [access('read', file('scene.json')), access('read', file('wood.png'))] })
    expect((await run()).ran).toEqual({})
    put('wood.png', 'oak, much lighter')
    expect((await run()).ran).toEqual({ Scene: `it read ${file('wood.png')}, which changed` })
    expect((await run()).ran).toEqual({})
    touch(file('wood.png'), 1)
    expect((await run()).ran).toEqual({ Scene: `it read ${file('wood.png')}, which changed` })
  })

  test('what was seen is kept by results that count again, and by runs that are not traced', async () => {
    const { t, file, run, source } = show()
    const { job } = await run()
    trace(t.dataDir, job, { Scene: [access('read', file('wood.png'))] })
    expect((await run()).ran).toEqual({})
    const plain = await t.ask('job.create', { source })
    await t.ask('job.run', { job: plain.job })
    expect((await run()).ran).toEqual({})
    rmSync(file('wood.png'))
    expect((await run()).ran).toEqual({ Scene: `it read ${file('wood.png')}, which is gone` })
  })

  test('a variable with another value: the task that asked for it runs', async () => {
    const { t, run } = show()
    process.env.SHOW_LOOK = 'day'
    onTestFinished(() => void delete process.env.SHOW_LOOK)
    const { job } = await run()
    trace(t.dataDir, job, { After: [access('variable', 'SHOW_LOOK'), access('variable', 'SHOW_NONE')] })
    expect((await run()).ran).toEqual({})
    process.env.SHOW_LOOK = 'night'
    expect((await run()).ran).toEqual({ After: 'it asked for SHOW_LOOK, which has another value' })
    expect((await run()).ran).toEqual({})
    delete process.env.SHOW_LOOK
    expect((await run()).ran).toEqual({ After: 'it asked for SHOW_LOOK, which has another value' })
  })

  test('files that the job writes itself do not count', async () => {
    const { t, file, put, run } = show()
    put('cache.bin', 'one')
    const { job } = await run()
    trace(t.dataDir, job, {
      Scene: [access('write', file('cache.bin'))],
      After: [access('read', file('cache.bin')), access('read', file('wood.png'))]
    })
    put('cache.bin', 'another')
    expect((await run()).ran).toEqual({})
    touch(file('wood.png'), 5)
    expect(Object.keys((await run()).ran)).toEqual(['After'])
    put('cache.bin', 'and another')
    expect((await run()).ran).toEqual({})
  })

  test('a job of which tasks were traced is not done at a glance', async () => {
    const { t, file, run, source } = show()
    const { job } = await run()
    expect(await t.ask('job.current', { source })).toBeNull()
    trace(t.dataDir, job, { Scene: [access('read', file('wood.png'))] })
    expect(await t.ask('job.current', { source })).toBeNull()
  })
})

describe('what an attempt saw', () => {
  test('is what it read in its own work and did not write, outside the system’s folders and those apart', () => {
    const folder = scratch()
    const file = (name: string) => {
      mkdirSync(join(folder, name, '..'), { recursive: true })
      writeFileSync(join(folder, name), name)
      return join(folder, name)
    }
    const accesses = [
      access('read', file('a')),
      access('read', file('a')),
      access('read', file('loaded'), { own: false }),
      access('read', file('mine')),
      access('write', file('mine')),
      access('read', file('data/task.json')),
      access('read', file('__pycache__/x.pyc')),
      access('read', '/etc/passwd'),
      access('read', join(folder, 'gone')),
      access('look', file('looked')),
      access('variable', 'BACKLOT_TASK'),
      access('variable', 'A')
    ]
    const seen = seenOf(accesses, { A: 'x' }, [join(folder, 'data')])
    expect(seen.files.map(([path]) => path)).toEqual([join(folder, 'a')])
    expect(seen.variables.map(([name]) => name)).toEqual(['A'])
    expect(seen.wrote).toEqual([join(folder, 'mine')])
    expect(JSON.stringify(seen)).not.toContain('"x"')
  })

  test('follows a link that points elsewhere later, and what an interpreter sets is left to it', () => {
    const folder = scratch()
    for (const name of ['v1', 'v2'])
      writeFileSync(join(folder, name), `${name} has its own length`.repeat(name === 'v1' ? 1 : 2))
    const link = join(folder, 'current')
    symlinkSync('v1', link)
    const seen = seenOf([access('read', join(folder, 'v1'), { as: link }), access('variable', 'A')], { A: '1' })
    expect(changeOf(seen, { A: '1' }, {})).toBeNull()
    rmSync(link)
    symlinkSync('v2', link)
    expect(changeOf(seen, { A: '2' }, { A: '' })).toBe(`it read ${link}, which changed`)
    expect(changeOf(seenNow(seen, { A: '2' }), { A: '2' }, {})).toBeNull()
  })

  test('names the first few of many changes', () => {
    const files = Array.from({ length: 5 }, (_, i): [string, number, number] => [`/none/${i}`, 1, 1])
    expect(changeOf({ files, variables: [], wrote: [] }, {}, {})).toBe(
      'it read /none/0, which is gone, it read /none/1, which is gone, it read /none/2, which is gone and 2 more'
    )
  })
})
