// what users met, as they met it: through the built command line
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { Graph } from '../src-main/core/graph/author.ts'
import { Flaky, Render, Step } from './fixtures/nodes/steps.ts'
import { scratch } from './helpers/app.ts'
import { backlot, graphFile } from './helpers/cli.ts'

test('a changed input file in a folder with a # in its name is seen: --changed runs what reads it', () => {
  const dataDir = scratch()
  const folder = join(dataDir, 'shot#3')
  mkdirSync(folder)
  const prefix = join(folder, 'tex.txt')
  const graph = new Graph('hash')
  Render(graph, { frames: [1, 2], prefix }, { metadata: { batch_size: 1 } })
  const path = graphFile(dataDir, graph)
  writeFileSync(prefix, 'one')
  expect(backlot(dataDir, 'run', path, '--trust').code).toBe(0)
  const attempts = () => {
    const done = backlot(dataDir, 'run', path, '--trust', '--changed', '--json')
    expect(done.code).toBe(0)
    return done.out.split('\n').filter((line) => line.includes('"running"') && line.includes('"type":"task"')).length
  }
  expect(attempts()).toBe(0)
  writeFileSync(prefix, 'two, and longer')
  expect(attempts()).toBe(2)
})

test('a fail-fast job that failed says so everywhere: where it ran and in the list of jobs', () => {
  const dataDir = scratch()
  const graph = new Graph('failfast')
  Flaky(graph, { ok: join(dataDir, 'never') }, { metadata: { priority: 9 } })
  for (const n of [1, 2, 3]) Step(graph, { value: n }, { name: `Good${n}` })
  const ran = backlot(dataDir, 'run', graphFile(dataDir, graph), '--trust', '--fail-fast', '--slots', '1', '--json')
  expect(ran.code).not.toBe(0)
  expect(JSON.parse(ran.out.trim().split('\n').at(-1) ?? '')).toMatchObject({ job: 1, status: 'failed' })
  const listed = JSON.parse(backlot(dataDir, 'jobs', '--json').out) as { status: string }[]
  expect(listed.map(({ status }) => status)).toEqual(['failed'])
})
