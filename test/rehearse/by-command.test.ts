/** `backlot rehearse` and what `backlot run` says of outputs, as their users start them. */
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { authorOf, rehearse, rehearsed, removeAuthor, type Author } from '../helpers/corpus.ts'
import { backlot, backlotFrom, cli, until } from '../helpers/cli.ts'
import { flowpipe } from '../helpers/flowpipe.ts'
import { rooms } from '../helpers/rooms.ts'

let author: Author
afterEach(() => removeAuthor(author.show))

const run = (scene: string, ...flags: string[]) =>
  backlot(join(author.folder, 'data'), 'run', join(author.show, 'pipeline', scene), '--trust', ...flags)

describe.skipIf(!flowpipe())('a run without a rehearsal', { timeout: 60_000 }, () => {
  test('names the frames that are not there, and succeeds unless it was asked to require them', () => {
    author = authorOf('24-frame-not-written')
    const scene = join(author.show, 'pipeline/scene.py')
    const text = readFileSync(scene, 'utf8').replace('os.environ.get("SHOW", "/show")', JSON.stringify(author.show))
    writeFileSync(scene, text)
    const mild = run('scene.py')
    expect(mild.err).toMatch(/warning output-missing \(Render-0, Render-1\): .*image\.0003\.txt/)
    expect(mild.code).toBe(0)
    expect(run('scene.py', '--require-outputs').code).toBe(1)
  })

  test('names a file that an output gives from the folder of the run', () => {
    author = authorOf('24-frame-not-written')
    const code = [
      'import os',
      'from flowpipe import Graph, Node',
      '@Node(outputs=["there", "lost", "id"])',
      'def Write():',
      '    os.makedirs("out", exist_ok=True)',
      '    open("out/a.png", "w").write("x")',
      '    return {"there": "./out/a.png", "lost": ["./out/b.png"], "id": "out/c.png"}',
      'graph = Graph(name="Relative")',
      'Write(graph=graph)'
    ]
    writeFileSync(join(author.show, 'pipeline/relative.py'), code.join('\n'))
    const { err } = backlotFrom(
      author.folder,
      join(author.folder, 'data'),
      'run',
      join(author.show, 'pipeline/relative.py'),
      '--trust'
    )
    expect(err).toContain(join(author.folder, 'out/b.png'))
    expect(err).not.toMatch(/out\/[ac]\.png/)
  })

  test('says that a task left a process running', () => {
    author = authorOf('24-frame-not-written')
    const code = [
      'import subprocess',
      'from flowpipe import Graph, Node',
      '@Node(outputs=["x"])',
      'def Start():',
      '    subprocess.Popen(["sleep", "300"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)',
      '    return {"x": 1}',
      'graph = Graph(name="Left")',
      'Start(graph=graph)'
    ]
    writeFileSync(join(author.show, 'pipeline/left.py'), code.join('\n'))
    const { err, code: exit } = run('left.py')
    expect(err).toContain('warning process-left: Start left a process running')
    expect(exit).toBe(0)
  })
})

/** Folders of rehearsals that belong to a data folder's process: those that were not there before. */
const scratches = () => readdirSync('/var/tmp').filter((name) => name.startsWith('backlot-rehearsal-'))

describe.skipIf(!rooms() || !flowpipe())('a rehearsal', { timeout: 120_000 }, () => {
  test('keeps what its first pass wrote, or nothing where it is discarded', async () => {
    const kept = await rehearsed('50-clean-sidecar')
    author = { show: kept.show, folder: join(kept.show, '..'), env: {} }
    expect(readFileSync(join(kept.show, 'out/movie.txt'), 'utf8')).toContain('cache')
    expect(JSON.parse(kept.backlot('outputs', '--json').out)).toBeTypeOf('object')
    const gone = await rehearsed('50-clean-sidecar', '--discard')
    expect(readdirSync(join(gone.show, 'out'))).toEqual([])
    removeAuthor(gone.show)
  })

  test('skips the passes that it is told to, and says so', async () => {
    const { report, code, show } = await rehearsed('07-append-again', '--skip', 'again', '--skip', 'killed')
    author = { show, folder: join(show, '..'), env: {} }
    expect(report.passes.filter(({ looked }) => !looked).map(({ name }) => name)).toEqual(['again', 'killed'])
    expect(code).toBe(0)
  })

  test('is killed at any moment and leaves no folder, no mount and no process behind', async () => {
    author = authorOf('06-write-collision')
    const before = new Set(scratches())
    const { env, show } = author
    const args = [cli, 'rehearse', join(show, 'pipeline/scene.py'), '--trust', '--share', show]
    const child = spawn(process.execPath, args, { env, stdio: 'ignore', detached: true })
    const own = () => scratches().filter((name) => !before.has(name))
    await until(() => own().some((name) => existsSync(join('/var/tmp', name, 'r', '1', 'trace', 'trace'))))
    const names = own()
    process.kill(-(child.pid ?? 0), 'SIGKILL')
    await until(() => names.every((name) => !existsSync(join('/var/tmp', name))))
    expect(readFileSync('/proc/self/mountinfo', 'utf8')).not.toContain(names[0])
    await until(() => !commandLines().some((line) => names.some((name) => line.includes(name))))
  })

  test('makes a room again that could not be made, and does not call that a failure of the task', async () => {
    author = authorOf('145-log-append-two')
    const [bin, failed] = [join(author.folder, 'bin'), join(author.folder, 'failed')]
    mkdirSync(bin)
    mkdirSync(failed)
    const { PATH = '' } = author.env
    const really = PATH.split(':').find((folder) => existsSync(join(folder, 'unshare'))) ?? ''
    const text = `#!/bin/sh
      case "$*" in
        *" sh -c "*" room /"*) [ "$(ls ${failed} | wc -l)" -lt 2 ] && mktemp -p ${failed} && exit 99 ;;
      esac
      exec ${really}/unshare "$@"`
    writeFileSync(join(bin, 'unshare'), text, { mode: 0o755 })
    const { report } = await rehearse({ ...author, env: { ...author.env, PATH: `${bin}:${PATH}` } }, {})
    expect(readdirSync(failed)).toHaveLength(2)
    expect(report.findings.map(({ kind }) => kind)).toEqual(['write-collision'])
  })

  test('refuses in a sentence what it cannot use', () => {
    author = authorOf('50-clean-sidecar')
    const scene = join(author.show, 'pipeline/scene.py')
    const data = join(author.folder, 'data')
    const said = (...args: string[]) => backlot(data, 'rehearse', ...args)
    expect(said(scene)).toMatchObject({ code: 2, err: expect.stringContaining('--trust') as string })
    expect(said('77')).toMatchObject({ code: 2, err: expect.stringContaining('there is no job 77') as string })
    expect(said(scene, '--trust', '--skip', 'lunch')).toMatchObject({
      code: 2,
      err: expect.stringContaining('the passes are author, worker, again, killed, session') as string
    })
    const gone = said(scene, '--trust', '--share', '/nowhere/at/all')
    expect(gone).toMatchObject({ code: 2, err: expect.stringContaining('there is no such folder') as string })
  })
})

const commandLines = (): string[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
      } catch {
        return '' // it has just ended
      }
    })
