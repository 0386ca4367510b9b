/** `backlot submit` without what a farm needs: refused before anything is written. */
import { existsSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { clients } from '../../src-main/core/export/clients/ask.ts'
import { submitWords } from '../../src-main/core/export/needs.ts'
import { Graph } from '../../src-main/core/graph/author.ts'
import { farmNames } from '../../src-main/domain/formats.ts'
import { Step } from '../fixtures/nodes/steps.ts'
import { Field } from '../helpers/field.ts'

const unset = { SHOW: '', SHOT: '', CUE_USER: 'artist', FLAMENCO_MANAGER: '', RR_ROOT: '', RR_SUBMITTERCONSOLE: '' }

function film(): Field {
  const one = new Field(null)
  const graph = new Graph('film')
  Step(graph, { value: 1 }, { name: 'first' })
  writeFileSync(one.at('film.json'), graph.toText())
  return one
}

test.each([
  ['opencue', [], 'a show (say it with --show or SHOW in the environment), and a shot (say it with --shot or SHOT in'],
  ['opencue', ['--show', 'bbb'], 'needs a shot (say it with --shot'],
  ['flamenco', [], 'needs the place where the Manager listens'],
  ['royalrender', [], '(say it with RR_ROOT in the environment or RR_SUBMITTERCONSOLE in the environment)']
])('%s %j: what is missing is said, and nothing is written', (format, options, text) => {
  const one = film()
  const { code, err } = one.backlotIn(unset, 'submit', 'film.json', '--to', format, '--out', 'farm', ...options)
  expect([code, err]).toEqual([2, expect.stringContaining(text)])
  expect(err).toContain('nothing was written or submitted')
  expect(existsSync(one.at('farm'))).toBe(false)
  expect(JSON.parse(one.backlot('jobs', '--json').out)).toEqual([])
})

test('an option that is given as nothing is refused before anything is made', () => {
  const one = film()
  const given = ['--show', '', '--shot', 'sh010']
  const { code, err } = one.backlotIn(unset, 'submit', 'film.json', '--to', 'opencue', '--out', 'farm', ...given)
  expect([code, err]).toEqual([2, expect.stringContaining('--show <show> is given as nothing; is a variable not set?')])
  expect(existsSync(one.at('farm'))).toBe(false)
})

test('OpenCue: each of show and shot is an option, a word, or a variable, and no one is taken for the other', () => {
  const words = (flags: [string, string][], options: string[], env: Record<string, string>) =>
    submitWords('opencue', clients.opencue.needs, { flags: new Map(flags), options, env: { ...unset, ...env } })
  const value = ['bbb', 'sh010']
  expect(words([['--shot', 'sh010']], [], { SHOW: 'bbb' })).toEqual({ ok: true, value })
  expect(words([['--show', 'bbb']], ['sh010'], { SHOT: 'other' })).toEqual({ ok: true, value })
  expect(words([['--shot', 'sh010']], ['bbb'], {})).toEqual({ ok: true, value })
  expect(words([], ['bbb', 'sh010'], {})).toEqual({ ok: true, value })
  expect(words([], ['--print'], { SHOW: 'bbb', SHOT: 'sh010' })).toEqual({ ok: true, value: [...value, '--print'] })
})

test('all else that is said goes to the farm as it is', () => {
  for (const name of farmNames.filter((one) => one !== 'opencue')) {
    const env = { ...unset, FLAMENCO_MANAGER: 'http://m:8080', RR_ROOT: '/rr' }
    const said = { flags: new Map<string, string>(), options: ['priority=9', '-p', 'gpu'], env }
    expect(submitWords(name, clients[name].needs, said)).toEqual({ ok: true, value: said.options })
  }
})

test('what was only shown is not said to be submitted', () => {
  const one = film()
  const env = { ...unset, FLAMENCO_MANAGER: 'http://localhost:1' }
  const { code, err } = one.backlotIn(env, 'submit', 'film.json', '--to', 'flamenco', '--out', 'farm', '--', '--print')
  expect([code, err]).toEqual([2, expect.stringContaining('nothing was submitted')])
  expect(err).not.toContain('submitted to')
})
