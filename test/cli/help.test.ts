/** `--help`, `--version`, and what is said of a name that is not known. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { Graph } from 'backlot'
import { Step } from '../fixtures/nodes/steps.ts'
import { scratch } from '../helpers/app.ts'
import { backlot, graphFile } from '../helpers/cli.ts'

/** The names and descriptions of a part of a help text. */
function part(help: string, title: string): [name: string, about: string][] {
  const lines = help.split('\n')
  const from = lines.indexOf(`${title}:`)
  if (from < 0) return []
  const to = lines.findIndex((line, i) => i > from && line === '')
  const entries: [string, string][] = []
  for (const line of lines.slice(from + 1, to < 0 ? undefined : to)) {
    const [, name, about] = /^ {2}(\S.*?)(?: {2,}(.*))?$/.exec(line) ?? []
    if (name !== undefined) entries.push([name, about ?? ''])
    else entries.at(-1)?.splice(1, 1, `${entries.at(-1)?.[1]} ${line.trim()}`)
  }
  return entries
}

test('every command’s help describes it, all of its arguments and options, and shows examples', () => {
  const dir = scratch()
  const waiting = [[] as string[]]
  let looked = 0
  for (let path = waiting.pop(); path; path = waiting.pop()) {
    const { code, out } = backlot(dir, ...path, '--help')
    const where = ['backlot', ...path].join(' ')
    expect(code, where).toBe(0)
    expect(out, where).toContain('Usage: backlot')
    const commands = part(out, 'Commands')
    const all = [...commands, ...part(out, 'Arguments'), ...part(out, 'Options'), ...part(out, 'Global Options')]
    for (const [name, about] of all) expect(about.trim(), `${where}: ${name}`).not.toBe('')
    for (const word of (out.split('\n')[0] ?? '').matchAll(/[<[]([\w|]+)(?:\.\.\.)?[>\]]/g))
      if (!['options', 'command'].includes(word[1] ?? ''))
        expect(
          part(out, 'Arguments').map(([name]) => name),
          where
        ).toContain(word[1])
    if (commands.length === 0 || path.length === 0) expect(out, where).toMatch(/\nExamples:\n {2}.*backlot/)
    for (const [name] of commands) {
      const [word = ''] = name.split(/[ |]/)
      if (word !== 'help') waiting.push([...path, word])
    }
    looked++
  }
  expect(looked).toBeGreaterThan(30)
})

test('--version is what package.json says', () => {
  const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8'))
  expect(backlot(scratch(), '--version')).toMatchObject({ code: 0, out: `${version}\n`, err: '' })
})

test('what was mistyped is named with what was probably meant', () => {
  const dir = scratch()
  const graph = new Graph('Film')
  Step(graph, { value: 1 }, { name: 'Render' })
  const path = graphFile(dir, graph)
  expect(backlot(dir, 'run', path, '--trust').code).toBe(0)
  const said = (...args: string[]) => {
    const { code, out, err } = backlot(dir, ...args)
    expect([code, out]).toEqual([2, ''])
    return err
  }
  expect(said('jbos')).toContain('Did you mean jobs?')
  expect(said('interpreter', 'chek')).toContain('Did you mean check?')
  expect(said('run', path, '--dryrun')).toContain('Did you mean --dry-run?')
  expect(said('tasks', '--state', 'faild')).toMatch(/"faild".*did you mean failed\?.*canceled, interrupted/)
  expect(said('tasks', '--state', 'bogus')).toMatch(/"bogus" is none of them: failed, canceled/)
  expect(said('export', '--format', 'openjb')).toContain('job-json, bundle, openjd')
  expect(said('interpreter', 'check', 'mayaa')).toContain('there is no interpreter "mayaa" (did you mean maya?)')
  expect(said('interpreter', 'remove', 'nuk')).toContain('did you mean nuke?')
  expect(said('interpreter', 'rules', 'blendr')).toContain('did you mean blender?')
  expect(said('interpreter', 'reset', 'houdni')).toContain('did you mean houdini?')
  expect(said('convert', path, '--only', 'Rendr')).toContain('there is no node "Rendr" (did you mean Render?)')
  expect(said('convert', path, '--set', 'Rendre.value=1')).toContain('did you mean Render.value?')
  expect(said('convert', path, '--set', 'Render.vlaue=1')).toContain('did you mean value?')
  expect(said('convert', path, '--batch', 'render=1')).toContain('did you mean Render?')
  expect(said('log', 'Rendr')).toContain('there is no task "Rendr" (did you mean Render?)')
  expect(said('log', 'nothing like it')).not.toContain('did you mean')
  expect(said('forecast', '--batch', 'Rendr=2')).toContain('did you mean Render?')
})
