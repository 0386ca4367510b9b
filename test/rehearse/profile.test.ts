import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { checkProfile } from '../../src-main/core/rehearse/profile-check.ts'
import { effectiveText, profileText, writeProfile } from '../../src-main/core/rehearse/profile-text.ts'
import { findProfile, parseProfile, readProfile } from '../../src-main/core/rehearse/profile.ts'
import { anyWorker, workerFile } from '../../src-main/domain/worker.ts'
import { isWithin, plainFolder } from '../../src-main/domain/paths.ts'
import { scratch } from '../helpers/app.ts'
import { unwrap } from '../helpers/goldens.ts'

function written(text: string | Buffer): string {
  const path = join(scratch(), workerFile)
  writeFileSync(path, text)
  return path
}

/** What is said of a file that holds this. */
function refusal(text: string | Buffer): string {
  const read = readProfile(written(text))
  expect(read).toMatchObject({ ok: false, error: { kind: 'input' } })
  return read.ok ? '' : read.error.message
}

describe('a worker profile', () => {
  test('is read with its paths made plain and its sizes counted', () => {
    const path = written(
      'share: [/mnt/show/, /mnt/x/../lib//]\nmemory: 1.5GB\nenv: { V: 1.10, ON: true }\npaths: { /Volumes/a/: /mnt/a/. }\n'
    )
    expect(unwrap(readProfile(path))).toEqual({
      ...anyWorker,
      share: ['/mnt/show', '/mnt/lib'],
      memory: 1.5e9,
      env: { V: '1.10', ON: 'true' },
      paths: { '/Volumes/a': '/mnt/a' }
    })
  })

  test.each(['', '\n', '# nothing\n', 'share:\nassets:\nenv:\n', '---\n'])('of %j is one of defaults alone', (text) => {
    expect(unwrap(readProfile(written(text)))).toEqual(anyWorker)
  })

  test.each([
    ['shares: [/a]', 'line 1, shares: there is no such key; write share; there are share, assets, '],
    ['user: a\nwhatever: 1', 'line 2, whatever: there is no such key; take it out; there are share, '],
    ['share: /a', 'line 1, share: "/a" is not a list of folders; write share: [/mnt/show]'],
    ['user: a\nshare:\n  - /a\n  - b/c\n', 'line 4, share.1: "b/c" is not a path that starts with /; write share: '],
    ['assets: [3]', 'line 1, assets.0: 3 is not a path that starts with /; write assets: '],
    ['memory: lots', 'line 1, memory: "lots" is not a size above 0; write memory: 16GB'],
    ['memory: 0', 'line 1, memory: 0 is not a size above 0; '],
    ['cores: 1.5', 'line 1, cores: 1.5 is not a whole number above 0; write cores: 8'],
    ['host: a b', 'line 1, host: "a b" is not a host’s name; '],
    ['env:\n  A:\n', 'line 2, env.A: nothing is not a variable’s value; '],
    ['env: { "A=B": 1 }', 'line 1, env.A=B: "A=B" is not a variable’s name; '],
    ['paths: { a: /b }', 'line 1, paths.a: "a" is not an absolute path; '],
    ['user: a\nuser: b\n', 'line 2: "user" stands here a second time; keep one'],
    ['share:\n\t- /a\n', 'line 2: the line begins with a tab; indent it with spaces'],
    ['user: a\n---\nuser: b\n', 'line 2: --- begins a second profile; '],
    ['user: !env A', 'line 1: "!env" means nothing here; '],
    ['share: [/a', 'line 1: it is no YAML here ('],
    ['share: *none', ': it is no YAML (Unresolved alias'],
    ['- /a', ': it has no keys; write keys with their values; '],
    ['hello', ': it has no keys; ']
  ])('of %j is refused with line, key and what is allowed', (text, message) => {
    expect(refusal(text)).toContain(message)
  })

  test('tells the first mistake, and how many more there are', () => {
    const message = refusal('cores: x\nshare: 1\n')
    expect(message).toContain('line 1, cores: "x"')
    expect(message).toMatch(/\(and 1 more: backlot worker check .*\)$/)
  })

  test('is refused where it is no text, no file, too long, or may not be read', () => {
    expect(refusal('user: a\nhost: b\0c\n')).toContain('line 2: there is a NUL in it')
    expect(refusal(Buffer.from([0xff, 0xfe, 0x41]))).toContain('is not UTF-8 text')
    expect(refusal(' '.repeat((1 << 20) + 1))).toContain('more than any worker profile')
    const folder = scratch()
    const messageOf = (path: string) => {
      const read = readProfile(path)
      return read.ok ? '' : read.error.message
    }
    expect(messageOf(folder)).toContain(`is a folder; name the file: ${join(folder, workerFile)}`)
    expect(messageOf(join(folder, 'none.yaml'))).toContain('make it with: backlot worker init')
    expect(messageOf('/dev/zero')).toContain('is no plain file')
    expect(messageOf('a\0b')).toContain('cannot be read')
  })

  // root may read everything
  if (process.getuid?.() !== 0)
    test('is refused where its rights forbid it', () => {
      const path = written('user: a')
      chmodSync(path, 0)
      expect(readProfile(path)).toMatchObject({
        ok: false,
        error: { message: expect.stringContaining('EACCES') as string }
      })
    })

  test('is found beside the graph', () => {
    const folder = scratch()
    expect(findProfile(join(folder, 'film.json'))).toBeNull()
    writeFileSync(join(folder, workerFile), '')
    expect(findProfile(join(folder, 'film.json'))).toBe(join(folder, workerFile))
  })
})

describe('a profile to begin with', () => {
  test('says of every key what it means, and is a profile of defaults', () => {
    expect(parseProfile(profileText({})).profile).toEqual(anyWorker)
    expect(profileText({})).toContain('# published folders: read-only for workers\n# assets: [/mnt/show/assets]\n')
  })

  test('is right with every example in it taken in', () => {
    const all = profileText({}).replace(/^# (\w+: [^ ].*)$/gm, (line, entry: string) =>
      /^(share|assets|system|env|pass|hosts|memory|cores|workers|user|host|paths): /.test(entry) ? entry : line
    )
    const { profile, problems } = parseProfile(all)
    expect(problems).toEqual([])
    expect(profile).toMatchObject({ share: ['/mnt/show'], memory: 16e9, paths: { '/Volumes/show': '/mnt/show' } })
  })

  test('has the shares that are named, is never written over without a word, and makes the folder it lies in', async () => {
    const path = join(scratch(), 'show', workerFile)
    expect(await writeProfile(path, { share: ['/mnt/a b/'], force: false })).toEqual({ ok: true, value: path })
    expect(unwrap(readProfile(path)).share).toEqual(['/mnt/a b'])
    writeFileSync(path, 'user: mine')
    expect(await writeProfile(path, { share: [], force: false })).toMatchObject({ ok: false, error: { kind: 'usage' } })
    expect(readFileSync(path, 'utf8')).toBe('user: mine')
    unwrap(await writeProfile(path, { share: [], force: true }))
    expect(unwrap(readProfile(path))).toEqual(anyWorker)
    expect(await writeProfile(join(path, 'under-a-file'), { share: [], force: false })).toMatchObject({ ok: false })
  })

  test('the profile that counts, written down, is the same profile', () => {
    const profile = { ...anyWorker, share: ['/a'], env: { V: '1.10', N: '010' }, memory: 512e6 }
    expect(parseProfile(effectiveText(profile)).profile).toEqual(profile)
  })
})

describe('a profile held against this machine', () => {
  const problemsOf = (text: string, env = {}) => unwrap(checkProfile(written(text), env)).problems

  test('names folders that are not there, with their lines', () => {
    const folder = scratch()
    const found = problemsOf(`share:\n  - ${folder}\n  - ${folder}/gone\nsystem: [${folder}/none]\n`)
    expect(found.map(({ severity, line, key }) => [severity, line, key])).toEqual([
      ['warning', 3, 'share.1'],
      ['warning', 4, 'system.0'],
      ['warning', 3, 'share.1']
    ])
    expect(found[0]?.message).toBe(`there is no folder ${folder}/gone on this machine`)
  })

  test('names folders that lie in each other or outside, and variables that stand twice or are not set', () => {
    const folder = scratch()
    mkdirSync(join(folder, 'show/assets'), { recursive: true })
    mkdirSync(join(folder, 'lib'))
    const text = `share: [${folder}/show]\nassets: [${folder}/show/assets, ${folder}/lib, ${folder}]\nenv: { A: 1 }\npass: [A, B, C]\n`
    expect(problemsOf(text, { C: 'x' }).map(({ severity, key, message }) => [severity, key, message])).toEqual([
      ['warning', 'assets.1', `${folder}/lib lies in no share`],
      ['error', 'assets.2', `it makes the share ${folder}/show read-only`],
      ['error', 'pass.0', 'A stands in env, too'],
      ['info', 'pass.1', 'B is not set here, so a worker gets none']
    ])
  })

  test('has nothing to say of one that is right, and all mistakes of one that is not', () => {
    expect(problemsOf(`share: [${scratch()}]`)).toEqual([])
    const { profile, problems } = unwrap(checkProfile(written('cores: x\nhots: 1\n'), {}))
    expect(profile).toBeNull()
    expect(problems.map(({ line }) => line)).toEqual([1, 2])
  })
})

test('folders are told as they are', () => {
  expect(['/', '//a/./b/../c/', '/../..'].map(plainFolder)).toEqual(['/', '/a/c', '/'])
  expect([isWithin('/a/b', '/a'), isWithin('/ab', '/a'), isWithin('/a', '/a'), isWithin('/a', '/')]).toEqual([
    ...[true, false, true, true]
  ])
})
