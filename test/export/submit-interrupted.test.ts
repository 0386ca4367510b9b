/** submit.sh with clients that say odd things, and interrupted in its middle: nothing that may run there is kept quiet. */
import { spawn, spawnSync } from 'node:child_process'
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { Graph } from '../../src-main/core/graph/author.ts'
import { Step } from '../fixtures/nodes/steps.ts'
import { scratch, testApp, type TestApp } from '../helpers/app.ts'
import { until } from '../helpers/cli.ts'
import { python } from '../helpers/farm-run.ts'
import { runsOf } from '../helpers/farm-runs.ts'
import { fileOf } from '../helpers/farms.ts'

async function exportOf(t: TestApp, format: 'slurm' | 'tractor' | 'royalrender') {
  const graph = new Graph('two')
  for (const name of ['one', 'two']) Step(graph, { value: 1 }, { name })
  const { job } = await t.ask('job.create', { source: fileOf(graph) })
  const folder = join(scratch(), 'out')
  await t.ask('job.export', { job, format, out: folder, verify: false })
  return folder
}

/** A client of the farm; `$COUNT` is how often it was called. */
function client(name: string, text: string) {
  const bin = scratch()
  const count = `n=$(($(cat '${bin}/count' 2> /dev/null || echo 0) + 1)); echo $n > '${bin}/count'`
  writeFileSync(join(bin, name), `#!/bin/sh\n${count}\n${text}\n`)
  chmodSync(join(bin, name), 0o755)
  return { bin, env: { ...process.env, PATH: `${bin}:${process.env.PATH}` } }
}

const record = (folder: string) => readFileSync(join(folder, 'runs', runsOf(folder)[0] ?? '', 'submission.txt'), 'utf8')

describe('Slurm', () => {
  const submitted = async (sbatch: string) => {
    const folder = await exportOf(testApp(), 'slurm')
    const { env } = client('sbatch', sbatch)
    return { folder, ...spawnSync('sh', [join(folder, 'submit.sh')], { encoding: 'utf8', env }) }
  }

  test('what a site’s own sbatch says beside the number is no number', async () => {
    const { folder, status, stdout } = await submitted('echo "Welcome to moon"; echo "4$n;moon"')
    expect([status, stdout]).toEqual([0, '41 42\n'])
    expect(record(folder)).toContain('option --clusters moon\nid 41\narray 0 0 41\nid 42\narray 1 0 42\ndone\n')
  })

  test.each([
    ['no number', 'echo "thank you"', 'thank you'],
    ['several', 'echo 4711; echo 4712', '4711\n4712'],
    ['nothing', '', '']
  ])('%s: it says what sbatch said, and that the array may be there', async (_, sbatch, said) => {
    const { folder, status, stderr } = await submitted(sbatch)
    expect(status).toBe(1)
    expect(stderr).toContain(`look with squeue whether it took the array; it said: ${said}`)
    // what may have been taken keeps its folder
    expect(record(folder)).toMatch(/\nstopped\n$/)
  })

  test('refused: nothing is left of it', async () => {
    const { folder, status, stderr } = await submitted('echo "sbatch: error: Invalid account" >&2; exit 1')
    expect([status, stderr]).toEqual([
      1,
      'sbatch: error: Invalid account\nsbatch took not all of it; submitted so far: nothing\n'
    ])
    expect(runsOf(folder)).toEqual([])
  })

  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    '%s in the middle: what was submitted is named',
    async (signal) => {
      const folder = await exportOf(testApp(), 'slurm')
      const { bin, env } = client('sbatch', '[ $n = 1 ] || while [ ! -e "${0%/*}/go" ]; do sleep 0.1; done; echo "4$n"')
      const child = spawn('sh', [join(folder, 'submit.sh')], { env, stdio: ['ignore', 'ignore', 'pipe'] })
      let said = ''
      child.stderr.on('data', (data) => (said += String(data)))
      const ended = new Promise((resolve) => child.once('close', resolve))
      await until(() => existsSync(join(bin, 'count')) && readFileSync(join(bin, 'count'), 'utf8') === '2\n')
      child.kill(signal)
      writeFileSync(join(bin, 'go'), '')
      expect(await ended).toBe(1)
      expect(said).toBe(
        'interrupted, perhaps after sbatch took one array more: look with squeue; submitted so far: 41\nscancel 41 takes it back\n'
      )
      expect(record(folder)).toMatch(/\nid 41\narray 0 0 41\nstopped\n$/)
    }
  )
})

describe.each([
  ['tractor', 'tractor-spool', { TRACTOR_SPOOL: 'tractor-spool' }],
  ['royalrender', 'console', { RR_SUBMITTERCONSOLE: 'console' }]
] as const)('%s', (format, name, variables) => {
  test.skipIf(!python())('interrupted while it is taken: it is not said to wait on its farm', async () => {
    const t = testApp()
    const folder = await exportOf(t, format)
    const { bin, env } = client(name, 'while [ ! -e "${0%/*}/go" ]; do sleep 0.1; done')
    const stdio = ['ignore', 'ignore', 'pipe'] as const
    const child = spawn('sh', [join(folder, 'submit.sh')], { env: { ...env, ...variables }, stdio: [...stdio] })
    let said = ''
    child.stderr.on('data', (data) => (said += String(data)))
    const ended = new Promise((resolve) => child.once('close', resolve))
    await until(() => existsSync(join(bin, 'count')))
    child.kill('SIGTERM')
    writeFileSync(join(bin, 'go'), '')
    expect(await ended).toBe(1)
    expect(said).toMatch(/^interrupted; look whether .* has the job: it may have taken it\n$/)
    expect(await t.ask('job.pull', { path: folder })).toMatchObject({ waiting: 2, farm: { open: false } })
  })
})
