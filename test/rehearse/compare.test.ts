import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { encode } from 'fast-png'
import { crc32, deflateSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { differences, differenceText, mapped, real, tokensOf, type Side } from '../../src-main/core/rehearse/compare.ts'
import { type Change, type Layer } from '../../src-main/core/rehearse/layers.ts'
import { differsByClock, isMoment } from '../../src-main/core/rehearse/moment.ts'
import { pixelsOf } from '../../src-main/core/job/pictures/stored.ts'
import { scratch } from '../helpers/app.ts'

describe('the moment of a run', () => {
  test.each([
    '2026-05-01',
    '2026-05-01T10:38:20Z',
    '2026-05-01T10:38:20.123456+02:00',
    '10:38:20',
    '9:05',
    '00:12.34',
    '20260501_103820',
    '103820',
    '1777632000',
    '1777632000.123',
    '1777632000123',
    '1777632000123456789'
  ])('%s', (text) => {
    expect(isMoment(text)).toBe(true)
  })

  test.each(['1001', '123', '999999', '1477632000', '9777632000', '17776320001', 'v1777632000', '2026', 'a1f3', '1.5'])(
    'not %s',
    (text) => {
      expect(isMoment(text)).toBe(false)
    }
  )

  test.each([
    ['updated 2026-05-01T10:38:20Z', 'updated 2026-05-01T10:39:21Z'],
    ['{"at":1777632000.5}', '{"at":1777632061.25}'],
    ['took 1.25 and ended', 'took 3.5 and ended'],
    ['{"renderTime": 1.25}', '{"renderTime": 1.5}'],
    ['{"total_time": 1}', '{"total_time": 2}'],
    ['wrote 3 files in 12 ms', 'wrote 3 files in 15 ms'],
    ['12µs', '14µs'],
    ['it was 10:38:20.', 'it was 10:38:21.'],
    ['{"seconds":1.5}', '{"seconds":2.5}'],
    ['1.5s', '1.75s'],
    ['the same', 'the same'],
    ['Time: 00:01.25 (Saving: 00:00.10)', 'Time: 00:01.31 (Saving: 00:00.09)']
  ])('%j is the same as %j but for the clock', (left, right) => {
    expect(differsByClock(left, right)).toBe(true)
  })

  test.each([
    ['10:38:20', '17:38:21', false],
    ['2026-05-01T10:38:20', '2026-05-01T02:38:21', false],
    ['20260501_103820', '20260501_033820', false],
    ['at 09:00', 'at 16:00', false],
    ['2026-05-01T10:38:20Z', '2026-05-01T12:38:21+02:00', true],
    ['23:59:59', '00:00:05', true],
    ['2026-05-01', '2026-05-02', true],
    ['Time: 01:10.20', 'Time: 02:15.31', true],
    ['1777632000', '1777632400', true]
  ])('%j and %j of two runs in ten seconds: another zone is more than the clock', (left, right, expected) => {
    expect(differsByClock(left, right, 10)).toBe(expected)
  })

  test.each([
    ['a random number', '{"seed": 71234}', '{"seed": 55102}'],
    ['a random number behind a duration', '{"time": 1.2, "seed": 71234}', '{"time": 1.3, "seed": 55102}'],
    ['a random number of ten digits', 'id 1777632000', 'id 3012345678'],
    ['a count that was generated', 'generated 12 files', 'generated 13 files'],
    ['a number of a wallpaper', 'wallpaper 12', 'wallpaper 13'],
    ['a path', '/mnt/show/1777632000/a.exr', '/mnt/show/1777632061/a.exr'],
    ['a folder’s name', 'out_20260501/x', 'out_20260502/x'],
    ['another text', 'one 10:00', 'two 10:00'],
    ['one more word', 'at 10:00', 'at 10:00 sharp'],
    ['a moment against a number', 'at 10:00', 'at 1000'],
    ['a number without a unit', 'samples 5', 'samples 6']
  ])('%s is more than the clock', (_, left, right) => {
    expect(differsByClock(left, right)).toBe(false)
  })
})

const image = (value: number) =>
  Buffer.from(encode({ width: 2, height: 2, channels: 3, depth: 8, data: new Uint8Array(12).fill(value) }))

/** A PNG chunk: length, kind, data, check sum. */
function chunk(kind: string, data: Buffer): Buffer {
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)]
  const body = Buffer.concat([Buffer.from(kind), data])
  length.writeUInt32BE(data.length)
  sum.writeUInt32BE(crc32(body))
  return Buffer.concat([length, body, sum])
}

/** The header of a PNG is 8 bytes and 25 of IHDR. */
const withNote = (png: Buffer, note: Buffer) => Buffer.concat([png.subarray(0, 33), note, png.subarray(33)])

const segment = (mark: number, data: string) => {
  const length = Buffer.alloc(2)
  length.writeUInt16BE(data.length + 2)
  return Buffer.concat([Buffer.from([0xff, mark]), length, Buffer.from(data)])
}
const jpeg = (notes: Buffer[], scan: string) =>
  Buffer.concat([Buffer.from([0xff, 0xd8]), ...notes, segment(0xdb, 'table'), segment(0xda, 'head'), Buffer.from(scan)])

interface Exr {
  note: string
  chunks: string[]
  /** places of the chunks in the table, in the order of the file; as they are where left out */
  order?: number[]
  parts?: boolean
}

function exr({ note, chunks, order = chunks.map((_, i) => i), parts = false }: Exr): Buffer {
  const start = Buffer.alloc(8)
  start.writeUInt32LE(20000630)
  start.writeUInt32LE(parts ? 0x1002 : 2, 4)
  const size = Buffer.alloc(4)
  size.writeUInt32LE(note.length)
  const header = Buffer.concat([Buffer.from('comments\0string\0'), size, Buffer.from(`${note}\0`)])
  const headers = parts ? [header, header, Buffer.from('\0')] : [header]
  const table = Buffer.alloc(8 * chunks.length)
  let at = Buffer.concat([start, ...headers]).length + table.length
  chunks.forEach((one, i) => {
    table.writeBigUInt64LE(BigInt(at), 8 * (order[i] ?? 0))
    at += one.length
  })
  return Buffer.concat([start, ...headers, table, Buffer.from(chunks.join(''))])
}

describe('pixels', () => {
  test('of a PNG are all but its notes', () => {
    const noted = withNote(image(1), chunk('tEXt', Buffer.from('Date\x002026')))
    const other = withNote(image(1), Buffer.concat([chunk('zTXt', deflateSync('x')), chunk('tIME', Buffer.alloc(7))]))
    expect(noted.equals(other)).toBe(false)
    expect(pixelsOf(noted)).toEqual(pixelsOf(image(1)))
    expect(pixelsOf(noted)).toEqual(pixelsOf(other))
    expect(pixelsOf(image(1))).not.toEqual(pixelsOf(image(2)))
    const palette = withNote(image(1), chunk('gAMA', Buffer.from([0, 0, 0, 1])))
    expect(pixelsOf(palette), 'gamma changes what is seen').not.toEqual(pixelsOf(image(1)))
  })

  test('of a PNG that is cut off are none', () => {
    expect(pixelsOf(image(1).subarray(0, -20))).toBeNull()
  })

  test('of a JPEG are all but its application data and comments', () => {
    const one = jpeg([segment(0xe1, 'Exif 10:00'), segment(0xfe, 'by A')], 'scan')
    const other = jpeg([segment(0xe1, 'Exif 10:01:00')], 'scan')
    expect(pixelsOf(one)).toEqual(pixelsOf(other))
    expect(pixelsOf(one)).not.toEqual(pixelsOf(jpeg([], 'other')))
    expect(pixelsOf(jpeg([], 'x').subarray(0, 8))).toBeNull()
  })

  test('of an EXR are its chunks, however long the header is', () => {
    const [one, other] = [
      exr({ note: 'short', chunks: ['aaaa', 'bbbb'] }),
      exr({ note: 'longer', chunks: ['aaaa', 'bbbb'] })
    ]
    expect(pixelsOf(one)).toEqual(Buffer.from('aaaabbbb'))
    expect(pixelsOf(one)).toEqual(pixelsOf(other))
    expect(pixelsOf(one)).not.toEqual(pixelsOf(exr({ note: 'short', chunks: ['aaaa', 'bbbc'] })))
  })

  test('of an EXR are all chunks where the table’s first is the file’s last', () => {
    expect(pixelsOf(exr({ note: 'x', chunks: ['cc', 'bb', 'aa'], order: [2, 1, 0] }))).toEqual(Buffer.from('ccbbaa'))
  })

  test('of an EXR of several parts stand behind all headers', () => {
    expect(pixelsOf(exr({ note: 'x', chunks: ['aa', 'bb'], parts: true }))).toEqual(Buffer.from('aabb'))
  })

  test('of an EXR that is cut off, or no picture, are none', () => {
    expect(pixelsOf(exr({ note: 'x', chunks: ['aa'] }).subarray(0, 30))).toBeNull()
    for (const text of ['', 'text', '%PDF-1.7', '\x89PNG'])
      expect(pixelsOf(Buffer.from(text, 'latin1')), text).toBeNull()
  })
})

describe('folders of a machine', () => {
  const side = { tokens: tokensOf({ '/home/me': '$HOME', '/tmp': '$TMP', '/home/me/tmp': '$TMP' }) }

  test.each([
    ['/home/me/x', '$HOME/x'],
    ['in /home/me.', 'in $HOME.'],
    ['/home/me/tmp/x', '$TMP/x'],
    ['/home/me2/x /home/me-x /home/me.bak', '/home/me2/x /home/me-x /home/me.bak'],
    ['/mnt/home/me/x', '/mnt/home/me/x'],
    ['/mnt/show/tmp/x', '/mnt/show/tmp/x'],
    ['--out=/tmp/x -I/tmp/y "/tmp/z" file:///tmp/w', '--out=$TMP/x -I$TMP/y "$TMP/z" file://$TMP/w'],
    [String.raw`"a\n/tmp/x"`, String.raw`"a\n$TMP/x"`],
    ['/tmp/tmpab12cd34/x', '$TMP/tmp*/x'],
    ['/tmp/job-1/tmpab12cd34', '$TMP/job-1/tmp*'],
    ['/mnt/show/tmpab12cd34', '/mnt/show/tmpab12cd34']
  ])('%s is %s', (text, expected) => {
    expect(mapped(text, side)).toBe(expected)
  })
})

/** A run that wrote these contents at these paths, and returned these values. */
function side(
  outputs: Record<string, unknown> | null,
  files: Record<string, string | Buffer | null>,
  home = '/home/me'
): Side {
  const folder = scratch()
  mkdirSync(join(folder, 'l'))
  const changes = Object.entries(files).map(([path, content], i): [string, Change] => {
    if (content === null) return [path, { kind: 'deleted' }]
    const where = join(folder, 'l', String(i))
    writeFileSync(where, content)
    return [path, { kind: 'file', real: where, size: Buffer.byteLength(content), mode: 0o644 }]
  })
  const layer: Layer = { id: 1, changes: new Map(changes), roots: new Set([0]) }
  const values = Object.entries(outputs ?? {}).map(([plug, value]) => ({
    plug,
    key: null,
    value: JSON.stringify(value)
  }))
  return {
    result: outputs && { outputs: values, seconds: null },
    reason: outputs ? null : 'exit 1',
    view: [layer],
    tokens: tokensOf({ [home]: '$HOME' }),
    ran: { from: 0, to: 1000 }
  }
}

describe('two runs', () => {
  const path = '/mnt/show/out/a'
  const compared = (left: string | Buffer | null, right: string | Buffer | null) =>
    differences(side({}, { [path]: left }), side({}, { [path]: right }, '/home/render'), [path])

  test('that end otherwise differ by that alone', () => {
    const all = differences(side({ x: 1 }, { [path]: '1' }), side(null, {}), [path])
    expect(all).toEqual([{ what: 'end', name: '', left: null, right: 'exit 1', note: false }])
    expect(all.map(differenceText)).toEqual(['it failed: exit 1'])
    expect(differences(side(null, {}), side(null, {}), [path])).toEqual([])
  })

  test('differ by outputs, but not where only their own folders or the clock do', () => {
    const left = side({ same: 1, path: '/home/me/x', n: 1, gone: 1, at: '2026-05-01T10:00:00Z' }, {})
    const right = side({ same: 1, path: '/home/render/x', n: 2, at: '2026-05-01T10:01:00Z' }, {}, '/home/render')
    const all = differences(left, right, [])
    expect(all.map(({ name, note }) => [name, note])).toEqual([
      ['n', false],
      ['gone', false],
      ['at', true]
    ])
    expect(real(all).map(differenceText)).toEqual(['output n: 1 | 2', 'output gone: 1 | not there'])
  })

  test.each([
    ['the same text', 'a', 'a', []],
    ['their own folders', 'in /home/me/x', 'in /home/render/x', []],
    ['another line', 'a\nb', 'a\nc', [['b', 'c', false]]],
    ['one more line', 'a', 'a\nb', [['(ends)', 'b', false]]],
    ['the clock', 'at 10:00', 'at 10:01', [['at 10:00', 'at 10:01', true]]],
    ['a file that is not there', 'a', null, [['1 bytes', null, false]]],
    ['unknown bytes', Buffer.from([0, 1]), Buffer.from([0, 2]), [['2 bytes', '2 bytes', true]]],
    ['an empty file', Buffer.from([0, 1]), Buffer.alloc(0), [['2 bytes', '0 bytes', false]]],
    ['other pixels', image(1), image(2), [['other pixels', 'other pixels', false]]],
    ['notes of a picture', image(1), withNote(image(1), chunk('tIME', Buffer.alloc(7))), []]
  ])('with %s', (_, left, right, expected) => {
    expect(compared(left, right).map((one) => [one.left, one.right, one.note])).toEqual(expected)
  })

  test('differ by where links lead', () => {
    const linked = (to: string): Side => ({
      ...side({}, {}),
      view: [{ id: 1, changes: new Map([[path, { kind: 'link', real: '/none', to }]]), roots: new Set([0]) }]
    })
    expect(differences(linked('a'), linked('b'), [path]).map(differenceText)).toEqual([`file ${path}: → a | → b`])
    expect(differences(linked('a'), linked('a'), [path])).toEqual([])
  })
})
