/** A job that is deleted here while it is on its farm: it goes on there, which is said, and it can be ended there. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter } from 'node:path'
import { expect, test } from 'vitest'
import { Graph } from '../../src-main/core/graph/author.ts'
import { Step } from '../fixtures/nodes/steps.ts'
import { Field } from '../helpers/field.ts'

test('deleting says that it goes on and how it is ended there, which works', () => {
  const one = new Field(null)
  const graph = new Graph('film')
  Step(graph, { value: 1 }, { name: 'first' })
  writeFileSync(one.at('film.json'), graph.toText())
  expect(one.backlot('run', 'film.json').code).toBe(0)
  expect(one.backlot('export', '--format', 'slurm', '--out', 'farm').code).toBe(0)
  mkdirSync(one.at('farm/runs/r1/tasks'), { recursive: true })
  const facts = ['submission 1', 'farm slurm', 'at 1767225600000', 'id 41', 'array 0 0 41', 'done', '']
  writeFileSync(one.at('farm/runs/r1/submission.txt'), facts.join('\n'))
  expect(one.backlot('pull', 'farm', '--no-client').out).toContain('job 2')

  const goesOn = 'job 2 goes on on its farm, slurm (41); end it there with: backlot farm kill 2'
  const { code, out, err } = one.backlot('delete', '1', '2', '--json')
  expect([code, JSON.parse(out)]).toEqual([0, { deleted: [1, 2], onFarm: [2] }])
  expect(err).toContain(goesOn)
  expect(err).not.toContain('job 1 goes on')

  writeFileSync(one.at('scancel'), `#!/bin/sh\necho "$*" > "$TOLD"\n`, { mode: 0o755 })
  const env = { TOLD: one.at('told'), PATH: `${one.folder}${delimiter}${process.env.PATH ?? ''}` }
  const killed = one.backlotIn(env, 'farm', 'kill', '2')
  expect([killed.code, readFileSync(one.at('told'), 'utf8')]).toEqual([0, '41\n'])
  expect(killed.err).not.toContain('backlot follow')
  expect(one.backlot('farm', 'kill', '1')).toMatchObject({
    code: 2,
    err: expect.stringContaining('job 1 is on no farm') as string
  })
})
