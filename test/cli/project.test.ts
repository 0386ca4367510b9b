/** A project's settings where its files lie: backlot.json, or the key of a package.json; and a log in the user's pager. */
import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { Graph } from '../../src-main/core/graph/author.ts'
import { Step } from '../fixtures/nodes/steps.ts'
import { scratch } from '../helpers/app.ts'
import { backlot, cli, graphFile } from '../helpers/cli.ts'
import { inTerminal } from '../helpers/terminal.ts'

function oneStep(): Graph {
  const graph = new Graph('one')
  Step(graph, { value: 1 })
  return graph
}

describe('a project', () => {
  const from = (cwd: string, ...args: string[]) => {
    const env = { ...process.env, BACKLOT_DATA_DIR: '' }
    const done = spawnSync(process.execPath, [cli, ...args], { cwd, env, encoding: 'utf8' })
    return { code: done.status, out: done.stdout, err: done.stderr }
  }
  const dataDir = (cwd: string) => (JSON.parse(from(cwd, 'doctor', '--json').out) as { dataDir: string }).dataDir

  test('stands in package.json too; the nearest file counts, and one without the key is none', () => {
    const show = scratch()
    const shot = join(show, 'seq', 'shot')
    mkdirSync(shot, { recursive: true })
    writeFileSync(join(show, 'package.json'), JSON.stringify({ name: 'show', backlot: { dataDir: 'of-show' } }))
    writeFileSync(join(show, 'seq', 'package.json'), JSON.stringify({ name: 'seq', dependencies: { backlot: '1' } }))
    expect(dataDir(shot)).toBe(join(show, 'of-show'))
    writeFileSync(join(show, 'seq', 'backlot.json'), JSON.stringify({ dataDir: 'of-seq' }))
    writeFileSync(join(show, 'seq', 'package.json'), JSON.stringify({ backlot: { dataDir: 'never' } }))
    expect(dataDir(shot)).toBe(join(show, 'seq', 'of-seq'))
    writeFileSync(join(shot, 'package.json'), '{ "backlot": ')
    expect(dataDir(shot)).toBe(join(show, 'seq', 'of-seq'))
  })

  test.skipIf(process.platform === 'win32')('is not looked for in a folder that is gone: that is said', () => {
    const script = 'mkdir gone && cd gone && rmdir ../gone && exec "$0" "$@"'
    const inGone = (...args: string[]) =>
      spawnSync('sh', ['-c', script, process.execPath, cli, ...args], { cwd: scratch(), encoding: 'utf8' })
    const refused = inGone('--data-dir', scratch(), 'jobs')
    expect([refused.status, refused.stderr]).toEqual([
      2,
      'backlot: the folder that this is run in is gone; go to one that is there, such as with: cd ~\n'
    ])
    expect(inGone('--version').status).toBe(0)
  })

  test('of package.json that is wrong is told with the file and the key', () => {
    const show = scratch()
    writeFileSync(join(show, 'package.json'), JSON.stringify({ backlot: { slots: 'two' } }))
    const refused = from(show, 'jobs')
    expect(refused.code).toBe(2)
    expect(refused.err).toContain(join(show, 'package.json'))
    expect(refused.err).toContain('backlot.slots')
    writeFileSync(join(show, 'package.json'), JSON.stringify({ backlot: null }))
    expect(from(show, 'jobs')).toMatchObject({ code: 2, err: expect.stringContaining('package.json') })
  })
})

describe('a log in a terminal', () => {
  const pagerOf = (folder: string, text: string): string => {
    const path = join(folder, 'pager.sh')
    writeFileSync(path, `#!/bin/sh\n${text}\n`)
    chmodSync(path, 0o755)
    return path
  }
  const job = () => {
    const dir = scratch()
    expect(backlot(dir, 'run', graphFile(dir, oneStep()), '--trust').code).toBe(0)
    const shows = (pager: string, ...args: string[]) =>
      inTerminal([], [process.execPath, cli, '--data-dir', dir, 'log', 'Step', ...args], {
        cwd: dir,
        env: { PAGER: pager }
      })
    return { dir, shows }
  }

  test('goes to what PAGER says, with its arguments', async () => {
    const { dir, shows } = job()
    const pager = pagerOf(dir, 'printf "[%s]" "$@"; sed "s/^/paged: /"')
    const seen = await shows(`${pager} one $HOME`)
    expect(seen.text).toContain('[one][$HOME]')
    expect(seen.text).toMatch(/paged: .*task/)
    expect(seen.code).toBe(0)
    expect((await shows(pager, '--no-pager')).text).not.toContain('paged: ')
    expect((await shows('cat')).text).not.toContain('paged: ')
  })

  test('is written as it is where there is no such pager; one that leaves early is no failure', async () => {
    const { dir, shows } = job()
    expect(await shows('no-such-pager-here')).toMatchObject({ code: 0, text: expect.stringContaining('task') })
    expect(await shows(pagerOf(dir, 'head -c 4; echo " task left"'))).toMatchObject({ code: 0 })
  })
})
