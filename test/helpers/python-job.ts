/** A job of one Python node in batches of one frame, run by an entry that the test chooses. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { plainDetails, type Interpreter } from '../../src-main/domain/interpreter.ts'
import { scratch, testApp, type TestApp } from './app.ts'
import { outputsOf } from './farms.ts'

/** An entry for the `python3` of the PATH, or for a script that stands for a program with a Python in it. */
export const entryOf = (name: string, rest: Partial<Interpreter> = {}): Interpreter => ({
  ...{ name, argv: ['python3', '{evaluator}', '{task}'], ...plainDetails, wrapper: [], start: 'session' },
  ...rest
})

export interface PythonJob {
  t: TestApp
  folder: string
  job: number
  run: () => Promise<string>
  /** what the frames gave, in order */
  seen: () => Promise<unknown[]>
  /** the log of a batch */
  log: (batch: number) => Promise<string>
}

/** `body`: of `Own(frames)`, which returns its `out`; `head`: before it in its module. */
export async function pythonJob(
  entry: Interpreter,
  { body, head = '', frames = 3 }: { body: string; head?: string; frames?: number },
  { settings = {}, slots = 1, folder = scratch() }: { settings?: object; slots?: number; folder?: string } = {}
): Promise<PythonJob> {
  const t = testApp({ slots })
  await t.ask('interpreter.set', entry)
  const lines = body.split('\n').map((line) => `    ${line}`)
  const node = `from flowpipe import Node\n${head}\n@Node(outputs=['out'])\ndef Own(frames):\n${lines.join('\n')}\n`
  writeFileSync(join(folder, 'own_nodes.py'), node)
  const metadata = JSON.stringify({ interpreter: entry.name, batch_size: 1, merge: 'list' })
  const graph = `from flowpipe import Graph\nfrom own_nodes import Own\ngraph = Graph(name='g')\nOwn(graph=graph, frames=list(range(${frames})), metadata=${metadata})\n`
  const path = join(folder, 'graph.py')
  writeFileSync(path, graph)
  const { job } = await t.ask('job.create', { source: { path }, settings, force: true })
  const tasks = async () => (await t.ask('task.list', { job })).tasks
  return {
    ...{ t, folder, job },
    run: async () => (await t.ask('job.run', { job })).status,
    seen: async () => JSON.parse(Object.values(await outputsOf(t, job))[0] ?? '[]') as unknown[],
    log: async (batch) => {
      const task = (await tasks())[batch]
      return readFileSync((await t.ask('task.log', { task: task?.id ?? 0 })).path, 'utf8')
    }
  }
}
