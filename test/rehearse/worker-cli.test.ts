import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { scratch } from '../helpers/app.ts'
import { backlot } from '../helpers/cli.ts'

test('worker init writes a profile, check finds it right, show says all of it', () => {
  const folder = scratch()
  const [share, file] = [join(folder, 'show'), join(folder, 'w.yaml')]
  mkdirSync(share)
  const run = (...args: string[]) => backlot(join(folder, 'data'), 'worker', ...args)
  expect(run('init', file, '--share', share)).toMatchObject({ code: 0, out: `${file}\n` })
  expect(run('init', file)).toMatchObject({ code: 2, err: expect.stringContaining('--force') as string })
  expect(run('check', file)).toMatchObject({ code: 0, out: `${file} is right\n` })
  const shown = run('show', file, '--json')
  expect(JSON.parse(shown.out)).toMatchObject({ share: [share], user: 'render', memory: null })
  expect(run('show', file).out).toContain(`share:\n  - ${share}\n`)
})

test('worker check names every mistake and exits with 2; show refuses such a file', () => {
  const folder = scratch()
  const file = join(folder, 'w.yaml')
  writeFileSync(file, 'cores: x\nshares: [/a]\n')
  const run = (...args: string[]) => backlot(join(folder, 'data'), 'worker', ...args)
  const checked = run('check', file)
  expect(checked.code).toBe(2)
  expect(checked.out.split('\n')).toEqual([
    expect.stringMatching(/^error w\.yaml, line 1, cores: "x" is not/),
    expect.stringMatching(/^error w\.yaml, line 2, shares: there is no such key; write share;/),
    ''
  ])
  expect(JSON.parse(run('check', file, '--json').out)).toMatchObject({
    profile: null,
    problems: [{ line: 1 }, { line: 2 }]
  })
  expect(run('show', file)).toMatchObject({ code: 2, out: '' })
  expect(run('check', join(folder, 'none.yaml'))).toMatchObject({ code: 2, out: '' })
})

test('worker show without a file says what counts where nothing is written down', () => {
  const shown = backlot(join(scratch(), 'data'), 'worker', 'show')
  expect(shown).toMatchObject({ code: 0, err: expect.stringContaining('nothing is written down') as string })
  expect(shown.out).toContain('user: render\n')
})
