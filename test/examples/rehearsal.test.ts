/** The shot that is green here and red on a farm, and the same shot mended, as their authors start them. */
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import type { Finding } from '../../src-main/domain/rehearsal.ts'
import { flowpipe } from '../helpers/flowpipe.ts'
import { rooms } from '../helpers/rooms.ts'

const root = join(import.meta.dirname, '../..')
const folder = mkdtempSync(join(tmpdir(), 'backlot-example-'))
const show = join(folder, 'shot')
const rendered = (name: string) => join(show, 'rendered', name)

/** With nothing of the author's environment but what starts programs. */
function backlot(...args: string[]) {
  const [home, temporary] = [join(folder, 'home'), join(folder, 'tmp')]
  for (const path of [home, temporary]) mkdirSync(path, { recursive: true })
  const env = { PATH: process.env.PATH, HOME: home, TMPDIR: temporary, BACKLOT_DATA_DIR: join(folder, 'data') }
  const argv = [join(root, 'scripts/cli.mjs'), ...args]
  const done = spawnSync(process.execPath, argv, { env, cwd: home, encoding: 'utf8' })
  return { code: done.status, out: done.stdout, err: done.stderr }
}

function rehearse(name: string) {
  const { code, out, err } = backlot('rehearse', join(show, name), '--trust', '--share', show, '--json')
  if (out === '') throw new Error(err)
  const { findings } = JSON.parse(out) as { findings: Finding[] }
  return { code, findings: findings.map(({ kind, severity, tasks, needs }) => [kind, severity, tasks, needs]) }
}

const causes = [
  ['missing-dependency', 'error', ['Render-0', 'Render-1'], 'FogSim'],
  ['local-file', 'error', ['MakeMovie'], 'MakeSlate'],
  ['relative-path', 'error', ['Grade'], null],
  ['not-repeatable', 'error', ['AddToDailies'], null]
]

afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe.skipIf(!rooms() || !flowpipe())('the example shot', { timeout: 180_000 }, () => {
  cpSync(join(root, 'examples/rehearsal'), show, {
    recursive: true,
    filter: (path) => path !== join(root, 'examples/rehearsal/rendered')
  })

  test('runs, and its rehearsal names four causes, on a clean disk and over what the run left', () => {
    expect(rehearse('graph.py')).toEqual({ code: 1, findings: causes })
    rmSync(rendered(''), { recursive: true })
    expect(backlot('run', join(show, 'graph.py'), '--trust').code).toBe(0)
    expect(rehearse('graph.py')).toEqual({ code: 1, findings: causes })
  })

  test('mended, it runs, and its rehearsal is silent', () => {
    expect(backlot('run', join(show, 'mended.py'), '--trust').code).toBe(0)
    expect(rehearse('mended.py')).toEqual({ code: 0, findings: [] })
    rmSync(rendered(''), { recursive: true })
    expect(rehearse('mended.py')).toEqual({ code: 0, findings: [] })
  })
})
