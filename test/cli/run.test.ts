/** What a run says, what only the changed would do, what it had around it, reports, notifications, and the project's file. */
import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { Graph } from 'backlot'
import { Tally } from '../../src-main/cli/tally.ts'
import { fitted, widthOf } from '../../src-main/cli/status-line.ts'
import { looksSecret } from '../../src-main/domain/environment.ts'
import { Flaky, Render, Step } from '../fixtures/nodes/steps.ts'
import { scratch } from '../helpers/app.ts'
import { backlot, backlotIn, cli, graphFile } from '../helpers/cli.ts'

const long = { timeout: 180_000 }

test('the status line counts, and fits into any width', () => {
  const tally = new Tally()
  tally.count(1, { queued: 50, succeeded: 3 })
  for (let task = 1; task <= 43; task++) {
    tally.hear({ task, status: 'running' }, 0)
    tally.hear({ task, status: task === 1 ? 'failed' : 'succeeded' }, 43_000)
  }
  expect(tally.text(43_000)).toBe('[46/53] 87 % · 1 failed · 7 s left')
  tally.hear({ task: 1, status: 'queued' }, 43_000)
  expect(tally.text(43_000)).toMatch(/^\[45\/53\] 85 % · \d+ s left$/)
  expect(widthOf('渲染')).toBe(4)
  expect(fitted('渲染 Render', 6)).toBe('渲染 …')
  expect(fitted('Render', 6)).toBe('Render')
})

test('retry, resume and rerun say which job, its plan, its outputs and a summary, as run does', long, () => {
  const dir = scratch()
  const ok = join(dir, 'ok')
  const graph = new Graph('Film')
  Flaky(graph, { ok, value: 5 })
    .output('value')
    .connect(Step(graph, {}, { name: 'after' }).input('value'))
  const failed = backlot(dir, 'run', graphFile(dir, graph), '--trust')
  expect(failed.err).toMatch(/^job 1 Film: 2 tasks/m)
  writeFileSync(ok, '')
  const whole = (id: number, said: { code: number | null; out: string; err: string }) => {
    expect(said.code).toBe(0)
    expect(said.err).toMatch(new RegExp(`^job ${id} Film: .*2 tasks`, 'm'))
    expect(said.err).toMatch(/TASK +FRAMES +INTERPRETER +WAITS FOR/)
    expect(said.err).toMatch(new RegExp(`^job ${id} ✓ succeeded in .*: 2 succeeded`, 'm'))
    expect(said.out).toMatch(/after +value/)
  }
  whole(1, backlot(dir, 'retry'))
  whole(2, backlot(dir, 'rerun'))
  expect(backlot(dir, 'rerun', '--quiet')).toEqual({ code: 0, out: '', err: '' })
  expect(backlot(dir, 'resume').err).toContain('no job is unfinished')
})

test('run --dry-run --changed says what would run and why, and keeps nothing', long, () => {
  const dir = scratch()
  const graph = new Graph('Changed')
  const render = Render(graph, { frames: [1, 2, 3] }, { metadata: { batch_size: 2 } })
  render.output('files').connect(Step(graph, {}, { name: 'after' }).input('value'))
  const path = graphFile(dir, graph)
  const dry = (...flags: string[]) =>
    (
      JSON.parse(backlot(dir, 'run', path, '--dry-run', '--changed', '--json', ...flags).out) as {
        tasks: { name: string; runs: boolean | null; why: string }[]
      }
    ).tasks.map(({ name, runs, why }) => [name, runs, why])
  expect(dry().map(([, runs]) => runs)).toEqual([true, true, true])
  expect(backlot(dir, 'run', path, '--trust').code).toBe(0)
  expect(dry().map(([, runs]) => runs)).toEqual([false, false, false])
  expect(dry('--set', 'Render.prefix=shot')).toEqual([
    ['Render-0', true, 'input prefix changed'],
    ['Render-1', true, 'input prefix changed'],
    ['after', null, 'only if Render-0, Render-1 give something else']
  ])
  expect(backlot(dir, 'jobs').out.split('\n')).toHaveLength(3)
  expect(backlot(dir, 'run', path, '--changed', '--set', 'after.until=/').err).toMatch(
    /3 succeeded \(1 ran, 2 unchanged\)|\(0 ran, 3 unchanged\)|did not|failed/
  )
})

test('a file among the inputs that changed is named', long, () => {
  const dir = scratch()
  const scene = join(dir, 'scene.txt')
  writeFileSync(scene, 'one')
  const graph = new Graph('Files')
  Step(graph, { value: scene }, { name: 'a' })
  const path = graphFile(dir, graph)
  expect(backlot(dir, 'run', path, '--trust').code).toBe(0)
  writeFileSync(scene, 'another')
  expect(backlot(dir, 'run', path, '--dry-run', '--changed').out).toContain(`a file among its inputs changed: ${scene}`)
})

test('what a run had around it is kept, compared, and in the command that is pasted; secrets are not', long, () => {
  const dir = scratch()
  const command = 'test "$SHOT_OUT" != /nope || { echo no "$SHOT_OUT"; exit 3; }'
  expect(backlot(dir, 'interpreter', 'set', 'plain', '--evaluator', 'none', '--', 'sh', '-c', command).code).toBe(0)
  const graph = new Graph('Env')
  Step(graph, {}, { name: 'a', metadata: { interpreter: 'plain' } })
  const path = graphFile(dir, graph)
  const env = { SHOT_OUT: '/nope', SHOT_TOKEN: 'hush-hush' }
  expect(backlotIn(env, dir, 'run', path, '--trust').code).toBe(1)
  const pasted = backlot(dir, 'log', 'a', '--command').out
  expect(pasted).toContain('SHOT_OUT=/nope')
  expect(spawnSync('bash', ['-c', pasted], { encoding: 'utf8' })).toMatchObject({ status: 3, stdout: 'no /nope\n' })
  const log = backlot(dir, 'log', 'a', '--no-pager').out
  expect(log).toContain('left out of the command, since they look secret: SHOT_TOKEN')
  expect(log + readFileSync(join(dir, 'backlot.db'), 'latin1')).not.toContain('hush-hush')
  const again = backlot(dir, 'retry')
  expect(again.code).toBe(0)
  expect(again.err).toContain('SHOT_OUT is not set, was "/nope"')
  backlotIn({ SHOT_OUT: '/other' }, dir, 'rerun')
  expect(backlot(dir, 'compare', '1', '2').out).toMatch(/SHOT_OUT +"\/nope" +"\/other"/)
  expect(backlot(dir, 'log', '1', '--attempt', '1', '--tail', '2').out.trim().split('\n')).toHaveLength(2)
})

test('which names look secret', () => {
  for (const name of [
    'GITHUB_TOKEN',
    'DB_PASSWORD',
    'AWS_SECRET_ACCESS_KEY',
    'API_KEY',
    'apiKey',
    'SMTP_PASS',
    'MY_PWD'
  ])
    expect(looksSecret(name), name).toBe(true)
  for (const name of ['PATH', 'KEYMAP', 'SHOT', 'MONKEY', 'AUTHOR', 'COMPASS'])
    expect(looksSecret(name), name).toBe(false)
  expect(looksSecret('DATABASE', 'postgres://me:pw@db/x')).toBe(true)
})

test('a report is never written over a file that is none, and that is said before anything runs', long, () => {
  const dir = scratch()
  const graph = new Graph('film')
  Step(graph, { value: 1 }, { name: 'a' })
  const path = join(dir, 'film.json')
  writeFileSync(path, graph.toText())
  const notes = join(dir, 'notes.html')
  writeFileSync(notes, 'mine')
  const refused = backlot(dir, 'run', path, '--trust', '--report', notes)
  expect([refused.code, refused.err]).toEqual([2, expect.stringContaining('report of a run')])
  expect(readFileSync(notes, 'utf8')).toBe('mine')
  expect(JSON.parse(backlot(dir, 'jobs', '--json').out)).toEqual([])
  const report = join(dir, 'film.html')
  for (const more of [[], ['--force']])
    expect(backlot(dir, 'run', path, '--trust', '--report', report, ...more).code).toBe(0)
})

test('a report, a notification, and a project’s file', long, () => {
  const dir = scratch()
  const graph = new Graph('<Film>')
  Step(graph, { value: 1 }, { name: 'a & b' })
  const path = join(dir, 'film.json')
  writeFileSync(path, graph.toText())
  const hook = join(dir, 'hook')
  writeFileSync(hook, `#!/bin/sh\necho "$@" > '${dir}/told'\n`)
  chmodSync(hook, 0o755)
  const report = join(dir, 'out', 'film.html')
  expect(backlot(dir, 'run', path, '--trust', '--report', report, '--notify', hook).code).toBe(0)
  expect(readFileSync(join(dir, 'told'), 'utf8')).toBe('1 succeeded <Film>\n')
  const html = readFileSync(report, 'utf8')
  expect(html).toContain('<title>&lt;Film&gt;: succeeded</title>')
  expect(html).toContain('a &amp; b')
  expect(html).not.toMatch(/<script|https?:/)
  expect(backlot(dir, 'rerun').code).toBe(0)
  expect(backlot(dir, 'run', path, '--notify', join(dir, 'none')).err).toMatch(/no notification: .*none is not there/)

  const shot = join(dir, 'shot', 'sub')
  mkdirSync(shot, { recursive: true })
  const inShot = (more: Record<string, string>, ...args: string[]) =>
    spawnSync(process.execPath, [cli, ...args], {
      cwd: shot,
      env: { ...process.env, BACKLOT_DATA_DIR: '', ...more },
      encoding: 'utf8'
    })
  writeFileSync(join(dir, 'shot', 'backlot.json'), JSON.stringify({ dataDir: 'store', run: { retries: 2 } }))
  expect(inShot({}, 'run', path, '--trust').status).toBe(0)
  const dataDir = (done: ReturnType<typeof inShot>) => (JSON.parse(done.stdout) as { dataDir: string }).dataDir
  expect(dataDir(inShot({}, 'doctor', '--json'))).toBe(join(dir, 'shot', 'store'))
  expect(dataDir(inShot({ BACKLOT_DATA_DIR: join(dir, 'env') }, 'doctor', '--json'))).toBe(join(dir, 'env'))
  writeFileSync(join(dir, 'shot', 'backlot.json'), JSON.stringify({ slotts: 2 }))
  const refused = inShot({}, 'jobs')
  expect(refused.status).toBe(2)
  expect(refused.stderr).toMatch(/backlot\.json: there is no key "slotts" \(did you mean slots\?\)/)
})
