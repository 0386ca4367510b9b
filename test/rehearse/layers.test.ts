import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync
} from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { keepLayers, lastWords } from '../../src-main/core/rehearse/keep.ts'
import {
  namesIn,
  readLayer,
  sameBytes,
  seenAt,
  Stacks,
  upperName,
  type Change,
  type Layer
} from '../../src-main/core/rehearse/layers.ts'
import type { Root } from '../../src-main/core/rehearse/places.ts'
import { scratch } from '../helpers/app.ts'
import { mayMount, run } from '../helpers/mount.ts'

function put(path: string, text = 'x', mode = 0o644): string {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
  chmodSync(path, mode)
  return path
}

/** A share, and a scratch folder with an upper folder for it. */
function stage() {
  const base = scratch()
  const [share, layers] = [join(base, 'share'), join(base, 'scratch')]
  const upper = join(layers, upperName(1, 0))
  for (const folder of [share, upper]) mkdirSync(folder, { recursive: true })
  const roots: Root[] = [{ path: share, kind: 'share' }]
  const layer = (below: Layer[] = [], made: string[] = []) =>
    readLayer(1, { scratch: layers, roots, below, made, begun: new Set<string>() })
  const changes = (below: Layer[] = [], made: string[] = []) =>
    Object.fromEntries([...layer(below, made).changes].map(([path, { kind }]) => [path.slice(share.length + 1), kind]))
  return { base, share, layers, upper, roots, layer, changes }
}

const layerOf = (changes: Record<string, Change>, id = 1): Layer => ({
  ...{ id, changes: new Map(Object.entries(changes)), roots: new Set([0]) }
})
const deleted: Change = { kind: 'deleted' }
const folder: Change = { kind: 'folder', mode: 0o755 }
const file = (real: string): Change => ({
  kind: 'file',
  real,
  size: statSync(real).size,
  mode: statSync(real).mode & 0o7777
})

describe('what a task wrote', () => {
  test('are new files, folders and links', () => {
    const { upper, changes, layer } = stage()
    put(join(upper, 'out', 'a'))
    symlinkSync('a', join(upper, 'out', 'l'))
    expect(changes()).toEqual({ out: 'folder', 'out/a': 'file', 'out/l': 'link' })
    expect(layer().roots).toEqual(new Set([0]))
  })

  test('is nothing where the upper folder is empty or not there', () => {
    const { layer, upper, roots } = stage()
    expect(layer()).toEqual({ id: 1, changes: new Map(), roots: new Set() })
    expect(readLayer(7, { scratch: upper, roots, below: [], made: [], begun: new Set() }).changes.size).toBe(0)
  })

  test('is no file that was opened for writing and left as it was', () => {
    const { share, upper, changes } = stage()
    for (const root of [share, upper]) put(join(root, 'a'), 'same')
    expect(changes()).toEqual({})
  })

  test.each([
    ['other content of the same length', 'tame', 0o644],
    ['more content', 'same again', 0o644],
    ['other rights', 'same', 0o600]
  ])('is a file with %s', (_, text, mode) => {
    const { share, upper, changes } = stage()
    put(join(share, 'a'), 'same')
    put(join(upper, 'a'), text, mode)
    expect(changes()).toEqual({ a: 'file' })
  })

  test('is told by what the task stood on, not by the disk', () => {
    const { base, share, upper, changes } = stage()
    const before = layerOf({ [join(share, 'a')]: file(put(join(base, 'other'), 'same')) })
    put(join(share, 'a'), 'disk')
    put(join(upper, 'a'), 'same')
    expect(changes([before])).toEqual({})
    expect(changes()).toEqual({ a: 'file' })
  })

  test('is no folder that was there', () => {
    const { share, upper, changes } = stage()
    put(join(share, 'out', 'old'))
    put(join(upper, 'out', 'new'))
    expect(changes()).toEqual({ 'out/new': 'file' })
  })

  test('is all that is gone from a folder that was made anew', () => {
    const { share, upper, changes } = stage()
    for (const name of ['old', 'kept', 'deep/x']) put(join(share, 'out', name), 'before')
    put(join(upper, 'out', 'kept'), 'after')
    expect(changes([], [join(share, 'out')])).toEqual({
      'out/old': 'deleted',
      'out/deep': 'deleted',
      'out/kept': 'file'
    })
  })

  test('is no byte-code cache', () => {
    const { upper, changes } = stage()
    put(join(upper, '__pycache__', 'a.pyc'))
    expect(changes()).toEqual({})
  })

  test('is nothing of an inner root that shows in the outer one', () => {
    const { share, upper, layers } = stage()
    put(join(upper, 'inner', 'a'))
    const roots: Root[] = [
      { path: share, kind: 'share' },
      { path: join(share, 'inner'), kind: 'share' }
    ]
    expect(readLayer(1, { scratch: layers, roots, below: [], made: [], begun: new Set() }).changes.size).toBe(0)
  })

  describe.skipIf(!mayMount())('with the right to make whiteouts', () => {
    test('is a deletion, of what was there alone', () => {
      const { share, upper, changes } = stage()
      put(join(share, 'a'))
      for (const name of ['a', 'never']) expect(run('mknod', join(upper, name), 'c', '0', '0')).toBe(true)
      expect(changes()).toEqual({ a: 'deleted' })
    })

    test('is a deletion of what an earlier task wrote', () => {
      const { base, share, upper, changes } = stage()
      expect(run('mknod', join(upper, 'a'), 'c', '0', '0')).toBe(true)
      expect(changes([layerOf({ [join(share, 'a')]: file(put(join(base, 'x'))) })])).toEqual({ a: 'deleted' })
    })
  })
})

describe('what stands at a path', () => {
  test('is the newest layer’s word, then the disk’s', () => {
    const { base, share } = stage()
    const path = put(join(share, 'a'), 'disk')
    const [old, young] = [put(join(base, 'old'), 'older'), put(join(base, 'young'), 'y')]
    expect(seenAt(path, [])).toMatchObject({ kind: 'file', real: path, size: 4, mode: 0o644 })
    expect(seenAt(path, [layerOf({ [path]: file(young) }), layerOf({ [path]: file(old) })])).toMatchObject({
      real: young
    })
    expect(seenAt(path, [layerOf({}), layerOf({ [path]: file(old) })])).toMatchObject({ real: old })
    expect(seenAt(path, [layerOf({ [path]: deleted }), layerOf({ [path]: file(old) })])).toBeNull()
    expect(seenAt(join(share, 'none'), [])).toBeNull()
  })

  test('is nothing below a folder that was deleted, or that is a file now', () => {
    const { share } = stage()
    const path = put(join(share, 'out', 'deep', 'a'))
    const out = join(share, 'out')
    expect(seenAt(path, [layerOf({ [out]: deleted })])).toBeNull()
    expect(seenAt(path, [layerOf({ [out]: file(path) })])).toBeNull()
    expect(seenAt(path, [layerOf({ [out]: folder })])).toMatchObject({ kind: 'file' })
    const again = layerOf({ [out]: folder, [join(out, 'b')]: file(path) })
    expect(seenAt(join(out, 'b'), [again, layerOf({ [out]: deleted })])).toMatchObject({ kind: 'file' })
  })

  test('may be a link or a folder', () => {
    const { share } = stage()
    symlinkSync('to', join(share, 'l'))
    expect(seenAt(join(share, 'l'), [])).toEqual({ kind: 'link', to: 'to' })
    expect(seenAt(share, [])).toEqual({ kind: 'folder' })
    expect(seenAt('/x', [layerOf({ '/x': { kind: 'link', real: '/r', to: 't' } })])).toEqual({ kind: 'link', to: 't' })
    expect(seenAt(join(put(join(share, 'f')), 'below a file'), [])).toBeNull()
  })

  test('a folder’s names are those of the disk and all layers, without what is deleted', () => {
    const { share } = stage()
    for (const name of ['a', 'b']) put(join(share, name))
    const at = (name: string) => join(share, name)
    const young = layerOf({ [at('b')]: deleted, [at('c')]: folder, [at('c/d')]: file(at('a')) })
    expect(namesIn(share, [young]).sort()).toEqual(['a', 'c'])
    expect(namesIn(at('c'), [young])).toEqual(['d'])
    expect(namesIn(at('none'), [])).toEqual([])
  })

  test('two files hold the same bytes or not, beyond the first piece', () => {
    const { base } = stage()
    const long = 'x'.repeat(300_000)
    const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((name, i) =>
      put(join(base, name), [long, long, `${long}y`, `${long.slice(1)}y`][i])
    )
    expect([b, c, d].map((other) => sameBytes(a ?? '', other ?? ''))).toEqual([true, false, false])
  })
})

describe('lower folders', () => {
  test('are those of the layers that hold something in a root, the newest first', async () => {
    const roots: Root[] = [
      { path: '/mnt/show', kind: 'share' },
      { path: '/tmp', kind: 'temporary' }
    ]
    const stacks = new Stacks('/scratch', roots)
    const layers: Layer[] = [
      { id: 3, changes: new Map(), roots: new Set([0, 1]) },
      { id: 2, changes: new Map(), roots: new Set([0]) }
    ]
    expect(await stacks.lowers(layers)).toEqual([['l/3/0', 'l/2/0'], ['l/3/1']])
  })

  test('are put together where mount’s page of options would not hold them', async () => {
    const { share, layers, roots, base } = stage()
    const all = Array.from({ length: 320 }, (_, i): Layer => {
      const text = i === 0 ? 'oldest' : i === 319 ? 'newest' : String(i)
      const real = put(join(layers, upperName(i + 1, 0), i % 319 === 0 ? 'both' : `f${i}`), text)
      return layerOf({ [join(share, i % 319 === 0 ? 'both' : `f${i}`)]: file(real) }, i + 1)
    }).reverse()
    const stacks = new Stacks(layers, roots)
    const lowers = await stacks.lowers(all)
    expect(lowers).toEqual([['l/m0']])
    expect(readFileSync(join(layers, 'l/m0', 'both'), 'utf8')).toBe('newest')
    expect(readFileSync(join(layers, 'l/m0', 'f7'), 'utf8')).toBe('7')
    expect(await stacks.lowers(all), 'once').toEqual(lowers)
    expect(existsSync(join(base, 'scratch', 'l/m1'))).toBe(false)
  })
})

describe('what is kept of a run', () => {
  const words = (...layers: Layer[]) =>
    Object.fromEntries([...lastWords(layers)].map(([path, { change, wipes }]) => [path, [change.kind, wipes]]))
  const real: Change = { kind: 'file', real: '/r', size: 1, mode: 0o644 }

  test('is the last word on each path', () => {
    expect(words(layerOf({ '/s/a': real, '/s/b': real }), layerOf({ '/s/a': deleted }))).toEqual({
      '/s/a': ['deleted', true],
      '/s/b': ['file', false]
    })
    expect(words(layerOf({ '/s/a': deleted }), layerOf({ '/s/a': real }))).toEqual({ '/s/a': ['file', true] })
  })

  test('is nothing below a folder that was deleted later, but all that came after that', () => {
    expect(words(layerOf({ '/s/o': folder, '/s/o/a': real, '/s/ox': real }), layerOf({ '/s/o': deleted }))).toEqual({
      '/s/o': ['deleted', true],
      '/s/ox': ['file', false]
    })
    const again = layerOf({ '/s/o': folder, '/s/o/b': real })
    expect(words(layerOf({ '/s/o/a': real }), layerOf({ '/s/o': deleted }), again)).toEqual({
      '/s/o': ['folder', true],
      '/s/o/b': ['file', false]
    })
  })

  test('is nothing below a folder that is a file or a link now', () => {
    const before = layerOf({ '/s/o': folder, '/s/o/a': real })
    expect(words(before, layerOf({ '/s/o': real }))).toEqual({ '/s/o': ['file', false] })
    expect(Object.keys(words(before, layerOf({ '/s/o': { kind: 'link', real: '/r', to: 'x' } })))).toEqual(['/s/o'])
  })

  test('are files with their content, rights and time, folders and links', async () => {
    const { base, share } = stage()
    const source = put(join(base, 'source'), 'text', 0o640)
    const at = (name: string) => join(share, name)
    await keepLayers(
      [
        layerOf({
          ...{
            [at('new')]: { kind: 'folder', mode: 0o700 },
            [at('new/a')]: file(source),
            [at('deep/er/b')]: file(source)
          },
          ...{ [at('l')]: { kind: 'link', real: source, to: 'new/a' } }
        })
      ],
      () => true
    )
    expect(readFileSync(at('l'), 'utf8')).toBe('text')
    expect([statSync(at('new/a')).mode & 0o777, statSync(at('new')).mode & 0o777]).toEqual([0o640, 0o700])
    expect(statSync(at('new/a')).mtimeMs).toBeCloseTo(statSync(source).mtimeMs, -1)
    expect(readFileSync(at('deep/er/b'), 'utf8')).toBe('text')
    expect(namesIn(share, []).sort(), 'nothing is left over').toEqual(['deep', 'l', 'new'])
  })

  test('takes away what was deleted, replaces links, and leaves out what is not asked for', async () => {
    const { base, share } = stage()
    const source = put(join(base, 'source'), 'text')
    const at = (name: string) => join(share, name)
    const target = put(at('target'), 'untouched')
    put(at('gone/deep/a'))
    put(at('again/old'))
    put(at('asked'), 'before')
    for (const name of ['link', 'relink']) symlinkSync(target, at(name))
    await keepLayers(
      [
        layerOf({ [at('gone')]: deleted, [at('again')]: deleted, [at('asked')]: file(source) }),
        layerOf({
          ...{ [at('again')]: folder, [at('again/new')]: file(source), [at('link')]: file(source) },
          ...{ [at('relink')]: { kind: 'link', real: source, to: 'elsewhere' } }
        })
      ],
      (path) => path !== at('asked')
    )
    expect([existsSync(at('gone')), existsSync(at('again/old')), existsSync(at('again/new'))]).toEqual([
      false,
      false,
      true
    ])
    expect(lstatSync(at('link')).isFile()).toBe(true)
    expect(readFileSync(target, 'utf8')).toBe('untouched')
    expect(readlinkSync(at('relink'))).toBe('elsewhere')
    expect(readFileSync(at('asked'), 'utf8')).toBe('before')
  })

  test('may be of another kind than what lies there', async () => {
    const { base, share } = stage()
    const source = put(join(base, 'source'), 'text')
    const at = (name: string) => join(share, name)
    put(at('was folder/a'))
    put(at('was file'))
    await keepLayers(
      [layerOf({ [at('was folder')]: file(source), [at('was file')]: folder, [at('was file/a')]: file(source) })],
      () => true
    )
    expect(readFileSync(at('was folder'), 'utf8')).toBe('text')
    expect(readFileSync(at('was file/a'), 'utf8')).toBe('text')
  })
})
