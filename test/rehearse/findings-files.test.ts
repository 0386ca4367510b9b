import { describe, expect, test } from 'vitest'
import type { SecondRun } from '../../src-main/core/rehearse/findings/evidence.ts'
import { findingsOf } from '../../src-main/core/rehearse/findings.ts'
import { neighboursOf } from '../../src-main/core/rehearse/findings/files.ts'
import { at } from '../../src-main/domain/at.ts'
import { inOrder } from '../../src-main/domain/rehearsal.ts'
import {
  connect,
  failedThere,
  found,
  job,
  list,
  listen,
  look,
  marked,
  missing,
  otherFile,
  otherOutput,
  read,
  remove,
  write
} from '../helpers/evidence.ts'

const scene = '/mnt/show/scene.ma'
const out = '/mnt/show/out/a.exr'

describe('writes-input', () => {
  test('is a file that was given, was there before, and is changed', () => {
    const one = { named: [scene], accesses: [read(scene), write(scene)] }
    expect(found({ 'A-0': one, 'A-1': { ...one, after: ['A-0'] } }, { before: [scene] })).toMatchObject([
      {
        ...{ kind: 'writes-input', severity: 'error', tasks: ['A-0', 'A-1'], paths: [scene], remedy: 'write a copy' },
        evidence: [
          `A-0 writes ${scene}, which was there before the job`,
          `A-1 writes ${scene}, which was there before the job`
        ]
      }
    ])
  })

  test('is one that is deleted', () => {
    expect(found({ A: { named: [scene], accesses: [remove(scene)] } }, { before: [scene] })).toMatchObject([
      { kind: 'writes-input', paths: [scene] }
    ])
  })

  test('is silent about a file that was not there, and about one that no input names', () => {
    expect(found({ A: { named: [scene], accesses: [write(scene)] } })).toEqual([])
    expect(found({ A: { accesses: [write(scene)] } }, { before: [scene] })).toEqual([])
  })

  test('is silent about a log that is only added to, but not where it is read as well', () => {
    const adds = marked(write(scene), 'append')
    expect(found({ A: { named: [scene], accesses: [adds] } }, { before: [scene] })).toEqual([])
    expect(found({ A: { named: [scene], accesses: [read(scene), adds] } }, { before: [scene] })).toMatchObject([
      { kind: 'writes-input' }
    ])
  })

  test('is silent about a file under a lock', () => {
    const accesses = [marked(write(scene), 'locked')]
    expect(found({ A: { named: [scene], accesses } }, { before: [scene] })).toEqual([])
  })

  test('is anything that is changed among published files, named or not', () => {
    const asset = '/mnt/show/assets/tree.abc'
    const about = { before: [asset], assets: ['/mnt/show/assets'] }
    expect(found({ A: { accesses: [write(asset)] } }, about)).toMatchObject([{ kind: 'writes-input', paths: [asset] }])
  })

  test('is a write among published files that the worker is refused', () => {
    const asset = '/mnt/show/assets/new.tx'
    const worker = {
      accesses: [marked(write(asset), 'refused')],
      failed: 'read-only',
      differs: [failedThere('read-only')]
    }
    const all = found({ A: { accesses: [write(asset)], worker } }, { assets: ['/mnt/show/assets'] })
    expect(all).toMatchObject([{ kind: 'writes-input', severity: 'error', tasks: ['A'], paths: [asset] }])
  })
})

describe('stale-file', () => {
  const old = '/mnt/show/out/old.json'

  test('is read from where the job writes, written by nobody in it, and named by no input', () => {
    const tasks = { 'A-0': { accesses: [write(out), read(old)] }, 'A-1': { accesses: [read(old)] } }
    expect(found(tasks, { before: [old] })).toMatchObject([
      { kind: 'stale-file', severity: 'error', tasks: ['A-0', 'A-1'], paths: [old], needs: null }
    ])
  })

  test.each([
    ['a task writes it', { A: { accesses: [write(out), read(old)] }, B: { after: ['A'], accesses: [write(old)] } }],
    ['an input names it', { A: { named: [old], accesses: [write(out), read(old)] } }],
    ['an input of another task names it', { A: { accesses: [write(out), read(old)] }, B: { named: [old] } }],
    ['an input names its pattern', { A: { named: ['/mnt/show/out/*.json'], accesses: [write(out), read(old)] } }],
    ['the job writes to other folders', { A: { accesses: [write('/mnt/show/other/a.exr'), read(old)] } }],
    ['it is only looked at', { A: { accesses: [write(out), look(old)] } }],
    ['code was being loaded', { A: { accesses: [write(out), read(old, { own: false })] } }]
  ])('is silent where %s', (_, tasks) => {
    expect(found(tasks, { before: [old] })).toEqual([])
  })

  test('is a file that is looked at and handed on', () => {
    expect(found({ A: { accesses: [write(out), look(old)], returned: [old] } }, { before: [old] })).toMatchObject([
      { kind: 'stale-file', paths: [old] }
    ])
  })

  test('is one that is only counted, where the result hangs on it', () => {
    const all = found({ A: { accesses: [write(out), list('/mnt/show/out')], stale: [old] } }, { before: [old] })
    expect(all).toMatchObject([{ kind: 'stale-file', tasks: ['A'], paths: [old] }])
    expect(at(at(all, 0).evidence, 0)).toBe(`A counts ${old}: without it the result is another one`)
  })
})

describe('missing-file', () => {
  const frame = (n: number) => `/mnt/show/plates/p.${String(n).padStart(4, '0')}.exr`

  test('is a frame whose neighbours are both there', () => {
    const tasks = { 'A-0': { accesses: [missing(frame(2))] }, 'A-1': { accesses: [missing(frame(2))] } }
    expect(found(tasks, { before: [frame(1), frame(3)] })).toMatchObject([
      { kind: 'missing-file', severity: 'warning', tasks: ['A-0', 'A-1'], paths: [frame(2)] }
    ])
  })

  test.each([
    ['only one neighbour is there', frame(2), [frame(1)]],
    ['it is frame 0', frame(0), [frame(1)]],
    ['it is behind the last one', frame(4), [frame(2), frame(3)]]
  ])('is silent where %s', (_, path, before) => {
    expect(found({ A: { accesses: [missing(path)] } }, { before })).toEqual([])
  })

  test('is a tile between others, and a frame between those that another task wrote', () => {
    const tile = (n: number) => `/mnt/show/tex/skin.${n}.tif`
    expect(found({ A: { accesses: [missing(tile(1012))] } }, { before: [tile(1011), tile(1013)] })).toMatchObject([
      { kind: 'missing-file', paths: [tile(1012)] }
    ])
    const written = {
      A: { accesses: [write(frame(1)), write(frame(3))] },
      B: { after: ['A'], accesses: [missing(frame(2))] }
    }
    expect(found(written)).toMatchObject([{ kind: 'missing-file', tasks: ['B'], paths: [frame(2)] }])
  })

  test('is one that an input names', () => {
    expect(found({ A: { named: [scene], accesses: [missing(scene)] } })).toMatchObject([
      { kind: 'missing-file', tasks: ['A'], paths: [scene] }
    ])
  })

  test('is silent about what the job writes itself, what is elsewhere, and what code looks for', () => {
    expect(found({ A: { named: [scene], accesses: [missing(scene), write(scene)] } })).toEqual([])
    expect(found({ A: { named: ['/tmp/x'], accesses: [missing('/tmp/x')] } })).toEqual([])
    expect(found({ A: { named: [scene], accesses: [missing(scene, { own: false })] } })).toEqual([])
  })

  test.each([
    ['/a/b.0010.exr', [['/a/b.0009.exr', '/a/b.0011.exr']]],
    ['/a/b.9.exr', [['/a/b.8.exr', '/a/b.10.exr']]],
    ['/a/v2/b.1.exr', [['/a/v2/b.0.exr', '/a/v2/b.2.exr']]],
    [
      '/a/s3_1002.tif',
      [
        ['/a/s2_1002.tif', '/a/s4_1002.tif'],
        ['/a/s3_1001.tif', '/a/s3_1003.tif']
      ]
    ],
    ['/a/b.0000.exr', []],
    ['/a/plain', []]
  ])('the neighbours of %s are %j', (path, expected) => {
    expect(neighboursOf(path)).toEqual(expected)
  })
})

describe('output-missing', () => {
  test('is a path in the outputs at which there is nothing, or an empty file', () => {
    const empty = '/mnt/show/out/b.exr'
    const tasks = {
      A: {
        accesses: [write(scene)],
        changes: { [empty]: { kind: 'file' as const, size: 0 } },
        returned: [out, empty, scene]
      }
    }
    expect(found(tasks)).toMatchObject([
      {
        ...{ kind: 'output-missing', severity: 'error', tasks: ['A'], paths: [out, empty] },
        evidence: [
          `A returned ${out}: at the job’s end it is not there`,
          `A returned ${empty}: at the job’s end it is empty`
        ]
      }
    ])
  })

  test('is silent about who plans what others write', () => {
    const plan = { Plan: { returned: [out, scene] }, Render: { after: ['Plan'], named: [out], accesses: [write(out)] } }
    expect(found(plan)).toEqual([])
  })

  test('is judged at the job’s end: a later task may write it, or move it', () => {
    const later = { A: { accesses: [write(scene)], returned: [out] }, B: { after: ['A'], accesses: [write(out)] } }
    expect(found(later)).toEqual([])
    const moved = {
      A: { accesses: [write(out)], returned: [out] },
      B: { after: ['A'], accesses: [remove(out), write('/mnt/show/published.exr')] }
    }
    expect(found(moved)).toEqual([])
  })

  test('is no file whose folder a later task deletes', () => {
    const cleans = { after: ['A'], changes: { '/mnt/show/out': { kind: 'deleted' as const } } }
    expect(found({ A: { accesses: [write(out)], returned: [out] }, Clean: cleans })).toEqual([])
  })

  test('is no pattern of which there are files', () => {
    const [pattern, frame] = ['/mnt/show/out/a.%04d.png', '/mnt/show/out/a.0001.png']
    const tasks = (returned: string) => ({ A: { accesses: [write(frame)], returned: [returned] } })
    expect(found(tasks(pattern))).toEqual([])
    expect(found(tasks('/mnt/show/out/b.%04d.png'))).toMatchObject([{ kind: 'output-missing' }])
  })

  test('is no empty file among those that the job was given, and no socket', () => {
    const given = '/mnt/show/assets/rig_v002.ma'
    const atEnd = (path: string) => (path === given ? { kind: 'file' as const, size: 0 } : null)
    const all = job({ A: { accesses: [write(scene)], returned: [given] } }, { before: [given] })
    expect(findingsOf({ ...all, atEnd: (path) => atEnd(path) ?? all.atEnd(path) })).toEqual([])
    const socket = '/mnt/show/out/licence.sock'
    expect(found({ A: { accesses: [write(scene), listen(socket)], returned: [socket] } })).toEqual([])
  })

  test('is a file that the task itself took away again', () => {
    const tasks = { A: { accesses: [write(scene), remove(out)], returned: [out] } }
    expect(found(tasks)).toMatchObject([{ kind: 'output-missing', paths: [out] }])
  })

  test('is silent about an input that is handed through, other machines’ paths, and a task that fails', () => {
    expect(found({ A: { named: [out], accesses: [write(scene)], returned: [out] } })).toEqual([])
    expect(found({ A: { accesses: [write(scene)], returned: ['/Volumes/x', '/usr/y'] } })).toEqual([])
    expect(found({ A: { returned: [out], failed: 'no' } }).map(({ kind }) => kind)).toEqual(['fails-here'])
  })
})

describe('private-file', () => {
  const file = (mode: number) => ({ [out]: { kind: 'file' as const, mode, size: 1 } })

  test.each([
    [0o600, true],
    [0o400, true],
    [0o711, true],
    [0o640, false],
    [0o604, false],
    [0o644, false]
  ])('a file of mode %o: %s', (mode, is) => {
    const all = found({ 'A-0': { changes: file(mode) }, 'A-1': { after: ['A-0'], changes: file(mode) } })
    expect(all.map(({ kind, tasks }) => [kind, tasks])).toEqual(is ? [['private-file', ['A-0', 'A-1']]] : [])
  })

  test('a folder that others may neither list nor enter is one', () => {
    const folder = (mode: number) => ({ '/mnt/show/out': { kind: 'folder' as const, mode } })
    expect(found({ A: { changes: folder(0o700) } })).toMatchObject([
      {
        kind: 'private-file',
        severity: 'error',
        evidence: ['/mnt/show/out has the mode 0700: only its owner can read it']
      }
    ])
    expect(found({ A: { changes: folder(0o755) } })).toEqual([])
  })

  test('the end of the job decides: a later task may open it, or take it away', () => {
    const opened = { A: { changes: file(0o600) }, B: { after: ['A'], changes: file(0o644) } }
    expect(found(opened)).toEqual([])
    const gone = { A: { changes: file(0o600) }, B: { after: ['A'], accesses: [remove(out)] } }
    expect(found(gone)).toEqual([])
  })

  test('the task’s own temporary files may be private', () => {
    expect(found({ A: { changes: { '/tmp/x': { kind: 'file', mode: 0o600 } } } })).toEqual([])
  })
})

describe('process-left', () => {
  const left = (more: object) => ({ left: [{ command: 'sleep 1000', ...more }] })

  test('is a warning where it does nothing', () => {
    expect(found({ 'A-0': left({}), 'A-1': left({}) })).toMatchObject([
      {
        kind: 'process-left',
        severity: 'warning',
        tasks: ['A-0', 'A-1'],
        evidence: ['A-0 left sleep 1000 running', 'A-1 left sleep 1000 running']
      }
    ])
  })

  test('is an error where it listens, holds files of the share, or is talked to', () => {
    const address = '127.0.0.1:4000'
    expect(found({ A: left({ listens: [address] }) })).toMatchObject([
      {
        kind: 'process-left',
        severity: 'error',
        addresses: [address],
        evidence: [`A left sleep 1000 running: it listens on ${address}`]
      }
    ])
    expect(found({ A: left({ holds: [scene] }) })).toMatchObject([
      { kind: 'process-left', severity: 'error', paths: [scene] }
    ])
    expect(found({ A: left({ listens: [address] }), B: { after: ['A'], accesses: [connect(address)] } })).toHaveLength(
      1
    )
  })
})

describe('memory', () => {
  test('is a task that had more than a worker has', () => {
    const tasks = {
      'A-0': { peakMemory: 101_000_000 },
      'A-1': { peakMemory: 99_000_000 },
      'A-2': { peakMemory: 300_000_000 }
    }
    expect(found(tasks, { memory: 100_000_000 })).toMatchObject([
      { kind: 'memory', severity: 'error', tasks: ['A-0', 'A-2'] }
    ])
    expect(found({ A: { peakMemory: 100 } }, { memory: 100 })).toEqual([])
    expect(found({ A: {} }, { memory: 100 })).toEqual([])
    expect(found(tasks)).toEqual([])
  })
})

describe('not-deterministic', () => {
  test('is an error where names, outputs or texts differ between two bare rooms', () => {
    const one = {
      random: [
        otherFile('/mnt/show/out/a1f3.json', '10 bytes', null),
        otherFile('/mnt/show/out/77c2.json', null, '10 bytes')
      ]
    }
    const all = found({ 'A-0': one, 'A-1': one })
    expect(all).toMatchObject([{ kind: 'not-deterministic', severity: 'error', tasks: ['A-0', 'A-1'] }])
    expect(at(all, 0).paths[0], 'the folder: names will be others next time').toBe('/mnt/show/out')
    expect(found({ A: { random: [otherOutput('seed')] } })).toMatchObject([{ severity: 'error', paths: [] }])
  })

  test('is a warning where only pixels do', () => {
    const pixels = otherFile(out, 'other pixels', 'other pixels')
    expect(found({ A: { random: [pixels] } })).toMatchObject([
      { kind: 'not-deterministic', severity: 'warning', paths: [out] }
    ])
    expect(found({ A: { random: [pixels, otherOutput('x')] } })).toMatchObject([{ severity: 'error' }])
  })
})

describe('not-repeatable', () => {
  const again = (how: 'again' | 'killed', path = out) => ({
    again: [{ how, differs: [otherFile(path, '1', '1 1')], lastLines: ['the end'], met: [], inTheWay: [] }]
  })

  test('is another result of a second run, or of one after a kill, in words of their own', () => {
    const all = found({ 'A-0': again('again'), 'A-1': again('again'), B: again('killed') })
    expect(all).toMatchObject([
      { kind: 'not-repeatable', severity: 'error', tasks: ['A-0', 'A-1'], paths: [out] },
      {
        kind: 'not-repeatable',
        severity: 'error',
        tasks: ['B'],
        remedy: 'write to a private name and rename it when done'
      }
    ])
    expect(at(all, 0).evidence).toEqual(['run a second time', `file ${out}: 1 | 1 1`])
  })

  test('names what the second run came upon, where no file differs', () => {
    const again = [{ how: 'again' as const, differs: [failedThere('exists')], lastLines: [], met: [out], inTheWay: [] }]
    expect(found({ A: { again } })).toMatchObject([{ kind: 'not-repeatable', paths: [out] }])
  })

  test('has the log’s end where the second run failed', () => {
    const all = found({
      A: {
        again: [{ how: 'again', differs: [failedThere('it is there')], lastLines: ['the end'], met: [], inTheWay: [] }]
      }
    })
    expect(at(all, 0).evidence).toEqual(['run a second time', 'it failed: it is there', 'the end'])
  })

  test('names the lock that a killed run left behind, where the next one fails', () => {
    const lock = `${out}.lock`
    const killed = (differs: SecondRun['differs']) => ({
      again: [{ how: 'killed' as const, differs, lastLines: ['FileExistsError'], met: [], inTheWay: [lock] }]
    })
    const all = found({ A: killed([failedThere('it is there')]), B: killed([otherFile(out, '1', '')]) })
    expect(all.map(({ tasks, paths, message }) => [tasks, paths, message])).toEqual([
      [['A'], [lock], `killed in the middle and queued again, A fails: what it left behind is in its way (${lock})`],
      [['B'], [out], `killed in the middle and queued again, B takes what it had half written for done (${out})`]
    ])
    expect(at(all, 0).evidence).toContain(`it left ${lock} behind`)
  })

  test('is silent where the task writes its input: that is the cause', () => {
    const tasks = { A: { named: [scene], accesses: [read(scene), write(scene)], ...again('killed', scene) } }
    expect(found(tasks, { before: [scene] }).map(({ kind }) => kind)).toEqual(['writes-input'])
  })
})

describe('warm-state', () => {
  test('is another result in a session, unless the task is not deterministic', () => {
    const warm = [otherOutput('objects', '1', '2')]
    expect(found({ 'A-0': {}, 'A-1': { warm }, 'A-2': { warm } })).toMatchObject([
      { kind: 'warm-state', severity: 'error', tasks: ['A-1', 'A-2'], evidence: ['output objects: 1 | 2'] }
    ])
    expect(found({ A: { warm, random: warm } }).map(({ kind }) => kind)).toEqual(['not-deterministic'])
  })
})

describe('fails-here', () => {
  test('has why, once a node', () => {
    const one = { failed: 'exit 1', lastLines: ['boom'] }
    expect(found({ 'A-0': one, 'A-1': one })).toMatchObject([
      { kind: 'fails-here', severity: 'error', tasks: ['A-0', 'A-1'], evidence: ['exit 1', 'boom'] }
    ])
  })
})

describe('all findings', () => {
  test('stand with the worst first, then by kind', () => {
    const kinds = found(
      {
        A: { left: [{ command: 'x' }], random: [otherOutput('x')] },
        B: { accesses: [read(scene), missing('/mnt/show/p.2.exr')], named: ['/mnt/show/p.2.exr'] },
        C: { failed: 'no' }
      },
      { before: [scene] }
    ).map(({ kind }) => kind)
    expect(kinds).toEqual(['fails-here', 'not-deterministic', 'missing-file', 'process-left'])
    expect(inOrder([])).toEqual([])
  })

  test('are none for a clean job', () => {
    const render = (n: number) => ({
      ...{ after: ['Build'], named: [scene, `/mnt/show/out/a.${n}.exr`], returned: [`/mnt/show/out/a.${n}.exr`] },
      accesses: [
        ...[read(scene), look('/mnt/show/out'), write(`/mnt/show/out/a.${n}.exr`), write(`/tmp/cache${n}`)],
        ...[read(`/tmp/cache${n}`), look('/home/me/.cache'), missing('/home/me/.rc'), read('/etc/fonts/x')]
      ]
    })
    const tasks = {
      Build: { accesses: [write(scene)], returned: [scene] },
      ...{ 'Render-0': render(1), 'Render-1': render(2) },
      Movie: {
        ...{ after: ['Render-0', 'Render-1'], named: ['/mnt/show/out/a.%d.exr'], returned: ['/mnt/show/m.mov'] },
        accesses: [
          list('/mnt/show/out'),
          read('/mnt/show/out/a.1.exr'),
          read('/mnt/show/out/a.2.exr'),
          write('/mnt/show/m.mov')
        ]
      }
    }
    expect(found(tasks, { before: ['/etc/fonts/x', '/home/me/.cache'], memory: 10 })).toEqual([])
  })
})
