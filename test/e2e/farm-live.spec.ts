/** A job that is on its farm, in the window: brought up to date, its first failure told, the farm's log, what the farm is asked. */
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { Graph } from '../../src-main/core/graph/author.ts'
import { Flaky, Step } from '../fixtures/nodes/steps.ts'
import { axe, backlot, dir, eachAlone, faultsThatStay, graphFile, inSidebar, launchWith, page } from './backlot.ts'

eachAlone()

/** A job of three tasks that was submitted to Slurm, whose programs are stand-ins here. */
function submitted(): { folder: string; logs: string; env: Record<string, string>; asked: () => string } {
  const graph = new Graph('hangar')
  const first = Flaky(graph, { ok: join(dir, 'nowhere'), value: 1 }, { name: 'first' })
  first.output('value').connect(Step(graph, {}, { name: 'after' }).input('value'))
  Step(graph, {}, { name: 'later' })
  backlot('run', graphFile(graph), '--trust')
  const [folder, logs, bin] = [join(dir, 'farm'), join(dir, 'logs'), join(dir, 'bin')]
  backlot('export', '1', '--format', 'slurm', '--out', folder)
  for (const path of [logs, bin, join(folder, 'runs/r1/tasks')]) mkdirSync(path, { recursive: true })
  cpSync(join(folder, 'nodes'), join(folder, 'runs/r1/nodes'), { recursive: true })
  const facts = ['submission 1', 'farm slurm', `at ${Date.now()}`, 'user artist', `logs ${logs}`]
  const ids = ['id 41', 'id 42', 'id 43', 'array 0 0 41', 'array 1 0 42', 'array 2 0 43']
  writeFileSync(join(folder, 'runs/r1/submission.txt'), [...facts, ...ids].map((line) => `${line}\n`).join(''))
  const program = (name: string, text: string) =>
    writeFileSync(join(bin, name), `#!/bin/sh\n${text}\n`, { mode: 0o755 })
  program('squeue', "echo '42|0|PENDING||Dependency|N/A'; echo '43|0|PENDING||Resources|N/A'")
  const told = join(dir, 'told')
  program('scancel', `echo "$@" > '${told}'`)
  return {
    ...{ folder, logs, env: { PATH: `${bin}:${process.env.PATH}` } },
    asked: () => (existsSync(told) ? readFileSync(told, 'utf8') : '')
  }
}

test('what happens there is shown, the first failure told, and the farm asked to end it', async () => {
  const { folder, logs, env, asked } = submitted()
  backlot('pull', folder)
  await launchWith(env)
  await inSidebar('#2').click()
  const header = page.locator('header[data-zone=header]')
  await expect(header.getByRole('button', { name: 'End on the farm' })).toBeVisible()
  await expect(header.getByRole('button', { name: /^(Run|Resume|Pause|Stop)/ })).toHaveCount(0)

  // the farm runs its first task, which fails
  const ran = spawnSync('sh', ['commands/0.sh', '0/0', 'r1'], {
    cwd: folder,
    encoding: 'utf8',
    env: { PATH: process.env.PATH, SLURM_ARRAY_JOB_ID: '41', SLURM_ARRAY_TASK_ID: '0' }
  })
  expect(ran.status).not.toBe(0)
  writeFileSync(join(logs, '41_0.txt'), `${ran.stdout}slurmstepd: error: only the farm says this\n`)
  await expect(page.getByText('A task of hangar (#2) failed on its farm.')).toBeVisible()
  const table = page.getByLabel('Tasks', { exact: true })
  await expect(table.getByRole('row', { name: /first/ })).toContainText('failed')
  await expect(page.getByRole('button', { name: 'Retry on the farm' })).toBeEnabled()

  // both logs of the attempt beside each other
  const log = page.getByRole('region', { name: 'Log' })
  await log.getByRole('button', { name: "Farm's log" }).click()
  await expect(log.getByText('only the farm says this')).toBeVisible()
  await expect(log.getByText('first, by its farm')).toBeVisible()
  expect(await faultsThatStay()).toEqual([])
  expect(await axe()).toEqual([])

  await header.getByRole('button', { name: 'End on the farm' }).click()
  const question = page.getByRole('dialog', { name: 'End all of it on the farm?' })
  await question.getByRole('button', { name: 'Leave them' }).click()
  expect(asked()).toBe('')
  await header.getByRole('button', { name: 'End on the farm' }).click()
  await question.getByRole('button', { name: 'End on the farm' }).click()
  await expect(page.getByText('scancel has taken it.')).toBeVisible()
  expect(asked()).toBe('41 42 43\n')
})
