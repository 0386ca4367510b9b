// where exports and reports may be written: asked before anything runs, nothing of the user's removed, nothing half written
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { Graph } from '../../src-main/core/graph/author.ts'
import { exportFormats } from '../../src-main/domain/formats.ts'
import { Step } from '../fixtures/nodes/steps.ts'
import { Field, type Done } from '../helpers/field.ts'
import { mayMount } from '../helpers/mount.ts'
import { cli } from '../helpers/cli.ts'

/** A graph whose node leaves a line in `ran` when it runs. */
function field(): Field {
  const one = new Field(null)
  const graph = new Graph('shot')
  Step(graph, { value: 1, trace: one.at('ran') })
  writeFileSync(one.at('shot.json'), graph.toText())
  return one
}

/** A field with a job that has run. */
function withJob(): Field {
  const one = field()
  expect(one.backlot('run', 'shot.json', '--trust').code).toBe(0)
  return one
}

/** Refused with one sentence and the exit code for a call that is wrong. */
function expectRefused({ code, err }: Done, part: string): void {
  expect([code, err]).toEqual([2, expect.stringContaining(part)])
  expect(err.trim().split('\n')).toHaveLength(1)
}

const ls = (folder: string) => readdirSync(folder).sort()

test('what lies beside the target and is called alike is left alone, whatever the format', () => {
  const one = withJob()
  for (const format of exportFormats) {
    const out = format === 'job-json' ? 'film.json' : format
    for (const name of [`${out}.part`, `${out}.tmp`, `${out}~`, `.${out}.part`, `.backlot-${out}`]) {
      mkdirSync(one.at(name))
      writeFileSync(one.at(name, 'part-one.ma'), 'scene')
    }
    const before = ls(one.folder)
    expect(one.backlot('export', '--format', format, '--out', out).code).toBe(0)
    expect(ls(one.folder)).toEqual([...before, out].sort())
    expect(one.read(`${out}.part`, 'part-one.ma')).toBe('scene')
  }
})

test('a file where the scratch once was stays as it is, and a job JSON is written anew', () => {
  const one = withJob()
  writeFileSync(one.at('job.json.part'), 'mine')
  for (let i = 0; i < 2; i++) expect(one.backlot('export', '--out', 'job.json').code).toBe(0)
  expect(one.read('job.json.part')).toBe('mine')
  expect(Object.keys(JSON.parse(one.read('job.json')) as object)).toEqual(['name', 'tasks'])
})

describe('a path that nothing can be written to is refused before anything runs', () => {
  const targets: [string, (one: Field) => string, string][] = [
    ['no such folder', () => '/nowhere/x.json', 'there is no folder /nowhere'],
    ['a file in its path', () => '/etc/hosts/x.json', 'a part of its path is a file'],
    ['a file further up', () => '/etc/hosts/a/x.json', '/etc/hosts'],
    ['a folder', (one) => one.folder, 'is a folder; name a file in it'],
    ['a new folder', () => 'new/', 'is a folder; name a file in it'],
    ['the empty path', () => '', '--export <file> is given as nothing'],
    ['the graph itself', () => 'shot.json', 'is there and is no job JSON'],
    ['a name too long', () => `${'n'.repeat(300)}.json`, 'its name is too long'],
    ['/proc', () => '/proc/x.json', 'cannot be written']
  ]
  test.each(targets)('run --export: %s', (_, target, part) => {
    const one = field()
    expectRefused(one.backlot('run', 'shot.json', '--trust', '--export', target(one)), part)
    expectRefused(one.backlot('run', 'shot.json', '--trust', '--dry-run', '--export', target(one)), part)
    expect(existsSync(one.at('ran'))).toBe(false)
    expect(ls(one.folder)).toEqual(['shot.json'])
  })

  const folders: [string, (one: Field) => string, string][] = [
    ['a file in its path', () => '/etc/hosts/x', 'a part of its path is a file'],
    ['a file', () => 'shot.json', 'is a file; name a new folder'],
    ['a folder with something in it', (one) => one.folder, 'is there and not empty'],
    ['the current folder', () => '.', 'is there and not empty'],
    ['the empty path', () => '', '--out <path> is given as nothing'],
    ['/proc', () => '/proc/x', 'cannot be written']
  ]
  test.each(folders)('export --out: %s', (_, target, part) => {
    const one = withJob()
    const before = ls(one.folder)
    expectRefused(one.backlot('export', '--format', 'openjd', '--out', target(one)), part)
    expect(ls(one.folder)).toEqual(before)
  })

  test('export --out for job-json, and the report of a rehearsal', () => {
    const one = withJob()
    expectRefused(one.backlot('export', '--out', '/nowhere/x.json'), 'there is no folder')
    expectRefused(one.backlot('rehearse', 'shot.json', '--trust', '--report', '/etc/hosts/r.html'), '/etc/hosts')
    expectRefused(one.backlot('rehearse', 'shot.json', '--trust', '--report', 'shot.json'), 'no report of a rehearsal')
    expect(one.read('ran').trim().split('\n')).toHaveLength(1)
  })

  test.skipIf(!mayMount())('a read-only disk, a full one, and one that is mounted where the folder shall be', () => {
    const one = withJob()
    const mount = (options: string): string => {
      const path = one.at(`disk${options.length}`)
      mkdirSync(path)
      expect(spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', path]).status).toBe(0)
      onTestFinished(() => void spawnSync('umount', [path]))
      return path
    }
    const still = mount('size=1m,ro')
    expectRefused(one.backlot('run', 'shot.json', '--export', join(still, 'x.json')), 'its disk is read-only')
    expectRefused(one.backlot('export', '--format', 'bundle', '--out', join(still, 'x')), 'its disk is read-only')
    const small = mount('size=32k')
    expectRefused(one.backlot('export', '--format', 'bundle', '--out', join(small, 'x')), 'its disk is full')
    expect(readdirSync(small)).toEqual([])
    expectRefused(one.backlot('export', '--format', 'bundle', '--out', mount('size=9m,mode=0755')), 'a disk is mounted')
  })
})

test('links are followed: the file or folder that they lead to is written, also where it is not there yet', () => {
  const one = withJob()
  mkdirSync(one.at('versions', 'v2'), { recursive: true })
  symlinkSync('versions/v2', one.at('latest'))
  symlinkSync('versions/job.json', one.at('job.json'))
  expect(one.backlot('export', '--format', 'bundle', '--out', 'latest').code).toBe(0)
  expect(existsSync(one.at('versions', 'v2', 'bundle.json'))).toBe(true)
  for (let i = 0; i < 2; i++) expect(one.backlot('export', '--out', 'job.json').code).toBe(0)
  expect(ls(one.at('versions'))).toEqual(['job.json', 'v2'])
  symlinkSync('loop', one.at('loop'))
  expectRefused(one.backlot('export', '--out', 'loop'), 'loop')
  expect(ls(one.folder)).toContain('loop')
})

test('a pipe is written into, not replaced', () => {
  const one = withJob()
  const piped = (script: string) => one.sh({}, 'bash', '-c', script, process.execPath, cli, 'export')
  const { out, code } = piped('mkfifo p; cat p & "$0" "$@" --out p; r=$?; wait; test -p p && exit $r')
  expect([code, Object.keys(JSON.parse(out) as object)]).toEqual([0, ['name', 'tasks']])
  expect(piped('"$0" "$@" --out /dev/stdout | cat').out).toBe(out)
})

test('a folder keeps its rights, and an export has those of any new folder', () => {
  const one = withJob()
  mkdirSync(one.at('given'), { mode: 0o750 })
  expect(one.backlot('export', '--format', 'slurm', '--out', 'given').code).toBe(0)
  expect(one.backlot('export', '--format', 'slurm', '--out', 'a/b/new').code).toBe(0)
  const modes = ['given', 'a/b/new', 'a'].map((name) => one.sh({}, 'stat', '-c', '%a', name).out.trim())
  expect(modes).toEqual(['750', modes[2], modes[2]])
})

test('a task that fails is told by exit code 1, and its export is written all the same', () => {
  const one = new Field('24-bundle-claims')
  const { code, err } = one.backlot('run', 'graph.py', '--trust', '--export', 'job.json')
  expect([code, err]).toEqual([1, expect.stringMatching(/job 1 .*failed[^]*job JSON: /)])
  expect((JSON.parse(readFileSync(one.at('job.json'), 'utf8')) as { tasks: unknown[] }).tasks).toHaveLength(3)
})

test('a worker profile is not written over a link that leads nowhere yet, and with --force whole', () => {
  const one = new Field(null)
  symlinkSync('elsewhere.yaml', one.at('w.yaml'))
  expect(one.backlot('worker', 'init', 'w.yaml').code).toBe(2)
  expect(existsSync(one.at('elsewhere.yaml'))).toBe(false)
  expect(one.backlot('worker', 'init', 'w.yaml', '--force').code).toBe(0)
  expect(ls(one.folder)).toEqual(['elsewhere.yaml', 'w.yaml'])
})
