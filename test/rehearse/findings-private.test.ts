import { describe, expect, test } from 'vitest'
import { at } from '../../src-main/domain/at.ts'
import {
  connect,
  failedThere,
  found,
  list,
  listen,
  look,
  marked,
  missing,
  otherFile,
  otherOutput,
  read,
  write
} from '../helpers/evidence.ts'

const picture = '/mnt/show/out/a.exr'
const kinds = (all: ReturnType<typeof found>) => all.map(({ kind, severity }) => `${kind} ${severity}`)

/** What a worker does that does not find a file. */
const without = (path: string) => ({
  ...{ accesses: [missing(path)], failed: `no ${path}`, differs: [failedThere(`no ${path}`)] }
})

describe('local-file', () => {
  const lut = '/tmp/lut.cube'
  const made = (readers: number) => ({
    Bake: { accesses: [write(lut)], returned: [lut] },
    ...Object.fromEntries(
      Array.from({ length: readers }, (_, n) => [
        `Render-${n}`,
        { after: ['Bake'], named: [lut], accesses: [read(lut)], worker: without(lut) }
      ])
    )
  })

  test('names who reads it and who made it, once for all batches', () => {
    const all = found(made(3))
    expect(all).toMatchObject([
      {
        ...{ kind: 'local-file', severity: 'error', needs: 'Bake', paths: [lut] },
        tasks: ['Render-0', 'Render-1', 'Render-2'],
        message: `Bake hands on ${lut} in its machine’s own temporary folder; Render may run on another machine`,
        remedy: 'write it below the share in Bake'
      }
    ])
    expect(at(all, 0).evidence).toContain('Bake wrote /tmp/lut.cube')
  })

  test('handed on and read by nobody it is a warning', () => {
    expect(found(made(0))).toMatchObject([
      { kind: 'local-file', severity: 'warning', tasks: ['Bake'], needs: null, paths: [lut] }
    ])
  })

  test('is silent about a temporary file of the task’s own', () => {
    expect(found({ A: { accesses: [write(lut), read(lut), look(lut), list('/tmp')] } })).toEqual([])
  })

  test('that was there before the job and that the result hangs on is an error without a maker', () => {
    const tasks = {
      A: { accesses: [read(lut)], worker: { differs: [otherOutput('x')] }, back: { paths: [lut] } }
    }
    expect(found(tasks, { before: [lut] })).toMatchObject([
      {
        ...{ kind: 'local-file', severity: 'error', tasks: ['A'], needs: null, paths: [lut] },
        message: `A uses ${lut} in this machine’s temporary folder; a worker’s has no such file`
      }
    ])
  })

  test('that another task made and that changes nothing is a warning', () => {
    const tasks = { A: { accesses: [write(lut)] }, B: { after: ['A'], accesses: [read(lut)] } }
    expect(found(tasks)).toMatchObject([{ kind: 'local-file', severity: 'warning', tasks: ['B'], needs: 'A' }])
  })

  test('by an absolute link on the share it is outside of the share', () => {
    const tasks = { A: { accesses: [read(lut, { as: '/mnt/show/lut.cube' })], worker: without('/mnt/show/lut.cube') } }
    expect(found(tasks, { before: [lut, '/mnt/show/lut.cube'] })).toMatchObject([
      { kind: 'outside-share', severity: 'error', tasks: ['A'], paths: [lut] }
    ])
  })
})

describe('home-file', () => {
  const settings = '/home/me/.config/renderer.ini'

  test('is one that the result hangs on', () => {
    const tasks = {
      A: { accesses: [read(settings)], worker: { differs: [otherFile(picture)] }, back: { paths: [settings] } }
    }
    expect(found(tasks, { before: [settings] })).toMatchObject([
      { kind: 'home-file', severity: 'error', tasks: ['A'], paths: [settings], needs: null }
    ])
  })

  test('counts a mere look, too, where the result hangs on it', () => {
    const tasks = {
      A: { accesses: [look(settings)], worker: { differs: [otherFile(picture)] }, back: { paths: [settings] } }
    }
    expect(found(tasks, { before: [settings] })).toMatchObject([
      { kind: 'home-file', evidence: [`A looks at ${settings}`] }
    ])
  })

  test('is silent where reading, listing or looking has no effect', () => {
    const accesses = [read(settings), list('/home/me'), look('/home/me/.cache'), missing('/home/me/.x')]
    expect(found({ A: { accesses } }, { before: ['/home/me'] })).toEqual([])
  })

  test('is silent where the result differs for another reason', () => {
    const tasks = { A: { accesses: [read(settings)], worker: { differs: [otherFile(picture)] }, back: { host: true } } }
    expect(kinds(found(tasks, { before: [settings] }))).toEqual(['environment error'])
  })

  test('read while code was loaded is the program’s own business, unless the worker fails', () => {
    const loading = [read(settings, { own: false })]
    const back = { paths: [settings] }
    const ends = { A: { accesses: loading, worker: { differs: [otherFile(picture)] }, back } }
    expect(found(ends, { before: [settings] })).toEqual([])
    expect(kinds(found({ A: { accesses: loading, worker: without(settings), back } }, { before: [settings] }))).toEqual(
      ['home-file error']
    )
  })
})

describe('outside-share', () => {
  const texture = '/home/me/skin.tif'

  test('is a file of the author’s that an input names', () => {
    const tasks = { A: { named: [texture], accesses: [read(texture)], worker: without(texture) } }
    expect(found(tasks, { before: [texture] })).toMatchObject([
      {
        ...{ kind: 'outside-share', severity: 'error', tasks: ['A'], paths: [texture] },
        message: `A uses ${texture}, which is not on the share; workers do not have it`
      }
    ])
  })

  test('is one that an input names by a pattern', () => {
    const frames = [1, 2, 3].map((n) => `/home/me/plate.000${n}.exr`)
    const tasks = { A: { named: ['/home/me/plate.####.exr'], accesses: frames.map((path) => read(path)) } }
    expect(found(tasks, { before: frames })).toMatchObject([
      { kind: 'outside-share', severity: 'error', paths: frames }
    ])
  })

  test('is one that a link on the share leads to, with both names', () => {
    const link = '/mnt/show/tex/skin.tif'
    const tasks = { A: { accesses: [read(texture, { as: link })], worker: without(link) } }
    expect(found(tasks, { before: [texture, link] })).toMatchObject([
      {
        kind: 'outside-share',
        severity: 'error',
        paths: [texture],
        evidence: [`A reads ${link} (${texture})`, `on a worker: no ${link}`]
      }
    ])
  })

  test('is a local disk that the profile does not name as shared', () => {
    const local = '/scratch/me/cache.bin'
    const tasks = { A: { accesses: [read(local)], worker: without(local), back: { paths: [local] } } }
    expect(found(tasks, { before: [local] })).toMatchObject([
      { kind: 'outside-share', severity: 'error', paths: [local] }
    ])
  })

  test('handed on it is a warning', () => {
    expect(found({ A: { accesses: [write(texture)], returned: [texture] } })).toMatchObject([
      { kind: 'outside-share', severity: 'warning', tasks: ['A'], paths: [texture] }
    ])
  })

  test('is silent about programs and the share', () => {
    const accesses = [read('/usr/bin/x'), read('/opt/python/lib/x.py'), read('/mnt/show/x'), read('/etc/fonts/y')]
    expect(found({ A: { accesses } }, { before: ['/usr', '/opt', '/mnt', '/etc'] })).toEqual([])
  })
})

describe('shared memory', () => {
  const block = '/dev/shm/cache'

  test('that another task left is a local file, where its being there makes the result the same', () => {
    const reads = { after: ['A'], accesses: [read(block)], worker: without(block), back: { paths: [block] } }
    expect(found({ A: { accesses: [write(block)] }, B: reads })).toMatchObject([
      { kind: 'local-file', severity: 'error', tasks: ['B'], needs: 'A', paths: [block] }
    ])
  })

  test('of the task’s own is silent', () => {
    expect(found({ A: { accesses: [write(block), read(block)] } })).toEqual([])
  })
})

describe('relative-path', () => {
  const git = '/mnt/show/graph/.git'

  test('is one that a task makes of the folder it stands in, where nothing else explains the result', () => {
    const worker = { accesses: [missing('/run/backlot/job/.git')], differs: [otherOutput('v')] }
    const of = (back: object) => found({ A: { accesses: [look(git)], worker, back } })
    expect(of({ unexplained: true })).toMatchObject([{ kind: 'relative-path', severity: 'error', paths: [git] }])
    expect(of({ host: true })).toMatchObject([{ kind: 'environment' }])
    const same = { accesses: [missing('/run/backlot/job/.git')], differs: [] }
    expect(found({ A: { accesses: [read(git)], worker: same } }, { before: [git] })).toEqual([])
  })

  test('is a file that is written in the folder it stands in, by a name that was made of it', () => {
    const [here, there] = ['/mnt/show/graph/r.txt', '/run/backlot/job/r.txt']
    const tasks = { A: { accesses: [write(here)], worker: { accesses: [write(there)], differs: [otherOutput('p')] } } }
    expect(found(tasks)).toMatchObject([{ kind: 'relative-path', severity: 'error', paths: [here] }])
  })

  test('is not the folder itself, at which every program may look', () => {
    const folder = '/mnt/show/graph'
    const worker = { accesses: [read('/run/backlot/job', { as: '.' })], differs: [] }
    expect(found({ A: { accesses: [read(folder, { as: '.' })], worker } }, { before: [folder] })).toEqual([])
  })

  test('is a look from where the author stands that finds nothing on a worker, where nothing else explains it', () => {
    const git = { accesses: [look('/mnt/show/graph/.git', { as: '.git' })], back: { unexplained: true } }
    const lost = missing('/run/backlot/job/.git', { as: '.git' })
    const there = look('/run/backlot/job/.git', { as: '.git' })
    const of = (access: typeof lost) =>
      found({ A: { ...git, worker: { accesses: [access], differs: [otherOutput('v')] } } })
    expect(of(lost)).toMatchObject([{ kind: 'relative-path', severity: 'error', paths: ['/mnt/show/graph/.git'] }])
    expect(of(there)).toMatchObject([{ kind: 'unexplained' }])
  })

  const file = '/mnt/show/graph/data/table.csv'
  const as = 'data/table.csv'
  const there = '/run/backlot/job/data/table.csv'
  const lost = { accesses: [missing(there, { as })], failed: 'no table', differs: [failedThere('no table')] }

  test('is a file that is found from where the author stands alone', () => {
    const tasks = {
      'A-0': { accesses: [read(file, { as })], worker: lost },
      'A-1': { accesses: [read(file, { as })], worker: lost }
    }
    expect(found(tasks, { before: [file] })).toMatchObject([
      {
        kind: 'relative-path',
        severity: 'error',
        tasks: ['A-0', 'A-1'],
        paths: [file],
        remedy: 'give an absolute path on the share'
      }
    ])
  })

  test('is one that is looked at and never read, where the task fails and nothing else explains it', () => {
    const code = '/mnt/show/graph/nodes.py'
    const one = (worker: object, back: object) => ({
      A: { accesses: [look(code, { as: 'nodes.py' })], worker: { ...lost, ...worker }, back }
    })
    const accesses = [missing('/run/backlot/job/nodes.py', { as: 'nodes.py' })]
    expect(found(one({ accesses }, { unexplained: true }), { before: [code] })).toMatchObject([
      { kind: 'relative-path', severity: 'error', paths: [code] }
    ])
    const elsewhere = found(one({ accesses: [] }, { unexplained: true }), { before: [code] })
    expect(kinds(elsewhere)).toEqual(['unexplained error'])
    expect(kinds(found(one({ accesses }, { variables: ['A'] }), { before: [code] }))).toEqual(['environment error'])
  })

  test('is the folder of code that the graph names so, where the task fails and nothing else explains it', () => {
    const worker = { failed: 'no module', differs: [failedThere('no module')] }
    const one = (codeFolder: string, back: object) => found({ A: { codeFolder, worker, back } })
    expect(one('nodes', { unexplained: true })).toMatchObject([
      { kind: 'relative-path', severity: 'error', paths: ['/mnt/show/graph/nodes'] }
    ])
    expect(kinds(one('/mnt/show/nodes', { unexplained: true }))).toEqual(['unexplained error'])
    expect(kinds(one('C:\\show\\nodes', { unexplained: true }))).toEqual(['unexplained error'])
    expect(kinds(one('nodes', { variables: ['A'] }))).toEqual(['environment error'])
  })

  test('wins over a private place that the path leads to', () => {
    const home = '/home/me/table.csv'
    const tasks = { A: { accesses: [read(home, { as })], worker: lost } }
    expect(found(tasks, { before: [file, home] })).toMatchObject([{ kind: 'relative-path', paths: [home] }])
  })

  test('is none where the task changes its folder first, on both machines', () => {
    const tasks = { A: { accesses: [read('/mnt/show/other/x', { as: 'x' })] } }
    expect(found(tasks, { before: ['/mnt/show/other/x'] })).toEqual([])
  })

  test('is a file that is written there, and not also the file of who reads it', () => {
    const out = '/mnt/show/graph/out.txt'
    const tasks = {
      A: {
        accesses: [write(out, { as: 'out.txt' })],
        worker: {
          accesses: [write('/run/backlot/job/out.txt', { as: 'out.txt' })],
          differs: [otherFile(out, '1', null)]
        }
      },
      B: {
        after: ['A'],
        accesses: [read(out, { as: 'out.txt' })],
        worker: {
          accesses: [missing('/run/backlot/job/out.txt', { as: 'out.txt' })],
          failed: 'no',
          differs: [failedThere('no')]
        }
      }
    }
    expect(found(tasks)).toMatchObject([{ kind: 'relative-path', severity: 'error', tasks: ['A'], paths: [out] }])
  })
})

describe('environment', () => {
  const differs = [otherFile(picture, 'acescg', 'linear')]

  test('names the variables that made the result the same', () => {
    const one = { worker: { differs }, back: { variables: ['OCIO', 'SHOT'] } }
    const all = found({ 'A-0': one, 'A-1': one })
    expect(all).toMatchObject([
      {
        ...{ kind: 'environment', severity: 'error', tasks: ['A-0', 'A-1'], variables: ['OCIO', 'SHOT'], needs: null },
        message: 'the result of A depends on OCIO and SHOT in your environment; a worker does not have it'
      }
    ])
    expect(at(all, 0).evidence).toEqual(['with OCIO, SHOT set it is the same', `file ${picture}: acescg | linear`])
  })

  test('has one finding a variable', () => {
    const tasks = Object.fromEntries(
      ['A', 'B'].map((name, n) => [name, { worker: { differs }, back: { variables: [`V${n}`] } }])
    )
    expect(found(tasks).map(({ tasks: names, variables }) => [names, variables])).toEqual([
      [['A'], ['V0']],
      [['B'], ['V1']]
    ])
  })

  test('has words of its own for the machine’s name', () => {
    expect(found({ A: { worker: { differs }, back: { host: true } } })).toMatchObject([
      { kind: 'environment', variables: ['HOSTNAME'], remedy: 'do not let the result depend on the machine’s name' }
    ])
  })

  test('has words of its own for the user as the system knows them', () => {
    expect(found({ A: { worker: { differs }, back: { user: true } } })).toMatchObject([
      {
        ...{ kind: 'environment', variables: ['USER'] },
        message: 'the result of A depends on who runs it; a worker runs as another user'
      }
    ])
  })

  test('is silent about variables that are only asked for', () => {
    expect(found({ A: { accesses: [{ how: 'variable', what: 'OCIO', own: true }] } })).toEqual([])
  })
})

describe('network', () => {
  const differs = [failedThere('no answer')]
  const asks = (address: string) => ({ accesses: [connect(address)], worker: { differs }, back: { network: true } })

  test('is an address that the profile does not allow', () => {
    expect(found({ A: asks('10.1.2.3:5053') })).toMatchObject([
      { kind: 'network', severity: 'error', tasks: ['A'], addresses: ['10.1.2.3:5053'] }
    ])
  })

  test.each(['127.0.0.1:80', '[::1]:80', '/run/user/1/bus', '@abstract'])(
    '%s is the author’s own machine',
    (address) => {
      const all = found({ A: asks(address) })
      expect(all).toMatchObject([{ kind: 'network', addresses: [address] }])
      expect(at(all, 0).message).toContain('a service on your own machine')
    }
  )

  test('leaves out what nothing hangs on, and what did not answer the author either', () => {
    expect(found({ A: { accesses: [connect('10.1.2.3:80')] } })).toEqual([])
    const refused = { ...asks('x'), accesses: [marked(connect('10.1.2.3:80'), 'refused')] }
    expect(found({ A: refused })).toEqual([])
  })

  test.each([
    ['127.0.0.1:4000', '127.0.0.1:4000'],
    ['0.0.0.0:4000', '127.0.0.1:4000'],
    ['[::]:4000', '[::1]:4000'],
    ['[::]:4000', '127.0.0.1:4000'],
    ['0.0.0.0:4000', '10.0.0.5:4000']
  ])('a server of the job’s own at %s that is reached as %s is none', (bound, reached) => {
    const tasks = { Serve: { accesses: [listen(bound)] }, A: asks(reached) }
    expect(kinds(found(tasks))).toEqual([])
  })

  test('another port of the same machine is one', () => {
    expect(kinds(found({ Serve: { accesses: [listen('0.0.0.0:4000')] }, A: asks('127.0.0.1:400') }))).toEqual([
      'network error'
    ])
  })
})

describe('unexplained', () => {
  test('says so where nothing that was given back made it the same', () => {
    const one = {
      worker: { differs: [otherFile(picture), otherOutput('size')], lastLines: ['the end'] },
      back: { unexplained: true }
    }
    const all = found({ 'A-0': one, 'A-1': one })
    expect(all).toMatchObject([
      { kind: 'unexplained', severity: 'warning', tasks: ['A-0', 'A-1'], paths: [picture], needs: null }
    ])
    expect(at(all, 0).evidence).toEqual([`file ${picture}: 1 | 2`, 'output size: 1 | 2', 'the end'])
  })

  test('is an error where the task fails: it would on the farm', () => {
    const worker = { failed: 'no', differs: [failedThere('no')] }
    expect(kinds(found({ A: { worker, back: { unexplained: true } } }))).toEqual(['unexplained error'])
  })
})
