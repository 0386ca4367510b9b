/** What may be done here with a job that is on its farm, and what is said of it. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { Graph } from '../../src-main/core/graph/author.ts'
import { Step } from '../fixtures/nodes/steps.ts'
import { scratch, testApp } from '../helpers/app.ts'
import { Field } from '../helpers/field.ts'
import { fileOf } from '../helpers/farms.ts'

const graphOf = (name: string): Graph => {
  const graph = new Graph(name)
  Step(graph, { value: 1 }, { name: `${name} step` })
  return graph
}

function putSubmission(folder: string): void {
  mkdirSync(join(folder, 'runs/r1/tasks/0/0'), { recursive: true })
  const facts = ['submission 1', 'farm slurm', 'at 1767225600000', 'id 41', 'array 0 0 41', 'done', '']
  writeFileSync(join(folder, 'runs/r1/submission.txt'), facts.join('\n'))
}

async function submitted() {
  const t = testApp()
  const { job } = await t.ask('job.create', { source: fileOf(graphOf('one')) })
  const folder = join(scratch(), 'out')
  await t.ask('job.export', { job, format: 'slurm', out: folder, verify: false })
  putSubmission(folder)
  return { t, folder, pull: async () => (await t.ask('job.pull', { path: folder })).job }
}

test('its priority here would change nothing there, and is refused', async () => {
  const { t, pull } = await submitted()
  const job = await pull()
  await expect(t.ask('job.priority', { job, priority: 5 })).rejects.toThrow(/is on its farm/)
  expect(await t.ask('job.show', { job })).toMatchObject({ priority: 0 })
})

test('a submission is one job: a deleted one of it comes not back beside the one that it is by now', async () => {
  const { t, pull } = await submitted()
  const first = await pull()
  await t.ask('job.trash', { jobs: [first] })
  const second = await pull()
  await expect(t.ask('job.restore', { jobs: [first] })).rejects.toThrow(
    `job ${first} is of the submission that is job ${second} by now; delete that one first: backlot delete ${second}`
  )
  await t.ask('job.trash', { jobs: [second] })
  await expect(t.ask('job.restore', { jobs: [first, second] })).rejects.toThrow(`is job ${second} by now`)
  await t.ask('job.restore', { jobs: [first] })
  expect(await pull()).toBe(first)
})

test('the command line says what is not here, and compares what has nothing in common as that', () => {
  const one = new Field(null)
  for (const name of ['film', 'other']) writeFileSync(one.at(`${name}.json`), graphOf(name).toText())
  for (const name of ['film', 'other']) expect(one.backlot('run', `${name}.json`).code).toBe(0)
  expect(one.backlot('export', '1', '--format', 'slurm', '--out', 'farm').code).toBe(0)
  putSubmission(one.at('farm'))
  const notes = `1 began ${Date.now() - 2000} on b07.farm.example\n`
  writeFileSync(one.at('farm/runs/r1/tasks/0/0/attempts.txt'), notes)
  expect(one.backlot('pull', 'farm', '--no-client').out).toContain('1 running on the farm')
  const log = one.backlot('log', '3/film step')
  expect([log.code, log.err]).toEqual([2, expect.stringContaining('has written none yet, or it was removed')])
  expect(one.backlot('compare', '1', '2').out).toContain('no task is in both jobs: they are of different graphs')
  expect(one.backlot('compare', '1', '3').out).not.toContain('no task is in both')
})
