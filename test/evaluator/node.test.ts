import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readGraph } from '../../src-main/core/graph/read.ts'
import { withInputs } from '../../src-main/core/graph/record.ts'
import { memberOf, rawArray, rawObject, rawText, type Raw } from '../../src-main/domain/json.ts'
import type { Graph } from '../../src-main/core/graph/model.ts'
import { unwrap } from '../helpers/goldens.ts'

const node = process.execPath
const version = spawnSync(node, ['-p', 'process.versions.node']).stdout.toString().trim()
const evaluator = join(import.meta.dirname, '../../src-main/evaluate.ts')
const nodesFile = join(import.meta.dirname, '../fixtures/author/evaluator_nodes.ts')

let folder = ''
let graph: Graph
let count = 0

interface Run {
  code: number | null
  stdout: Buffer
  stderr: string
}

async function evaluate(
  args: string[],
  options: { env?: Record<string, string>; readNothing?: boolean } = {}
): Promise<Run> {
  const child = spawn(node, args, { cwd: folder, env: { ...process.env, ...options.env } })
  const [out, err]: [Buffer[], Buffer[]] = [[], []]
  if (options.readNothing) child.stdout.destroy()
  else child.stdout.on('data', (chunk: Buffer) => out.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => err.push(chunk))
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, stdout: Buffer.concat(out), stderr: Buffer.concat(err).toString() }
}

const recordOf = (name: string): Raw => graph.nodes.find((one) => one.name === name)?.record ?? expect.fail(name)

/** Writes a task file into a folder of its own. */
function writeTask(record: Raw, members: Record<string, Raw> = {}): string {
  const attempt = join(folder, String(++count))
  mkdirSync(attempt)
  const task = {
    protocol: '1',
    task: '"task"',
    interpreter: '"node"',
    setup: '""',
    node: record,
    frames: 'null',
    links: '[]'
  }
  writeFileSync(join(attempt, 'task.json'), rawObject(Object.entries({ ...task, ...members })))
  return join(attempt, 'task.json')
}

const resultText = (task: string): Raw => readFileSync(join(task, '../result.json'), 'utf8')
const resultOf = (task: string) => JSON.parse(resultText(task))

interface Evaluated extends Run {
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- results are read by tests key by key
  result: any
}

async function run(
  name: string,
  inputs: Record<string, Raw> = {},
  members: Record<string, Raw> = {}
): Promise<Evaluated> {
  const task = writeTask(withInputs(recordOf(name), new Map(Object.entries(inputs))), members)
  const done = await evaluate([evaluator, task])
  expect(readdirSync(join(task, '..')).sort()).toEqual(['result.json', 'task.json'])
  return { ...done, result: resultOf(task) }
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'backlot-evaluate-'))
  const out = join(folder, 'graph.json')
  expect(await evaluate([evaluator, '--graph', nodesFile, out])).toMatchObject({ code: 0, stderr: '' })
  graph = unwrap(readGraph(readFileSync(out, 'utf8')))
})

afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('a task', () => {
  test('gives outputs in the record’s order, the time and what evaluated it; prints go to the log', async () => {
    const { code, stdout, stderr, result } = await run('Echo', { value: '{"b": 1, "a": [true, null]}' })
    expect([code, stdout.toString(), stderr]).toEqual([0, 'echo {"b":1,"a":[true,null]}\n', ''])
    expect(result).toEqual({
      protocol: 1,
      outputs: {
        value: { value: { b: 1, a: [true, null] }, sub_plugs: {} },
        keys: { value: ['b', 'a'], sub_plugs: {} }
      },
      seconds: expect.any(Number),
      evaluator: { language: 'node', version, flowpipe: null }
    })
  })

  test('keeps long integers, NaN and the order of keys that look like numbers', async () => {
    const value = '{"10": 9007199254740993, "2": [NaN, -Infinity], "a": "\\u00fc"}'
    const task = writeTask(withInputs(recordOf('Echo'), new Map([['value', value]])))
    expect((await evaluate([evaluator, task])).code).toBe(0)
    const outputs = memberOf(resultText(task), 'outputs') ?? ''
    expect(memberOf(memberOf(outputs, 'value') ?? '', 'value')).toBe(value)
    expect(memberOf(memberOf(outputs, 'keys') ?? '', 'value')).toBe('["10", "2", "a"]')
  })

  test('sets the frames of its batch as the plug’s value, and awaits (Q04)', async () => {
    const { result } = await run('Frames', { frames: '[1, 2, 3]' }, { frames: '[2]' })
    expect(result.outputs.files.value).toEqual(['shot.2.exr'])
    const none = await run('Echo', {}, { frames: '[1]' })
    expect(none.result.error.message).toBe('the node "Echo" has no input "frames", so it cannot be run in batches')
  })

  test('clears outputs that the node did not return; a plug with sub-plugs has no value (Q51)', async () => {
    const { result } = await run('Parts')
    expect(result.outputs).toEqual({
      parts: { value: null, sub_plugs: { a: null, b: 2 } },
      rest: { value: null, sub_plugs: {} }
    })
    expect((await run('Returns', { what: '"nothing"' })).result.outputs).toEqual({
      out: { value: null, sub_plugs: {} }
    })
  })

  test('reads compound inputs in the order of the record (Q39)', async () => {
    const sub = (key: string, value: Raw) =>
      [
        key,
        rawObject([
          ['name', rawText(`value.${key}`)],
          ['value', value],
          ['connections', '{}']
        ])
      ] as const
    const plug = rawObject([
      ['name', '"value"'],
      ['value', 'null'],
      ['connections', '{}'],
      ['sub_plugs', rawObject([sub('10', '1'), sub('2', '2'), sub('a', '3')])]
    ])
    const record = recordOf('Echo').replace(
      /"inputs": \{.*?"sub_plugs": \{\}\s*\}\s*\}/s,
      `"inputs": {"value": ${plug}}`
    )
    const task = writeTask(record)
    expect((await evaluate([evaluator, task])).code).toBe(0)
    expect(resultOf(task).outputs.keys.value).toEqual(['10', '2', 'a'])
  })

  test('is found by BACKLOT_TASK where there are no arguments, and behind -- where there is one', async () => {
    const [first, second] = [writeTask(recordOf('Parts')), writeTask(recordOf('Parts'))]
    expect((await evaluate([evaluator], { env: { BACKLOT_TASK: first } })).code).toBe(0)
    expect((await evaluate([evaluator, '--background', '--', second])).code).toBe(0)
    expect([resultOf(first).protocol, resultOf(second).protocol]).toEqual([1, 1])
  })

  test('is evaluated through a link to the evaluator, too', async () => {
    const link = join(folder, 'evaluator-link.ts')
    symlinkSync(evaluator, link)
    expect((await evaluate([link, writeTask(recordOf('Parts'))])).code).toBe(0)
  })
})

describe('links', () => {
  const result = (name: string, body: string) => {
    writeFileSync(join(folder, name), body)
    return `../${name}`
  }
  const outputs = (value: string, subPlugs = '{}') =>
    `{"protocol": 1, "outputs": {"out": {"value": ${value}, "sub_plugs": ${subPlugs}}}}`
  const link = (results: string[], members: Record<string, Raw> = {}) =>
    rawArray([
      rawObject(
        Object.entries({
          ...{ plug: '"value"', key: 'null', output: '"out"', outputKey: 'null', merge: 'null' },
          results: rawArray(results.map(rawText)),
          tasks: rawArray(results.map((_, i) => rawText(`Up-${i}`))),
          ...members
        })
      )
    ])

  test('are merged by the rules of the protocol', async () => {
    const files = [result('a.json', outputs('[1]')), result('b.json', outputs('[2.0]'))]
    expect((await run('Echo', {}, { links: link(files) })).result.outputs.value.value).toEqual([1, 2])
    const last = await run('Echo', {}, { links: link(files, { merge: '"last"' }) })
    expect(last.result.outputs.value.value).toEqual([2])
    const same = await run('Echo', {}, { links: link(files, { merge: '"same"' }) })
    expect(same.code).toBe(1)
    expect(same.result.error.message).toContain('out cannot be merged by same')
  })

  test('go into and come from sub-plugs; without results the value is null', async () => {
    const files = [result('parts.json', outputs('null', '{"x": 1, "y": 2}'))]
    const value = async (members: Record<string, Raw>, from = files) =>
      (await run('Echo', { value: '5' }, { links: link(from, members) })).result.outputs.value.value
    expect(await value({ outputKey: '"y"' })).toBe(2)
    expect(await value({ key: '"k"', outputKey: '"x"' })).toEqual({ k: 1 })
    expect(await value({})).toEqual({ x: 1, y: 2 })
    expect(await value({}, [])).toBe(null)
  })

  test('name the task to run first where a result is missing, damaged or an error', async () => {
    const message = async (file: string) => {
      const {
        code,
        result: { error }
      } = await run('Echo', {}, { links: link([file]) })
      expect(code).toBe(1)
      return error.message
    }
    expect(await message('../missing.json')).toBe('the task "Up-0" has to run first: the command wrote no result')
    expect(await message(result('half.json', '{"prot'))).toContain('the task "Up-0" has to run first: ')
    const failed = result('failed.json', '{"protocol": 1, "error": {"type": "E", "message": "m", "traceback": ""}}')
    expect(await message(failed)).toBe('the task "Up-0" has to run first: E: m')
  })
})

describe('a task fails, with exit code 1 and the reason in result.json and in the log, where', () => {
  test.each<[string, string, Record<string, Raw>, { type: string; message: string }]>([
    ['the node throws nothing at all', 'Throws', { what: '"null"' }, { type: 'null', message: 'null' }],
    ['the node throws a text', 'Throws', { what: '"text"' }, { type: 'string', message: "'just text'" }],
    ['the node throws with a cause', 'Throws', { what: '"cause"' }, { type: 'TypeError', message: 'outer' }],
    ['a callback throws', 'Throws', { what: '"later"' }, { type: 'RangeError', message: 'in a callback' }],
    ['the node exits', 'Ends', { code: '3' }, { type: 'Exit', message: 'the node called exit(3)' }],
    ['the node exits with 0', 'Ends', { code: '0' }, { type: 'Exit', message: 'the node called exit(0)' }],
    [
      'the node waits for ever',
      'Ends',
      {},
      { type: 'Exit', message: 'the node waits for something that nothing is left to bring' }
    ],
    [
      'an output is undeclared',
      'Returns',
      { what: '"undeclared"' },
      { type: 'AuthorError', message: '"Returns" returned "nope", which is none of its outputs (out)' }
    ],
    [
      'JSON cannot hold an output',
      'Returns',
      { what: '"map"' },
      {
        type: 'AuthorError',
        message:
          'the output out of "Returns".deep[0]: a Map cannot be written as JSON; write Object.fromEntries(…) in its place'
      }
    ],
    [
      'an output contains itself',
      'Returns',
      { what: '"circle"' },
      {
        type: 'AuthorError',
        message: 'the output out of "Returns".self: a value that contains itself cannot be written as JSON'
      }
    ],
    [
      'the node returns a list',
      'Returns',
      { what: '"list"' },
      { type: 'AuthorError', message: '"Returns" returned a list; a node returns an object with its outputs (out)' }
    ]
  ])('%s', async (_, name, inputs, error) => {
    const { code, result, stderr } = await run(name, inputs)
    expect(code).toBe(1)
    expect(result).toEqual({
      protocol: 1,
      error: { ...error, traceback: expect.any(String) },
      evaluator: { language: 'node', version, flowpipe: null }
    })
    expect(stderr).toContain(error.message)
    expect(result.error.traceback).not.toContain('evaluate.ts')
  })

  test('the error cannot be shown', async () => {
    const { code, result } = await run('Throws', { what: '"odd"' })
    expect([code, result.error.message]).toEqual([1, 'the node threw a value that cannot be shown'])
  })

  test('the traceback shows the place in the node’s file and the cause', async () => {
    const { result } = await run('Throws', { what: '"cause"' })
    expect(result.error.traceback).toMatch(/TypeError: outer\n {4}at Throws \(file:.*evaluator_nodes\.ts:\d+:\d+\)/)
    expect(result.error.traceback).toContain('[cause]: Error: inner')
  })

  test.each<[string, (record: Raw) => Raw, string]>([
    ['the file is gone', (r) => r.replaceAll('evaluator_nodes.ts', 'gone.ts'), 'there is no file'],
    [
      'the file is Python’s',
      (r) => r.replaceAll('evaluator_nodes.ts', 'x.py'),
      'it is no node of a TypeScript or JavaScript file'
    ],
    [
      'the file defines no such node',
      (r) => r.replace('"name": "Echo"\n', '"name": "Gone"\n').replace(/"name": "Echo"\}$/, '"name": "Gone"}'),
      'defines no node Gone; it defines Echo, Frames, Parts'
    ],
    ['the code lost an input', (r) => r.replaceAll('"value": {', '"old": {'), 'its code has no input "old" any more']
  ])('%s', async (_, change, message) => {
    const task = writeTask(change(recordOf('Echo')))
    expect((await evaluate([evaluator, task])).code).toBe(1)
    expect(resultOf(task).error.message).toContain('the node "Echo" cannot be loaded:')
    expect(resultOf(task).error.message).toContain(message)
  })
})

describe('a node does not disturb its result when it', () => {
  test.each(['chdir', 'binary', 'ends stdout', 'closes 1', 'much', 'timer'])('%s', async (what) => {
    const { code, stdout, result } = await run('Untidy', { what: JSON.stringify(what) })
    expect(code).toBe(0)
    expect(result.outputs.out.value).toBe(what)
    if (what === 'binary') expect([...stdout.subarray(0, 4)]).toEqual([0, 255, 254, 10])
    if (what === 'much') expect(stdout.toString().trimEnd().split('\n')).toHaveLength(20_001)
  })

  test('prints where nobody listens', async () => {
    const task = writeTask(withInputs(recordOf('Untidy'), new Map([['what', '"much"']])))
    expect(await evaluate([evaluator, task], { readNothing: true })).toMatchObject({ code: 0 })
    expect(resultOf(task).outputs.out.value).toBe('much')
  })

  test('returns 50 MB', async () => {
    const { code, result } = await run('Returns', { what: '"big"' })
    expect([code, result.outputs.out.value.length]).toEqual([0, 50_000_000])
  })
})

describe('wrong usage ends with 2', () => {
  test('no, too many or unknown arguments', async () => {
    for (const args of [[], ['a', 'b'], ['--graph', 'x'], ['--nope', 'x']]) {
      const { code, stderr } = await evaluate([evaluator, ...args], { env: { BACKLOT_TASK: '' } })
      expect([code, stderr]).toEqual([2, expect.stringContaining('usage: ')])
    }
  })

  test('a task file that is missing or no JSON', async () => {
    expect(await evaluate([evaluator, 'missing.json'])).toMatchObject({ code: 2 })
    writeFileSync(join(folder, 'broken.json'), '{"protocol": 1,')
    const { code, stderr } = await evaluate([evaluator, 'broken.json'])
    expect([code, stderr]).toEqual([2, expect.stringContaining('the task file')])
  })

  test('an earlier result does not outlive a failed run', async () => {
    const task = writeTask(recordOf('Parts'), { protocol: '2' })
    writeFileSync(join(task, '../result.json'), '{"protocol": 1, "outputs": {}}')
    expect((await evaluate([evaluator, task])).code).toBe(1)
    expect(resultOf(task).error.message).toBe('the task is of protocol 2, this evaluator knows 1')
  })
})

describe('--graph', () => {
  const load = async (name: string, source: string) => {
    const [file, out] = [join(folder, name), join(folder, `${name}.json`)]
    writeFileSync(file, source)
    const done = await evaluate([evaluator, '--graph', file, out])
    return { ...done, name: done.code === 0 ? unwrap(readGraph(readFileSync(out, 'utf8'))).name : null }
  }
  const head = "import { Graph } from 'backlot'\n"

  test.each([
    ['a default export', 'export default new Graph("g")'],
    ['a function', 'export default (): Graph => new Graph("g")'],
    ['an async function called graph', 'export const graph = async () => new Graph("g")'],
    ['graph beside others', 'export const a = new Graph("a"); export const graph = new Graph("g")'],
    ['the only graph', 'export const whatever = new Graph("g"); export const again = whatever; export const n = 3']
  ])('takes %s', async (title, source) => {
    expect(await load(`${title.replaceAll(' ', '-')}.ts`, head + source)).toMatchObject({
      code: 0,
      stderr: '',
      name: 'g'
    })
  })

  test.each([
    ['none', 'export const n = 3', /exports no graph: export the one to use as `graph`/],
    [
      'two',
      'export const a = new Graph("a"); export const b = new Graph("b")',
      /exports 2 graphs \(a, b\) that are not connected: choose one with two\.ts:a or two\.ts:b/
    ],
    [
      'wrong',
      '\nnew Graph("g").node("x")\nexport const n = 3',
      /wrong\.ts, line 3: AuthorError: the graph "g" has no node "x"/
    ],
    ['syntax', 'export const n = = 3', /syntax\.ts, line 2: SyntaxError: /],
    ['exits', 'process.exit(0)', /exits\.ts: the file called exit\(0\)/]
  ])('says in one sentence what is wrong: %s', async (name, source, sentence) => {
    const { code, stderr } = await load(`${name}.ts`, head + source)
    expect(code).toBe(1)
    expect(stderr).toMatch(sentence)
    expect(stderr.trimEnd().split('\n')).toHaveLength(1)
    expect(readdirSync(folder)).not.toContain(`${name}.ts.json`)
  })
})

test('--check says what is there and loads nothing', async () => {
  const [request, out] = [join(folder, 'request.json'), join(folder, 'answer.json')]
  const imports = join(folder, 'imports.ts')
  writeFileSync(imports, "import { a } from './lib'\nimport 'node:fs'\nconst b = await import('./lib.ts')\n")
  writeFileSync(join(folder, 'lib.ts'), "export * from './imports.ts'")
  const modules = [
    { module: 'imports', file: imports },
    { module: 'evaluator_nodes', file: nodesFile },
    { module: 'gone', file: '/nowhere/gone.ts' }
  ]
  writeFileSync(request, JSON.stringify({ modules }))
  expect(await evaluate([evaluator, '--check', request, out])).toMatchObject({ code: 0, stderr: '' })
  expect(JSON.parse(readFileSync(out, 'utf8'))).toEqual({
    language: 'node',
    version,
    executable: expect.stringContaining('node'),
    program: { name: 'Node', version, path: expect.stringContaining('node') },
    folders: [expect.stringMatching(/^\//)],
    packages: {},
    flowpipe: null,
    typing_extensions: false,
    modules: [
      { module: 'imports', importable: true, file_exists: true, code: [imports, join(folder, 'lib.ts')] },
      { module: 'evaluator_nodes', importable: true, file_exists: true, code: [nodesFile] },
      { module: 'gone', importable: false, file_exists: false, code: [] }
    ]
  })
})
