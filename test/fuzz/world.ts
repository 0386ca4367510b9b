/** A data folder with a job that has run, one that waits, and a bundle: something for calls to act on. */
import { mkdirSync, readdirSync } from 'node:fs'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { openApp } from '../../src-main/app.ts'
import { Graph } from '../../src-main/core/graph/author.ts'
import { Render, Step } from '../fixtures/nodes/steps.ts'
import { unwrap } from '../helpers/goldens.ts'
import type { World } from './targets.ts'

const plain = {
  name: 'plain',
  argv: ['true'],
  env: {},
  wrapper: [],
  limit: null,
  evaluator: 'none' as const,
  setup: '',
  start: 'cold' as const
}

export interface FuzzWorld extends World {
  close(): Promise<void>
  /** everything below `home` but the data folder and what calls were told to write */
  outside(): string[]
}

export async function makeWorld(home: string): Promise<FuzzWorld> {
  const [dataDir, folder] = [join(home, 'data'), join(home, 'files')]
  mkdirSync(folder, { recursive: true })
  // what calls are told to write by a relative path lands here
  const [was, cwd] = [process.cwd(), join(folder, 'out-of-calls')]
  mkdirSync(cwd)
  process.chdir(cwd)
  const app = unwrap(openApp({ dataDir, slots: 2, graceMs: 500 }))
  unwrap(await app.call('interpreter.set', plain))
  const graph = new Graph('g')
  const step = Step(graph, { value: 1 }, { metadata: { interpreter: 'plain' } })
  const render = Render(graph, { frames: [1, 2, 3] }, { metadata: { interpreter: 'plain', batch_size: 1 } })
  step.output('value').connect(render.input('prefix'))
  const path = join(folder, 'graph.json')
  writeFileSync(path, graph.toText())
  writeFileSync(join(folder, 'x.exr'), 'no picture')
  const { job } = unwrap(await app.call('job.create', { source: { path }, force: true }))
  unwrap(await app.call('job.run', { job }))
  unwrap(await app.call('job.create', { source: { path }, force: true }))
  const bundle =
    unwrap(await app.call('job.export', { job, format: 'bundle', out: join(folder, 'exported') })).path ?? ''
  const outside = () =>
    readdirSync(home, { recursive: true })
      .map(String)
      .filter((name) => !/^(data|files\/(out|bundle|result\.json))/.test(name))
      .sort()
  return { app, folder, bundle, outside, close: () => app.close().finally(() => process.chdir(was)) }
}
