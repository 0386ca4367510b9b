/** A job whose interpreter is resolved by rez: its packages are installed on workers, and nothing of them is the job's. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { packagesOf } from '../../src-main/core/evaluator/packages.ts'
import { authorOf, rehearse, removeAuthor } from '../helpers/corpus.ts'
import { flowpipe } from '../helpers/flowpipe.ts'
import { rez, rooms } from '../helpers/rooms.ts'

test('what rez resolved is told by its variables; ours are passed on only where rez was there', () => {
  const inside = {
    REZ_USED_PACKAGES_PATH: '/site/packages:/site/ext',
    REZ_SHOT_ROOT: '/site/packages/shot/1.0',
    REZ_SHOT_VERSION: '1.0',
    REZ_CONFIG_FILE: '/etc/rez/config.py',
    REZ_RELATIVE_ROOT: 'packages/x'
  }
  const outside = { REZ_PACKAGES_PATH: '/site/packages', SHOT: '1', REZ_CONFIG_FILE: '/etc/rez/config.py' }
  expect(packagesOf(inside, outside)).toEqual({
    folders: ['/site/packages', '/site/ext', '/site/packages/shot/1.0', '/etc/rez'],
    variables: ['REZ_PACKAGES_PATH', 'REZ_CONFIG_FILE']
  })
  expect(packagesOf({}, outside)).toEqual({ folders: [], variables: [] })
})

describe.skipIf(!rez() || !rooms() || !flowpipe())('a job in rez', { timeout: 120_000 }, () => {
  const made = (lut: string) => {
    const author = authorOf('50-clean-sidecar')
    onTestFinished(() => removeAuthor(author.show))
    const root = join(author.folder, 'site/shot/1.0')
    mkdirSync(join(root, 'python'), { recursive: true })
    const commands = `def commands():\n    env.PYTHONPATH.prepend("{root}/python")\n    env.SHOT_LUT = "${lut}"\n`
    writeFileSync(join(root, 'package.py'), `name = "shot"\nversion = "1.0"\n${commands}`)
    writeFileSync(join(root, 'lut.txt'), 'warm')
    const nodes = [
      'import os',
      'from flowpipe import Node',
      '@Node(outputs=["path"], metadata={"interpreter": "shot"})',
      'def Grade(out):',
      '    with open(os.environ["SHOT_LUT"]) as lut, open(out, "w") as image:',
      '        image.write(lut.read())',
      '    return {"path": out}'
    ]
    writeFileSync(join(root, 'python/shot_nodes.py'), nodes.join('\n'))
    const scene = [
      `import sys; sys.path.append(${JSON.stringify(join(root, 'python'))})`,
      'from flowpipe import Graph',
      'from shot_nodes import Grade',
      'graph = Graph(name="Rez")',
      `Grade(graph=graph, out=${JSON.stringify(join(author.show, 'out/a.txt'))})`
    ]
    writeFileSync(join(author.show, 'pipeline/scene.py'), scene.join('\n'))
    author.env.REZ_PACKAGES_PATH = join(author.folder, 'site')
    return author
  }
  // rez puts the system's folders in the place of the PATH
  const python = () => execFileSync('python3', ['-c', 'import sys; print(sys.executable)'], { encoding: 'utf8' }).trim()
  const entry = () => [
    ...['interpreter', 'set', 'shot', '--wrapper', 'rez-env', '--wrapper', 'shot', '--wrapper', '--'],
    ...['--', python(), '{evaluator}', '{task}']
  ]

  test('is clean: the packages, rez itself and its Python are what workers have', async () => {
    const { report, code } = await rehearse(made('{root}/lut.txt'), { before: [entry()] })
    expect(report.findings).toEqual([])
    expect(code).toBe(0)
  })

  test('that reads what only its author has is found', async () => {
    const author = made('{env.HOME}/lut.txt')
    writeFileSync(join(author.env.HOME ?? '', 'lut.txt'), 'mine')
    const { report } = await rehearse(author, { before: [entry()] })
    expect(report.findings).toMatchObject([{ kind: 'home-file', tasks: ['Grade'] }])
  })
})
