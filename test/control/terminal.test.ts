/** Ctrl-C, Ctrl-D, Ctrl-Z, a closed terminal and a closed pipe, as people meet them. */
import { spawn, spawnSync, type StdioOptions } from 'node:child_process'
import { closeSync, existsSync, openSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { Graph } from 'backlot'
import { isPidTaken } from '../../src-main/core/process/identity.ts'
import { Step } from '../fixtures/nodes/steps.ts'
import { scratch } from '../helpers/app.ts'
import { backlot, cli, graphFile, until } from '../helpers/cli.ts'
import { inTerminal } from '../helpers/terminal.ts'

const root = join(import.meta.dirname, '../..')
const [ctrlC, ctrlD, ctrlZ] = ['\x03', '\x04', '\x1a']
const { isNewEnough } = createRequire(import.meta.url)('../../bin/oldest.cjs') as {
  isNewEnough(version: string): boolean
}
const { ownNode } = createRequire(import.meta.url)('../../bin/own-node.cjs') as { ownNode(): string | null }
/** A Node of the machine that is too old, where this clone has one of its own: the bin script hands over then. */
const older =
  ['/usr/local/bin/node', '/usr/bin/node'].find((node) => {
    const version = spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout?.replace(/^v/, '')
    return version && ownNode() !== null && !isNewEnough(version)
  }) ?? process.execPath

/** A job of one plain command that writes down its pid, says so, and runs until the file `go` is there. */
function job(command = 'echo $$ > pid; echo begun; until test -e go || ! test -e pid; do sleep 0.02; done') {
  const dir = scratch()
  expect(backlot(dir, 'interpreter', 'set', 'plain', '--evaluator', 'none', '--', 'sh', '-c', command).code).toBe(0)
  const graph = new Graph('one')
  Step(graph, {}, { name: 'a', metadata: { interpreter: 'plain' } })
  const path = graphFile(dir, graph)
  const pid = () => Number(readFileSync(join(dir, 'pid'), 'utf8'))
  const state = () =>
    (JSON.parse(backlot(dir, 'tasks', '--json').out) as { state: string; attempts: number }[]).map((task) => task.state)
  return {
    dir,
    path,
    pid,
    state,
    hasBegun: () => existsSync(join(dir, 'pid')),
    go: () => writeFileSync(join(dir, 'go'), '')
  }
}
const deaf = "trap '' TERM INT; echo $$ > pid; while test -e pid; do sleep 0.1; done"
const running = '1 running'
/** What a run that was ended has come to: said last, the prompt is on a line of its own. */
const sum = /\njob 1 ○ queued[^\r\n]*: 1 queued\r?\nlogs: [^\r\n]+\r?\ngo on: backlot resume 1\r?\n$/

describe.skipIf(process.platform === 'win32')('in a terminal', () => {
  test.each([
    ['the built command line', [process.execPath, cli]],
    ['the bin script', [process.execPath, join(root, 'bin/backlot.cjs')]],
    ['the bin script on an older Node', [older, join(root, 'bin/backlot.cjs')]]
  ])('%s: one Ctrl-C is one, ends what runs and queues it again', async (_, program) => {
    const { dir, path, pid, state } = job()
    const args = [...program, '--data-dir', dir, 'run', path, '--trust']
    const seen = await inTerminal([{ see: running, send: ctrlC }], args, { cwd: dir })
    expect(seen).toMatchObject({ code: 130, signal: null })
    expect(seen.text).toContain('press Ctrl-C once more')
    expect(seen.text).toMatch(sum)
    expect(isPidTaken(pid())).toBe(false)
    expect(state()).toEqual(['ready'])
  })

  test('one Ctrl-C waits for a task that does not listen, as long as the grace allows; a second one ends it hard', async () => {
    const { dir, path, pid, state } = job(deaf)
    const steps = [
      { see: running, send: ctrlC },
      { see: 'once more', send: ctrlC }
    ]
    const seen = await inTerminal(steps, [process.execPath, cli, '--data-dir', dir, 'run', path, '--trust'], {
      cwd: dir
    })
    expect(seen.code).toBe(130)
    expect(seen.text).toMatch(sum)
    expect(isPidTaken(pid())).toBe(false)
    expect(state()).toEqual(['ready'])
  })

  test.each([
    ['Ctrl-C', ctrlC, 130],
    ['Ctrl-D', ctrlD, 3]
  ])('%s at the trust question is a no', async (_, send, code) => {
    const { dir, path } = job()
    const args = [process.execPath, cli, '--data-dir', dir, 'run', path]
    const seen = await inTerminal([{ see: '[y/N]', send }], args, { cwd: dir })
    expect(seen).toMatchObject({ code, signal: null })
    expect(seen.text).toContain('not run')
    expect(seen.text).not.toContain('await')
    expect(JSON.parse(backlot(dir, 'jobs', '--json').out)).toEqual([])
  })

  test('that is closed: the run ends tidily', async () => {
    const { dir, path, pid, state } = job()
    const args = [process.execPath, cli, '--data-dir', dir, 'run', path, '--trust']
    const seen = await inTerminal([{ see: running, hangup: true }], args, { cwd: dir })
    expect(seen.code).toBe(129)
    expect(isPidTaken(pid())).toBe(false)
    expect(state()).toEqual(['ready'])
  })

  test('that is closed under nohup: the run goes on', async () => {
    const { dir, path, go, state } = job()
    const script = `nohup ${process.execPath} ${cli} --data-dir ${dir} run ${path} --trust & until test -e pid; do sleep 0.05; done; echo it runs; wait`
    const seen = await inTerminal([{ see: 'it runs', hangup: true }], ['bash', '-c', script], { cwd: dir })
    expect(seen.text).toContain('nohup')
    go()
    await until(() => state()[0] === 'succeeded')
  })

  test.each([
    ['setsid', (run: string) => `setsid ${run} & disown`],
    ['trap', (run: string) => `trap '' HUP; ${run} &`],
    ['disown', (run: string) => `set -m; ${run} & disown`]
  ])('that is closed over one that left it by %s: the run goes on, and tells nobody', async (_, leaving) => {
    const { dir, path, go, state } = job()
    const run = `${process.execPath} ${cli} --data-dir ${dir} run ${path} --trust`
    const script = `${leaving(run)}\nuntil test -e pid; do sleep 0.05; done; echo it runs; read nothing`
    await inTerminal([{ see: 'it runs', hangup: true }], ['bash', '-c', script], { cwd: dir })
    go()
    await until(() => state()[0] === 'succeeded')
    const jobs = JSON.parse(backlot(dir, 'jobs', '--json').out) as { status: string }[]
    expect(jobs.map(({ status }) => status)).toEqual(['succeeded'])
  })

  test('Ctrl-Z and fg: the task goes on meanwhile and succeeds', async () => {
    const { dir, path, go } = job()
    const run = `${process.execPath} ${cli} --data-dir ${dir} run ${path} --trust --timeout 600`
    const script = `set -m; ${run}; touch go; fg; echo rc $?`
    const seen = await inTerminal([{ see: running, send: ctrlZ }], ['bash', '-c', script], { cwd: dir })
    go()
    expect(seen.text).toContain('rc 0')
    expect(seen.text).toContain('succeeded a')
  })
})

describe.skipIf(process.platform === 'win32')('without a terminal', () => {
  const start = (dir: string, path: string, ...more: string[]) => {
    const child = spawn(process.execPath, [cli, '--data-dir', dir, 'run', path, '--trust', ...more], { cwd: dir })
    let said = ''
    child.stderr.on('data', (data) => (said += String(data)))
    const ended = new Promise<number | null>((resolve) => child.once('close', (code) => resolve(code)))
    return { child, ended, said: () => said }
  }

  test.each([
    ['SIGTERM', 143],
    ['SIGHUP', 129],
    ['SIGQUIT', 131],
    ['SIGINT', 130]
  ] as const)('%s ends the run tidily', async (signal, code) => {
    const { dir, path, pid, state, hasBegun } = job()
    const { child, ended, said } = start(dir, path)
    await until(hasBegun)
    child.kill(signal)
    expect(await ended).toBe(code)
    expect(said()).toMatch(sum)
    expect(isPidTaken(pid())).toBe(false)
    expect(state()).toEqual(['ready'])
  })

  test('a reader that goes away ends the run, and not with 0', async () => {
    const { dir, path, pid, state } = job(
      'echo $$ > pid; echo "progress 1%"; until test -e go || ! test -e pid; do sleep 0.02; done'
    )
    const script = `${process.execPath} ${cli} --data-dir ${dir} run ${path} --trust --json | head -1; exit \${PIPESTATUS[0]}`
    const child = spawn('bash', ['-c', script], { cwd: dir, stdio: 'ignore' })
    const ended = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)))
    await until(() => existsSync(join(dir, 'pid')))
    writeFileSync(join(dir, 'go'), '')
    // nothing was written to the closed pipe before the end: the job is done, or it was cut off and says so
    const code = await ended
    expect([code, state()[0]]).toEqual(code === 141 ? [141, 'ready'] : [0, 'succeeded'])
    expect(isPidTaken(pid())).toBe(false)
  })

  test.skipIf(!existsSync('/dev/full'))('a full disk behind stdout is said, and ends a run in order', () => {
    const { dir, path, state } = job()
    const full = openSync('/dev/full', 'w')
    const inFull = (stdio: StdioOptions, ...args: string[]) =>
      spawnSync(process.execPath, [cli, '--data-dir', dir, ...args], { stdio, encoding: 'utf8', cwd: dir })
    const listed = inFull(['ignore', full, 'pipe'], 'interpreter', 'list')
    expect([listed.status, listed.stderr]).toEqual([
      2,
      'backlot: what it says cannot be written: no space left on device\n'
    ])
    const ran = inFull(['ignore', full, 'pipe'], 'run', path, '--trust', '--json')
    expect(ran.status).toBe(2)
    expect(ran.stderr).toContain('no space left on device\n')
    expect(ran.stderr).not.toMatch(/\n +at /)
    expect(state()).toEqual(['ready'])
    // notes are not missed: the work is done, its exit code is its own
    writeFileSync(join(dir, 'go'), '')
    expect(inFull(['ignore', 'pipe', full], 'run', path, '--trust').status).toBe(0)
    expect(inFull(['ignore', 'pipe', full], 'no-such-command').status).toBe(2)
    closeSync(full)
  })

  test('who only reads may be cut off: that is no error', () => {
    const { dir } = job()
    const script = `${process.execPath} ${cli} --data-dir ${dir} interpreter list | head -1; exit \${PIPESTATUS[0]}`
    expect(spawnSync('bash', ['-c', script]).status).toBe(0)
  })
})
