// what tasks leave running, as users met it: through the built command line
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { isPidTaken } from '../../src-main/core/process/identity.ts'
import type { Start } from '../../src-main/domain/interpreter.ts'
import { scratch } from '../helpers/app.ts'
import { backlot, backlotIn } from '../helpers/cli.ts'
import { flowpipe } from '../helpers/flowpipe.ts'
import { plainJob, shellJob } from '../helpers/plain.ts'

/** Processes that wrote their pids there; whatever a test finds, none outlives it. */
function pidsIn(folder: string): () => number[] {
  const read = () =>
    existsSync(join(folder, 'pids'))
      ? readFileSync(join(folder, 'pids'), 'utf8').split('\n').filter(Boolean).map(Number)
      : []
  onTestFinished(() => read().forEach((pid) => isPidTaken(pid) && process.kill(pid, 'SIGKILL')))
  return read
}

function logOf(dataDir: string): string {
  const [attempt] = JSON.parse(backlot(dataDir, 'attempts', 'A', '--json').out) as { log: string }[]
  return readFileSync(attempt?.log ?? '', 'utf8')
}

/** It says which process it is and goes on for ever; that its child was ended before it the shell keeps to itself. */
const goesOn = (folder: string) =>
  `exec 2>/dev/null; echo $$ >> ${folder}/pids; while test -e ${folder}; do sleep 0.1; done`

/** How processes leave their group or session, and hide. */
const escapes = (folder: string): [string, string[]][] => [
  [
    'start_new_session of Python, waited for',
    [
      'python3',
      '-c',
      `import subprocess; subprocess.Popen(["sh", "-c", ${JSON.stringify(goesOn(folder))}], start_new_session=True).wait()`
    ]
  ],
  ['job control of a shell', ['bash', '-c', `set -m; (${goesOn(folder).replace('$$', '$BASHPID')}) & wait`]],
  [
    'a double fork with an empty environment',
    [
      'sh',
      '-c',
      `(setsid env -i PATH="$PATH" sh -c ${quoted(goesOn(folder))} &); while test -e ${folder}; do sleep 0.1; done`
    ]
  ]
]

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`

describe.skipIf(process.platform !== 'linux')('a process in a session of its own', () => {
  test.each([0, 1, 2])('is ended with its task at the time limit (%i)', async (which) => {
    const folder = scratch()
    const pids = pidsIn(folder)
    const [, argv = []] = escapes(folder)[which] ?? []
    const { dataDir, path } = await plainJob({ name: 'A', argv })
    const ran = backlot(dataDir, 'run', path, '--trust', '--timeout', '1.5')
    expect(ran).toMatchObject({ code: 1, err: expect.stringContaining('it ran longer than 1.5 s') })
    expect(pids().length).toBe(1)
    expect(pids().filter((pid) => isPidTaken(pid))).toEqual([])
  })

  test.each(['setsid', 'setsid env -i'])('that a task leaves behind (%s) is told and ended', async (how) => {
    const folder = scratch()
    const pids = pidsIn(folder)
    const hides = `${how} /bin/sh -c ${quoted(goesOn(folder))} & while ! test -s ${folder}/pids; do sleep 0.02; done`
    const { dataDir, path } = await shellJob(hides)
    const ran = backlot(dataDir, 'run', path, '--trust')
    expect(ran).toMatchObject({ code: 0, err: expect.stringContaining('process-left') })
    expect(pids().filter((pid) => isPidTaken(pid))).toEqual([])
    expect(logOf(dataDir)).toMatch(/\n# backlot: left behind by the task, so it was ended: .*sh.* \(\d+\)\n$/)
  })

  test('is found where there is no launcher, too', async () => {
    const folder = scratch()
    const pids = pidsIn(folder)
    writeFileSync(join(folder, 'python3'), '#!/bin/sh\nexit 1\n', { mode: 0o755 })
    const { dataDir, path } = await shellJob(
      `setsid /bin/sh -c ${quoted(goesOn(folder))} & while ! test -s ${folder}/pids; do sleep 0.02; done`
    )
    const ran = backlotIn({ PATH: `${folder}:${process.env.PATH ?? ''}` }, dataDir, 'run', path, '--trust')
    expect(ran).toMatchObject({ code: 0, err: expect.stringContaining('process-left') })
    expect(pids().filter((pid) => isPidTaken(pid))).toEqual([])
  })
})

test('what ends by itself within a moment is not told', async () => {
  const { dataDir, path } = await plainJob({ name: 'A', argv: ['bash', '-c', 'echo said > >(sleep 0.03; cat)'] })
  const ran = backlot(dataDir, 'run', path, '--trust')
  expect(ran.code).toBe(0)
  expect(ran.err).not.toContain('process-left')
  expect(logOf(dataDir)).toMatch(/\nsaid\n$/)
})

/** Python nodes, the first of which leaves a process behind in a session of its own. */
function leavingGraph(folder: string): string {
  mkdirSync(folder, { recursive: true })
  writeFileSync(
    join(folder, 'leaving_nodes.py'),
    [
      'import subprocess',
      'from flowpipe import Node',
      "@Node(outputs=['out'])",
      'def Leaves(frames, folder):',
      '    if frames[0] == 0:',
      "        child = subprocess.Popen(['sleep', '300'], start_new_session=True)",
      "        open(folder + '/pids', 'a').write('%d\\n' % child.pid)",
      "    return {'out': frames}"
    ].join('\n')
  )
  const path = join(folder, 'graph.py')
  writeFileSync(
    path,
    `from flowpipe import Graph\nfrom leaving_nodes import Leaves\ngraph = Graph(name='g')\nLeaves(graph=graph, frames=[0, 1], folder=${JSON.stringify(folder)}, metadata={'batch_size': 1})\n`
  )
  return path
}

describe.skipIf(!flowpipe() || process.platform !== 'linux')('a task of a warm interpreter', () => {
  test.each<Start>(['fork', 'session'])('%s: that leaves a process is told, and the process is ended', (start) => {
    const folder = scratch()
    const pids = pidsIn(folder)
    const dataDir = join(folder, 'data')
    expect(backlot(dataDir, 'interpreter', 'set', 'python', '--start', start).code).toBe(0)
    const ran = backlot(dataDir, 'run', leavingGraph(folder), '--trust', '--slots', '1')
    expect(ran).toMatchObject({ code: 0, err: expect.stringMatching(/process-left: Leaves-0 /) })
    expect(ran.err).not.toContain('process-left: Leaves-1')
    expect(pids().length).toBe(1)
    expect(pids().filter((pid) => isPidTaken(pid))).toEqual([])
  })
})
