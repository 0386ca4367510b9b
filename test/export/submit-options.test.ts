// what people say to submit.sh counts more than what the job says, or is refused
import { existsSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { Graph } from '../../src-main/core/graph/author.ts'
import type { FarmName } from '../../src-main/domain/formats.ts'
import { Step } from '../fixtures/nodes/steps.ts'
import { Field } from '../helpers/field.ts'

/** An export of two nodes with a priority, and a stand-in for the farm's program that writes down what it was told. */
function submitter(format: FarmName, program: string, says: string) {
  const one = new Field(null)
  const graph = new Graph('shot')
  const first = Step(graph, { value: 1 }, { name: 'first', metadata: { priority: 3 } })
  first.output('value').connect(Step(graph, {}, { name: 'second' }).input('value'))
  writeFileSync(one.at('shot.json'), graph.toText())
  expect(one.backlot('run', 'shot.json', '--trust').code).toBe(0)
  expect(one.backlot('priority', '1', '5').code).toBe(0)
  expect(one.backlot('export', '--format', format, '--out', 'out', '--verify').code).toBe(0)
  writeFileSync(one.at(program), `#!/bin/sh\nprintf '%s\\n' "$*" >> "$TOLD"\n${says}\n`, { mode: 0o755 })
  const env = { TOLD: one.at('told'), PATH: `${one.folder}${delimiter}${process.env.PATH ?? ''}` }
  return {
    run: (...args: string[]) => one.sh(env, 'sh', 'out/submit.sh', ...args),
    told: () => (existsSync(one.at('told')) ? one.read('told') : ''),
    one
  }
}

describe('Slurm', () => {
  test('names, time and all else that is said come behind ours', () => {
    const { run, told } = submitter('slurm', 'sbatch', 'echo 7')
    expect(run('--job-name=mine', '--priority=9', '--time=5', '-p', 'gpu').code).toBe(0)
    for (const line of told().trim().split('\n'))
      expect(line).toMatch(/ --job-name=shot\.\w+.* --job-name=mine --priority=9 --time=5 -p gpu --array=0-0/)
  })

  test.each(['--array=1-3', '--arr=1', '-a1-3', '-Ha', '--dependency=afterok:5', '--depend', '-d', '--wrap=x'])(
    '%s would take the arrays apart',
    (option) => {
      const { run, told } = submitter('slurm', 'sbatch', 'echo 7')
      expect(run(option, '1')).toMatchObject({ code: 2, err: expect.stringContaining('not to be said here') as string })
      expect(told()).toBe('')
    }
  )
})

test('Tractor: a priority that is said takes the place of the job’s own', () => {
  const { run, one } = submitter('tractor', 'tractor-spool', 'for last; do :; done; cat "$last"')
  expect(one.read('out', 'job.alf')).toContain('Job -priority {5} -title')
  expect(run('--priority=9').out).toContain('\nJob -title {shot}')
  expect(run('--user=me').out).toContain('-priority {5}')
})

test('OpenCue: what it does not take is refused', () => {
  const { run } = submitter('opencue', 'cueadmin', '')
  for (const args of [['show', 'sh010', '--priority=9'], ['--priority=9', 'show', 'sh010'], ['--paused']])
    expect(run(...args)).toMatchObject({ code: 2, err: expect.stringContaining('usage:') as string })
})

test('Deadline: keys count in upper and lower case, and those that the job is made of are refused', () => {
  const { run, told, one } = submitter('deadline', 'deadlinecommand', 'cat "$1" >> "$TOLD"; echo JobID=a1')
  expect(run('priority=80', 'Pool=film').code).toBe(0)
  expect(told()).not.toContain('Priority=5')
  expect(told().match(/priority=80\nPool=film/g)).toHaveLength(2)
  for (const key of ['frames=1', 'FRAMES=1', 'jobDependencies=x', 'plugin=Python']) expect(run(key).code).toBe(2)
  expect(existsSync(join(one.folder, 'out', 'submit.sh'))).toBe(true)
})
