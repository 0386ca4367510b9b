/** `backlot submit` and `backlot follow` through the built command line: openjd run, here, from submit to compare. */
import { existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { Graph } from '../../src-main/core/graph/author.ts'
import { Comp, Flaky, Render, Step } from '../fixtures/nodes/steps.ts'
import { scratch } from '../helpers/app.ts'
import { cli } from '../helpers/cli.ts'
import { range } from '../helpers/export-jobs.ts'
import { Field } from '../helpers/field.ts'
import { openjd } from '../helpers/openjd.ts'

interface Line {
  type?: string
  name?: string
  status?: string
  job?: number
  format?: string
}

/** The submission, then what happened, a line each. */
const linesOf = (text: string): Line[] =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Line)

test.skipIf(!openjd())(
  'a graph is submitted to openjd run, followed to its end, and gives what our own run gives',
  () => {
    const one = new Field(null)
    const graph = new Graph('film')
    const render = Render(graph, { frames: range(1, 4) }, { metadata: { batch_size: 2 } })
    const comp = Comp(graph, { frames: range(1, 4) }, { metadata: { batch_size: 2 } })
    render.output('files').connect(comp.input('files'))
    writeFileSync(one.at('film.json'), graph.toText())
    const { code, out, err } = one.backlot('submit', 'film.json', '--to', 'openjd', '--out', 'farm', '--json')
    expect([code, err]).toEqual([0, expect.stringContaining('written and read back')])
    const lines = linesOf(out)
    expect(lines[0]).toMatchObject({ format: 'openjd', job: 1 })
    expect(lines.at(-1)).toEqual({ job: 2, status: 'succeeded' })
    for (const name of ['Render-0', 'Render-1', 'Comp-0', 'Comp-1'])
      expect(lines.some((line) => line.name === name && line.status === 'succeeded')).toBe(true)
    expect(one.backlot('run', 'film.json').code).toBe(0)
    expect(one.backlot('compare', '2', '3')).toMatchObject({ code: 0, out: 'job 2 and job 3 gave the same\n' })
    // the job that was made of the graph is not left to be run here, too
    expect(one.backlot('resume').err).toContain('no job is unfinished')
    expect(one.backlot('submit', '2', '--to', 'openjd', '--out', 'farm')).toMatchObject({ code: 2 })
  }
)

test.skipIf(!openjd())('what fails there is told, and is the exit code', () => {
  const one = new Field(null)
  const graph = new Graph('broken')
  const bad = Flaky(graph, { ok: '/nowhere' }, { name: 'bad' })
  bad.output('value').connect(Step(graph, {}, { name: 'after' }).input('value'))
  writeFileSync(one.at('broken.json'), graph.toText())
  const { code, err } = one.backlot('submit', 'broken.json', '--to', 'openjd')
  expect(code).toBe(1)
  expect(err).toMatch(/✗ failed bad.*no \/nowhere/)
  expect(existsSync(one.at('broken-openjd', 'openjd.log'))).toBe(true)
  expect(one.backlot('pull', 'broken-openjd')).toMatchObject({
    code: 1,
    out: 'job 2: 0 succeeded, 1 failed, 1 without a result\n'
  })
})

test('what is on no farm, and folders that are none, are said', () => {
  const one = new Field(null)
  mkdirSync(one.at('none'))
  expect(one.backlot('follow')).toMatchObject({
    code: 2,
    err: expect.stringContaining('no job is on a farm') as string
  })
  expect(one.backlot('follow', 'none')).toMatchObject({
    code: 2,
    err: expect.stringContaining('is no bundle') as string
  })
  expect(one.backlot('farm', 'kill')).toMatchObject({
    code: 2,
    err: expect.stringContaining('no job is on a farm') as string
  })
})

describe.skipIf(!openjd())('a client that takes nothing', () => {
  function film(): Field {
    const one = new Field(null)
    const graph = new Graph('film')
    Step(graph, { value: 1 }, { name: 'first' })
    writeFileSync(one.at('film.json'), graph.toText())
    return one
  }

  test('because it is not there: that is said, and nothing is said to be submitted', () => {
    const one = film()
    // all that the script needs, and no openjd
    const [bin, node] = [scratch(), process.execPath]
    for (const name of ['sh', 'dirname', 'env']) symlinkSync(`/usr/bin/${name}`, join(bin, name))
    const { code, err } = one.sh({ PATH: bin }, node, cli, 'submit', 'film.json', '--to', 'openjd', '--out', 'farm')
    expect([code, err]).toEqual([2, expect.stringMatching(/openjd did not take it .*there is no openjd here; pip/)])
    expect(err).not.toContain('submitted to')
    expect(JSON.parse(one.backlot('jobs', '--json').out)).toHaveLength(1)
  })

  test('because of its options: how it ended is said, where what it said is, and its last line', () => {
    const one = film()
    const { code, err } = one.backlot('submit', 'film.json', '--to', 'openjd', '--out', 'farm', '--', '--bogus')
    expect(code).toBe(2)
    expect(err).toMatch(/left 1 tasks? without a result; what it said is in .*openjd\.log, at last: .*--bogus/)
  })

  test.each([
    ['--shot', 'x', 'opencue'],
    ['--show', 'x', 'opencue']
  ])('%s is for another farm: nothing is written', (option, value, farm) => {
    const one = film()
    const { code, err } = one.backlot('submit', 'film.json', '--to', 'openjd', '--out', 'farm', option, value)
    expect([code, err]).toEqual([2, expect.stringContaining(`${option} is for --to ${farm}, not for openjd`)])
    expect(existsSync(one.at('farm'))).toBe(false)
  })
})
