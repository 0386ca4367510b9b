// graphs as people have them, through the built command line: what they give is what flowpipe gives
import { spawnSync } from 'node:child_process'
import { cpSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { scratch } from '../helpers/app.ts'
import { backlotIn } from '../helpers/cli.ts'
import { flowpipe } from '../helpers/flowpipe.ts'
import { readGraph } from '../../src-main/core/graph/read.ts'
import { unwrap } from '../helpers/goldens.ts'

const fixtures = join(import.meta.dirname, '../fixtures/graph-files')

/** The files in a folder of their own, with the paths that they name. */
function files(): string {
  const folder = scratch()
  cpSync(fixtures, folder, { recursive: true })
  for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.json')
  ))
    writeFileSync(join(folder, file), readFileSync(join(folder, file), 'utf8').replaceAll('$SCRATCH', folder))
  return folder
}

function backlot(folder: string, ...args: string[]) {
  return backlotIn({ PYTHONPATH: `${join(folder, 'w')}:${join(folder, 'oldmod')}` }, join(folder, 'data'), ...args)
}

type Outputs = Record<string, Record<string, unknown>>

/** What a file's nodes give, by their names; the problems that were said before. */
function run(folder: string, file: string): { outputs: Outputs; err: string; graph: string } {
  const path = join(folder, file)
  const ran = backlot(folder, 'run', path, '--trust')
  expect([ran.code, ran.err]).toEqual([0, expect.stringContaining('succeeded')])
  const found = JSON.parse(backlot(folder, 'outputs', '--json').out) as Outputs
  return { outputs: found, err: ran.err, graph: path }
}

/** The same by the names of the nodes, which the identifiers begin with. */
const byName = (outputs: Outputs): Outputs =>
  Object.fromEntries(Object.entries(outputs).map(([identifier, plugs]) => [identifier.slice(0, -37), plugs]))

describe.skipIf(!flowpipe())('a dictionary that is returned', () => {
  test('goes on whole and in parts', () => {
    const { outputs, err } = run(files(), 'dict.json')
    const paths = { beauty: '/b.exr', depth: '/d.exr' }
    expect(byName(outputs)).toEqual({
      Render: { paths, 'paths.beauty': '/b.exr' },
      Database: { got: paths },
      Nuke: { got: '/b.exr' }
    })
    expect(err).toContain('evaluated from its JSON (processes, a farm) flowpipe hands on the sub-plugs alone')
  })

  test('and whatever else is returned, goes on past a sub-plug that was only looked at', () => {
    expect(byName(run(files(), 'touch.json').outputs).b).toEqual({ out: 5 })
  })

  test('is said in the log where a part is taken from it that flowpipe would not hand on', () => {
    const folder = files()
    run(folder, 'dict.json')
    expect(backlot(folder, 'log', 'Render').out).toContain(
      'paths.beauty: taken from the dictionary that was returned; flowpipe itself hands null on'
    )
  })

  test('gives what flowpipe hands on in memory, of every kind; parts come from the dictionary where flowpipe has none', () => {
    const folder = files()
    const made = spawnSync('python3', [join(folder, 'make_kinds.py'), folder], { encoding: 'utf8' })
    expect(made.stderr).toBe('')
    const [linear, threading] = JSON.parse(readFileSync(join(folder, 'evaluated.json'), 'utf8')) as Outputs[]
    expect(threading).toEqual(linear)
    const { outputs, err } = run(folder, 'graph.json')
    const nodes = unwrap(readGraph(readFileSync(join(folder, 'graph.json'), 'utf8'))).nodes
    const takers = nodes.filter(({ name }) => !name.startsWith('give '))
    const got = Object.fromEntries(takers.map(({ name, identifier }) => [name, outputs[identifier]?.got]))
    expect(got).toEqual({
      ...linear,
      'part whole': 1,
      'part whole and no more': 1,
      'part nested': { a: { b: [1, null] } },
      'part integer keys': 'c',
      'part falsy': 0
    })
    expect(err).not.toContain('error')
  })

  test('and goes the same way through nodes in TypeScript', () => {
    const folder = files()
    writeFileSync(join(folder, 'dict.ts'), dictInTypeScript)
    const outputs = byName(run(folder, 'dict.ts').outputs)
    const paths = { beauty: '/b', depth: '/d' }
    expect(outputs).toEqual({
      Render: { paths, 'paths.beauty': '/b' },
      Database: { got: paths },
      Nuke: { got: '/b' },
      Looked: { got: 5 },
      Part: { got: null },
      Plain: { out: 5, 'out.k': null }
    })
  })

  test('goes the same way where an export runs by itself, and comes back from there', () => {
    const folder = files()
    const here = run(folder, 'dict.json').outputs
    const out = join(folder, 'bundle')
    expect(backlot(folder, 'export', '1', '--format', 'bundle', '--out', out).code).toBe(0)
    const env = { ...process.env, PYTHONPATH: join(folder, 'w') }
    expect(spawnSync('sh', [join(out, 'run.sh')], { encoding: 'utf8', env }).status).toBe(0)
    expect(backlot(folder, 'pull', out).code).toBe(0)
    expect(JSON.parse(backlot(folder, 'outputs', '2', '--json').out)).toEqual(here)
  })
})

const dictInTypeScript = `
import { defineNode, Graph } from 'backlot'
const Render = defineNode({ outputs: ['paths'] }, function Render() { return { paths: { beauty: '/b', depth: '/d' } } })
const Plain = defineNode({ outputs: ['out'] }, function Plain() { return { out: 5 } })
const Take = defineNode({ outputs: ['got'] }, function Take({ x }: { x?: unknown }) { return { got: x } })
export const graph = new Graph('dict')
const render = Render(graph, {})
render.output('paths').connect(Take(graph, {}, { name: 'Database' }).input('x'))
render.output('paths').at('beauty').connect(Take(graph, {}, { name: 'Nuke' }).input('x'))
const plain = Plain(graph, {})
plain.output('out').connect(Take(graph, {}, { name: 'Looked' }).input('x'))
plain.output('out').at('k').connect(Take(graph, {}, { name: 'Part' }).input('x'))
`

describe.skipIf(!flowpipe())('what flowpipe reads is read', () => {
  test('two nodes of one name: distinct tasks and a warning', () => {
    const folder = files()
    const { outputs, err } = run(folder, 'twins.json')
    expect(Object.values(outputs).map(({ out }) => out)).toEqual([2, 6, [2, 6]])
    expect(err).toContain('2 nodes of "twins" are called "Render"')
    expect(err).toMatch(/succeeded Render_1 [^]*succeeded Render_2 |succeeded Render_2 [^]*succeeded Render_1 /)
    const tasks = JSON.parse(backlot(folder, 'tasks', '--json').out) as { name: string }[]
    expect(tasks.map(({ name }) => name)).toEqual(['Render_1', 'Render_2', 'Gather'])
    expect(backlot(folder, 'log', 'Render_2').code).toBe(0)
    const chosen = backlot(folder, 'convert', join(folder, 'twins.json'), '--only', 'Render_2')
    expect(chosen.out).toContain('Render_2')
    expect(chosen.out).not.toContain('Render_1')
    const which = backlot(folder, 'convert', join(folder, 'twins.json'), '--only', 'Render')
    expect([which.code, which.err]).toEqual([2, expect.stringContaining('twins/Render_1 or twins/Render_2')])
  })

  test('the same record in the graph and in the one that it was made in', () => {
    expect(byName(run(files(), 'nodesarg.json').outputs)).toEqual({ p: { out: 6 }, q: { out: 7 } })
  })

  test('plugs without sub_plugs', () => {
    expect(byName(run(files(), 'nosub.json').outputs)).toEqual({ a: { out: 2 }, b: { out: 3 } })
  })

  test('JSON of flowpipe 0.1; of 0.4.5 what its file lacks is said', () => {
    const folder = files()
    expect(byName(run(folder, '0.1.0.json').outputs)).toEqual({
      a: { out: 6, two: 2 },
      b: { out: 36, two: 2 },
      c: { out: 72, two: 2 }
    })
    expect(backlot(folder, 'graph', 'show', join(folder, '0.4.5.json')).err).toContain(
      'flowpipe before 0.5 wrote the file'
    )
  })

  test.each([
    ['0.5.0-compound-serialize', { sum: { total: 118 } }],
    ['0.7.0-nested-to_json', { d: { out: 162, two: 2 } }],
    ['0.10.1-subout-to_json', { split: { 'part.a': 7, 'part.b': 8, out: 7 }, sum: { total: 15 }, m: { out: 24 } }],
    ['1.0.4-promoted-to_json', { a: { out: 6, two: 2 } }],
    ['1.2.0-nested-to_json', { d: { out: 162, two: 2 } }]
  ])('JSON of flowpipe %s', (name, expected) => {
    expect(byName(run(files(), `${name}.json`).outputs)).toMatchObject(expected)
  })
})

describe.skipIf(!flowpipe())('files that hold a graph in another way', () => {
  test.each(['double', 'lines', 'list', 'mapping', 'wrapped'])('%s.json is run, and what is odd is said', (name) => {
    const folder = files()
    const { outputs, err } = run(folder, `${name}.json`)
    expect(byName(outputs)).toMatchObject({ a: { out: 6 }, b: { out: 18 } })
    expect(err).toContain('the file is not as flowpipe writes it')
    expect(backlot(folder, 'graph', 'show', join(folder, `${name}.json`)).err).toContain('not as flowpipe writes it')
  })

  test('a folder of node files, as flowpipe’s farm guide keeps them, is one graph', () => {
    const folder = files()
    expect(byName(run(folder, 'json-database').outputs)).toMatchObject({ a: { out: 6 }, b: { out: 18 } })
    const shown = backlot(folder, 'graph', 'show', join(folder, 'json-database'))
    expect([shown.code, shown.err]).toEqual([0, expect.stringContaining('its 2 nodes are the files of a folder')])
    expect(backlot(folder, 'run', join(folder, 'json-database'), '--trust', '--changed').code).toBe(0)
  })

  test('a file of UTF-16, as PowerShell writes it', () => {
    const folder = files()
    const text = readFileSync(join(folder, 'nosub.json'), 'utf8')
    const big = Buffer.from(`\ufeff${text}`, 'utf16le').swap16()
    const bytes = { le: Buffer.from(`\ufeff${text}`, 'utf16le'), bare: Buffer.from(text, 'utf16le'), be: big }
    for (const [name, data] of Object.entries(bytes)) {
      writeFileSync(join(folder, `${name}.json`), data)
      const shown = backlot(folder, 'convert', join(folder, `${name}.json`))
      expect([name, shown.code, shown.out]).toEqual([name, 0, expect.stringContaining('1  a ')])
    }
  })
})

describe('files that hold no graph get one sentence', () => {
  const refused = (folder: string, path: string) => {
    const done = backlot(folder, 'graph', 'show', path)
    expect([done.code, done.out, done.err.trim().split('\n').length]).toEqual([2, '', 1])
    return done.err
  }

  test.each([
    ['repr.json', 'print(graph.to_json())'],
    ['two-graphs.json', 'the file holds 2 graphs ("chain", "chain")']
  ])('%s', (file, words) => {
    const folder = files()
    expect(refused(folder, join(folder, file))).toContain(words)
  })

  test.each([
    ['gzip', [0x1f, 0x8b, 8, 0, 0, 0], 'is compressed (gzip)'],
    ['zip', [0x50, 0x4b, 3, 4, 0, 0], 'is a zip archive'],
    ['a pickle', [0x80, 4, 0x95, 1, 0, 0], 'is a pickle'],
    ['a picture', [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13], 'is a binary file'],
    ['latin-1', [0x7b, 0x22, 0xe9, 0x22, 0x3a, 0x31, 0x7d], 'is not UTF-8 text'],
    ['nothing', [], 'the file is empty']
  ])('%s', (_, bytes, words) => {
    const folder = scratch()
    writeFileSync(join(folder, 'g.json'), Buffer.from(bytes))
    expect(refused(folder, join(folder, 'g.json'))).toContain(words)
  })

  test('a folder of graphs, of other files, of nothing', () => {
    const folder = files()
    expect(refused(folder, folder)).toMatch(/is a folder; name a graph file such as \S+\.json/)
    expect(refused(folder, join(folder, 'w'))).toMatch(/is a folder; name a graph file such as \S+\.py/)
    expect(refused(folder, scratch())).toContain('is a folder; name a graph file')
  })
})
