/** What a command waits for behind its work is on screen, holds up nobody else, and ends at Ctrl-C. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { Graph } from 'backlot'
import { isPidTaken } from '../../src-main/core/process/identity.ts'
import { Step } from '../fixtures/nodes/steps.ts'
import { scratch } from '../helpers/app.ts'
import { backlot, graphFile, startBacklot, until } from '../helpers/cli.ts'
import { flowpipe } from '../helpers/flowpipe.ts'

const code = `from flowpipe import Graph, Node

@Node(outputs=["x"], metadata={"interpreter": "dcc"})
def Leaves():
    import threading, time
    threading.Thread(target=time.sleep, args=(9000,)).start()
    return {"x": 1}

graph = Graph(name="leaves")
Leaves(graph=graph)
`

test.skipIf(!flowpipe())(
  'a session that does not end is waited for on screen; another run does not wait, and Ctrl-C ends it',
  { timeout: 120_000 },
  async () => {
    const dir = scratch()
    backlot(dir, 'interpreter', 'set', 'dcc', '--start', 'session', '--', 'python3', '{evaluator}', '{task}')
    const path = join(dir, 'leaves.py')
    writeFileSync(path, code)
    const { child, ended } = startBacklot(dir, 'run', path, '--trust')
    let said = ''
    child.stderr?.on('data', (data) => (said += String(data)))
    await until(() => /waiting for dcc to end .*\n/.test(said))
    const [, pid] = /waiting for dcc to end \(process (\d+)\).*press Ctrl-C/.exec(said) ?? []
    expect(isPidTaken(Number(pid))).toBe(true)

    const graph = new Graph('other')
    Step(graph, { value: 1 }, { name: 'A' })
    expect(backlot(dir, 'run', graphFile(dir, graph), '--trust').code).toBe(0)
    expect(isPidTaken(Number(pid))).toBe(true)

    child.kill('SIGINT')
    expect((await ended).code).toBe(130)
    await until(() => !isPidTaken(Number(pid)))
    expect(said.match(/waiting for/g)).toHaveLength(1)
  }
)
