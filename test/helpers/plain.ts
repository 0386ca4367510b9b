/** Jobs of plain commands: programs of the user's that know nothing of Backlot. */
import { Graph } from '../../src-main/core/graph/author.ts'
import { plainDetails } from '../../src-main/domain/interpreter.ts'
import { Step } from '../fixtures/nodes/steps.ts'
import { scratch, testApp } from './app.ts'
import { graphFile } from './cli.ts'

export interface PlainTask {
  name: string
  argv: string[]
  /** metadata beside the interpreter */
  metadata?: Record<string, unknown>
}

/** A fresh data folder that knows these commands, and a graph file in which each stands behind the one before it. */
export async function plainJob(...tasks: PlainTask[]): Promise<{ dataDir: string; path: string }> {
  const dataDir = scratch()
  const t = testApp({ dataDir })
  const graph = new Graph('plain')
  const nodes = tasks.map(({ name, metadata }) =>
    Step(graph, {}, { name, metadata: { ...metadata, interpreter: `run-${name}` } })
  )
  nodes.slice(1).forEach((node, i) => nodes[i]?.output('value').connect(node.input('value')))
  for (const { name, argv } of tasks)
    await t.ask('interpreter.set', { ...plainDetails, name: `run-${name}`, argv, wrapper: [], evaluator: 'none' })
  await t.app.close()
  return { dataDir, path: graphFile(dataDir, graph) }
}

/** One task called A: `sh -c TEXT`. */
export const shellJob = (text: string, metadata: Record<string, unknown> = {}) =>
  plainJob({ name: 'A', argv: ['/bin/sh', '-c', text], metadata })
