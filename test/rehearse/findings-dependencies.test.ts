import { describe, expect, test } from 'vitest'
import {
  failedThere,
  found,
  job,
  list,
  look,
  marked,
  missing,
  otherOutput,
  read,
  remove,
  write
} from '../helpers/evidence.ts'
import { findingsOf } from '../../src-main/core/rehearse/findings.ts'
import { makerOf, matches, writersOf } from '../../src-main/core/rehearse/findings/evidence.ts'
import { at } from '../../src-main/domain/at.ts'

const scene = '/mnt/show/scene.ma'
const frame = (n: number) => `/mnt/show/out/a.${String(n).padStart(4, '0')}.exr`

/** What the room says where the file is not there. */
const without = (path: string) => ({ accesses: [missing(path)], failed: 'no such file', lastLines: [] })

describe('missing-dependency', () => {
  test('is a file that a task reads and another node writes', () => {
    const all = found({
      Build: { accesses: [write(scene)] },
      Render: { accesses: [read(scene)], worker: without(scene) }
    })
    expect(all).toMatchObject([
      {
        ...{ kind: 'missing-dependency', severity: 'error', tasks: ['Render'], needs: 'Build', paths: [scene] },
        message: `Render reads ${scene}, which Build writes, and nothing makes it wait for Build`,
        remedy: 'connect Build to Render'
      }
    ])
    expect(at(all, 0).evidence).toEqual([
      `Build wrote ${scene}`,
      'Render read it and does not wait for Build',
      'on a worker: no such file'
    ])
  })

  test('is none where the task waits for the writer, be it by way of others', () => {
    const tasks = {
      Build: { accesses: [write(scene)] },
      Check: { after: ['Build'] },
      Render: { after: ['Check'], accesses: [read(scene)] }
    }
    expect(found(tasks)).toEqual([])
  })

  test('is none for what the task writes itself, or what was there before', () => {
    expect(found({ Build: { accesses: [write(scene), read(scene)] } })).toEqual([])
    expect(found({ A: {}, B: { accesses: [read(scene)] } }, { before: [scene] })).toEqual([])
  })

  test('names the last writer before the task, and no writer that comes after it', () => {
    const all = found(
      {
        Build: { accesses: [write(scene)] },
        Fix: { after: ['Build'], accesses: [write(scene)] },
        Render: { after: ['Build'], accesses: [read(scene)], worker: { accesses: [read(scene)], differs: [] } },
        Publish: { after: ['Fix', 'Render'], accesses: [write(scene)] }
      },
      { same: [] }
    )
    expect(all.map(({ kind, tasks, needs }) => [kind, tasks, needs])).toEqual([
      ['missing-dependency', ['Render'], 'Fix']
    ])
  })

  test('from batch to batch is one finding, with the first batch that is needed and a remedy of its own', () => {
    const batch = (n: number) => ({
      accesses: [...(n > 0 ? [read(frame(n - 1))] : []), write(frame(n))],
      worker: n > 0 ? without(frame(n - 1)) : { accesses: [write(frame(n))] }
    })
    const all = found(Object.fromEntries([0, 1, 2, 3].map((n) => [`Simulate-${n}`, batch(n)])))
    expect(all).toMatchObject([
      {
        ...{ kind: 'missing-dependency', severity: 'error', needs: 'Simulate-0' },
        tasks: ['Simulate-1', 'Simulate-2', 'Simulate-3'],
        paths: [frame(0), frame(1), frame(2)],
        message: `batches of Simulate read what the batch before them wrote (${frame(0)} and 2 more); on a farm they run at once`,
        remedy: 'do not split Simulate: remove its batch_size'
      }
    ])
  })

  test('is one finding however many batches and files it hits, and one more for another node', () => {
    const batches = Object.fromEntries(
      [0, 1, 2].map((n) => [`Render-${n}`, { accesses: [read(scene), read(frame(n))], worker: without(scene) }])
    )
    const all = found({
      Build: { accesses: [write(scene), ...[0, 1, 2].map((n) => write(frame(n)))] },
      ...batches,
      Movie: { accesses: [read(frame(1))], worker: without(frame(1)) }
    })
    expect(all.map(({ tasks, needs }) => ({ tasks, needs }))).toEqual([
      { tasks: ['Render-0', 'Render-1', 'Render-2'], needs: 'Build' },
      { tasks: ['Movie'], needs: 'Build' }
    ])
    expect(at(all, 0).paths).toEqual([scene, frame(0), frame(1), frame(2)])
  })

  test('is a link that another task made on the way to the file', () => {
    const [link, real] = ['/mnt/show/latest', '/mnt/show/v001/scene.ma']
    const tasks = {
      Link: { changes: { [link]: { kind: 'link' as const } } },
      Render: { accesses: [read(real, { as: `${link}/scene.ma` })], worker: without(`${link}/scene.ma`) }
    }
    expect(found(tasks, { before: [real] })).toMatchObject([
      { kind: 'missing-dependency', tasks: ['Render'], needs: 'Link', paths: [link] }
    ])
  })

  test('is no folder on the way that another task made', () => {
    const tasks = {
      Make: { changes: { '/mnt/show/cache': { kind: 'folder' as const } } },
      Render: { accesses: [read('/mnt/show/cache/x', { as: '/mnt/show/cache/y' })] }
    }
    expect(found(tasks, { before: ['/mnt/show/cache/x'] })).toEqual([])
  })

  test('is a program that another task made and this one runs', () => {
    const tool = '/mnt/show/bin/tool'
    expect(
      found({
        Compile: { accesses: [write(tool)] },
        Use: { accesses: [{ how: 'run', what: tool, own: true }], worker: without(tool) }
      })
    ).toMatchObject([{ kind: 'missing-dependency', tasks: ['Use'], needs: 'Compile', paths: [tool] }])
  })

  const marker = '/mnt/show/out/done'
  const looks = (back: boolean, lost = true) => ({
    Mark: { accesses: [write(marker)] },
    Count: {
      accesses: [look(marker)],
      worker: { accesses: lost ? [missing(marker)] : [look(marker)], differs: [otherOutput('found', 'true', 'false')] },
      back: back ? { layers: true } : { unexplained: true }
    }
  })

  test('is a mere look only where the layers of others make the result the same', () => {
    expect(found(looks(true))).toMatchObject([
      { kind: 'missing-dependency', tasks: ['Count'], needs: 'Mark', paths: [marker] }
    ])
    expect(found(looks(false)).map(({ kind }) => kind)).toEqual(['unexplained'])
  })

  test('is no look at what the worker finds as well; that others’ work is needed is said', () => {
    expect(found(looks(true, false))).toMatchObject([
      { kind: 'unexplained', tasks: ['Count'], remedy: 'connect the tasks whose files it needs to Count' }
    ])
  })

  test('is a folder that was listed only where the layers of others make the result the same', () => {
    const tasks = (back: boolean) => ({
      Render: { accesses: [write(frame(1)), write(frame(2))] },
      Count: {
        accesses: [list('/mnt/show/out')],
        worker: { accesses: [list('/mnt/show/out')], differs: back ? [otherOutput('count', '2', '0')] : [] },
        ...(back ? { back: { layers: true } } : {})
      }
    })
    expect(found(tasks(true))).toMatchObject([
      { kind: 'missing-dependency', tasks: ['Count'], needs: 'Render', paths: ['/mnt/show/out'] }
    ])
    expect(found(tasks(false))).toEqual([])
  })

  test('is a folder that another task made and the worker writes into in vain', () => {
    const folder = '/mnt/show/out'
    const tasks = {
      Prepare: { changes: { [folder]: { kind: 'folder' as const } } },
      Render: {
        accesses: [write(frame(1))],
        worker: { ...without(frame(1)), differs: [otherOutput('x')] },
        back: { layers: true }
      }
    }
    expect(found(tasks)).toMatchObject([
      { kind: 'missing-dependency', tasks: ['Render'], needs: 'Prepare', paths: [folder] }
    ])
  })

  test('is none for files under a lock, whoever holds it, where the result is the same', () => {
    const reads = { accesses: [read(scene)], worker: { accesses: [] } }
    expect(found({ A: { accesses: [marked(write(scene), 'locked')] }, B: reads })).toEqual([])
    const locked = { ...reads, accesses: [marked(read(scene), 'locked')] }
    expect(found({ A: { accesses: [write(scene)] }, B: locked })).toEqual([])
  })

  test('is a database that a task makes where it finds none, if its result hangs on what another wrote', () => {
    const [asks, makes] = [marked(read(scene), 'update', 'locked'), marked(write(scene), 'update', 'locked')]
    const alone = { accesses: [makes], failed: 'no such table', differs: [failedThere('no such table')] }
    const B = { accesses: [asks], worker: alone, back: { layers: true } }
    expect(found({ A: { accesses: [makes] }, B })).toMatchObject([
      { kind: 'missing-dependency', tasks: ['B'], needs: 'A', paths: [scene] }
    ])
  })

  test('is none for byte-code caches, nor outside of the share', () => {
    const cache = '/mnt/show/lib/__pycache__/a.cpython-311.pyc'
    expect(found({ A: { accesses: [write(cache)] }, B: { accesses: [read(cache)] } })).toEqual([])
    const own = { A: { accesses: [write('/usr/share/x')] }, B: { accesses: [read('/usr/share/x')] } }
    expect(found(own)).toEqual([])
  })

  test('is none for what the task makes itself where it is not there', () => {
    const tasks = {
      A: { changes: { [scene]: { kind: 'file' as const } } },
      B: { accesses: [read(scene)], worker: { accesses: [write(scene), read(scene)], differs: [] } }
    }
    expect(found(tasks, { same: [scene] }).map(({ kind }) => kind)).not.toContain('missing-dependency')
  })

  test('is none for what the writer deleted again', () => {
    const tasks = {
      A: { accesses: [write(scene)] },
      B: { after: ['A'], accesses: [remove(scene)] },
      C: { after: ['A'], accesses: [missing(scene)] }
    }
    expect(found(tasks)).toEqual([])
  })
})

describe('who wrote a path', () => {
  test('leaves out folders and keeps the order of one slot', () => {
    const tasks = job({
      A: { accesses: [write(scene)], changes: { '/mnt/show/out': { kind: 'folder' } } },
      B: { accesses: [remove(scene)] },
      C: { accesses: [read(scene)] }
    })
    expect(writersOf(tasks, scene).map(({ name }) => name)).toEqual(['A', 'B'])
    expect(writersOf(tasks, '/mnt/show/out')).toEqual([])
    expect(makerOf(tasks, at(tasks.tasks, 1), scene)?.name).toBe('A')
    expect(makerOf(tasks, at(tasks.tasks, 2), scene)).toBeNull()
  })

  test.each([
    ['/a/b.%04d.exr', '/a/b.0001.exr', true],
    ['/a/b.####.exr', '/a/b.0001.exr', true],
    ['/a/b.$F4.exr', '/a/b.0001.exr', true],
    ['/a/b.${F4}.exr', '/a/b.0001.exr', true],
    ['/a/b.<UDIM>.exr', '/a/b.1001.exr', true],
    ['/a/*.exr', '/a/b.exr', true],
    ['/a/*.exr', '/a/c/b.exr', false],
    ['/a/b.%04d.exr', '/a/bx0001.exr', false],
    ['/a/b.exr', '/a/b.exr', false]
  ])('%s stands for %s: %s', (pattern, path, is) => {
    expect(matches(pattern, path)).toBe(is)
  })
})

describe('write-collision', () => {
  const write2 = (name: string, access = write(name)) => ({ A: { accesses: [access] }, B: { accesses: [access] } })

  test('is one path that two tasks without an order write with different content', () => {
    expect(found(write2(scene))).toMatchObject([
      {
        ...{ kind: 'write-collision', severity: 'error', tasks: ['A', 'B'], needs: null, paths: [scene] },
        evidence: [`A writes ${scene}`, `B writes ${scene}`],
        message: `A and B write ${scene} and may run at once; what is there then is one’s, the other’s, or half of each`
      }
    ])
  })

  test('is none where they write the same', () => {
    expect(found(write2(scene), { same: [scene] })).toEqual([])
  })

  test('is none where one waits for the other', () => {
    expect(found({ A: { accesses: [write(scene)] }, B: { after: ['A'], accesses: [write(scene)] } })).toEqual([])
  })

  test('is one finding for all batches and paths of the same nodes', () => {
    const batches = Object.fromEntries(
      [0, 1, 2].map((n) => [`Render-${n}`, { accesses: [write(scene), write(frame(1))] }])
    )
    expect(found(batches)).toMatchObject([
      { kind: 'write-collision', tasks: ['Render-0', 'Render-1', 'Render-2'], paths: [scene, frame(1)] }
    ])
  })

  test('leaves out a writer that both of them wait for', () => {
    const writes = { after: ['Build'], accesses: [write(scene)] }
    const all = found({ Build: { accesses: [write(scene)] }, A: writes, B: writes })
    expect(all).toMatchObject([{ kind: 'write-collision', tasks: ['A', 'B'] }])
  })

  test('is a deletion against a write, but not two deletions', () => {
    const tasks = (one: ReturnType<typeof write>) => ({ A: { accesses: [one] }, B: { accesses: [remove(scene)] } })
    expect(found(tasks(write(scene)), { before: [scene] })).toMatchObject([
      { kind: 'write-collision', severity: 'error', tasks: ['A', 'B'] }
    ])
    expect(found(tasks(remove(scene)), { before: [scene] })).toEqual([])
  })

  test('is a warning of its own where all only add lines', () => {
    const log = '/mnt/show/log.txt'
    expect(found(write2(log, marked(write(log), 'append')))).toMatchObject([
      {
        ...{ kind: 'write-collision', severity: 'warning', tasks: ['A', 'B'], paths: [log] },
        message: `A and B append to ${log} and may run at once; the order of its lines is the farm’s`
      }
    ])
    const one = { A: { accesses: [marked(write(log), 'append')] }, B: { accesses: [write(log)] } }
    expect(found(one)).toMatchObject([{ kind: 'write-collision', severity: 'error' }])
  })

  test('is none under a lock, for caches, or outside of the share', () => {
    expect(found(write2(scene, marked(write(scene), 'locked')))).toEqual([])
    expect(found(write2('/mnt/show/__pycache__/a.pyc'))).toEqual([])
    expect(found(write2('/tmp/x'))).toEqual([])
  })

  test('is one file that each makes where it does not find it', () => {
    const texture = '/mnt/show/skin.tx'
    const makes = { accesses: [missing(texture), write(texture)] }
    const tasks = { 'Render-0': makes, 'Render-1': { accesses: [read(texture)], worker: makes } }
    expect(found(tasks)).toMatchObject([
      {
        ...{ kind: 'write-collision', severity: 'error', tasks: ['Render-0', 'Render-1'], paths: [texture] },
        evidence: [`Render-0 made ${texture}, and Render-1 used it`, 'alone, Render-1 makes it itself']
      }
    ])
  })

  test('is none where it is made under a name of its own and renamed', () => {
    const texture = '/mnt/show/skin.tx'
    const makes = { accesses: [missing(texture)], changes: { [texture]: { kind: 'file' as const } } }
    expect(found({ 'Render-0': makes, 'Render-1': { accesses: [read(texture)], worker: makes } })).toEqual([])
  })

  test('is none where both write the same anew, though the second changes nothing', () => {
    const again = { accesses: [write(scene)], changes: {}, worker: { accesses: [write(scene)], differs: [] } }
    const tasks = job({ 'A-0': { accesses: [write(scene)] }, 'A-1': again }, { same: [scene] })
    const second = at(tasks.tasks, 1)
    const author = { ...second.author, changes: new Map() }
    expect(findingsOf({ ...tasks, tasks: [at(tasks.tasks, 0), { ...second, author }] })).toEqual([])
  })

  test('is what one reads and another that does not wait changes or deletes later', () => {
    const [plates, plate] = ['/mnt/show/plates', '/mnt/show/plates/p.exr']
    const make = { accesses: [write(plate)] }
    const reads = { after: ['A'], accesses: [read(plate)] }
    const clean = { after: ['A'], accesses: [], changes: { [plates]: { kind: 'deleted' as const } } }
    expect(found({ A: make, B: reads, Clean: clean })).toMatchObject([
      {
        ...{ kind: 'write-collision', severity: 'error', tasks: ['B', 'Clean'], paths: [plate] },
        evidence: [`B reads ${plate}`, `Clean deletes ${plates}, and none of them waits`]
      }
    ])
    expect(found({ A: make, B: reads, Mend: { after: ['A'], accesses: [write(plate)] } })).toMatchObject([
      { kind: 'write-collision', tasks: ['B', 'Mend'], paths: [plate] }
    ])
    expect(found({ A: make, B: reads, Clean: { ...clean, after: ['B'] } })).toEqual([])
    const locked = { after: ['A'], accesses: [marked(write(plate), 'locked')] }
    expect(found({ A: make, B: reads, Mend: locked })).toEqual([])
    expect(found({ A: make, B: reads, Other: { changes: { '/mnt/show/plates/q': { kind: 'deleted' } } } })).toEqual([])
  })
})

test('what a task takes from another one, it has to wait for: a missing dependency, and no collision', () => {
  const takes = {
    accesses: [remove(scene), write('/mnt/show/final.ma')],
    worker: { accesses: [missing(scene)], failed: 'no such file', differs: [failedThere('no such file')] }
  }
  expect(found({ A: { accesses: [write(scene)] }, B: takes })).toMatchObject([
    { kind: 'missing-dependency', tasks: ['B'], needs: 'A', paths: [scene] }
  ])
})

test('what a task looks for below a link that another makes is missed as that link', () => {
  const [link, file] = ['/mnt/show/latest', '/mnt/show/latest/a.exr']
  const makes = { changes: { [link]: { kind: 'link' as const } } }
  const looks = {
    ...{ accesses: [look(file)], back: { layers: true } },
    worker: { accesses: [missing(file)], differs: [otherOutput('v')] }
  }
  expect(found({ A: makes, B: looks })).toMatchObject([
    { kind: 'missing-dependency', tasks: ['B'], needs: 'A', paths: [link] }
  ])
})

test('what a task looks for by way of a link is missed where the link leads', () => {
  const link = '/mnt/show/assets/latest'
  const looks = {
    accesses: [look(link)],
    worker: { accesses: [missing(scene, { as: link })], differs: [otherOutput('v')] },
    back: { layers: true }
  }
  expect(found({ A: { accesses: [write(scene)] }, B: looks })).toMatchObject([
    { kind: 'missing-dependency', tasks: ['B'], needs: 'A', paths: [scene] }
  ])
})
