import { spawnSync } from 'node:child_process'
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync
} from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { readGraph } from '../../src-main/core/graph/read.ts'
import { checkJson } from '../../src-main/domain/json-check.ts'
import {
  formatJson,
  itemsOf,
  kindOf,
  memberOf,
  membersOf,
  rawArray,
  rawObject,
  rawText,
  textOf,
  type Raw
} from '../../src-main/domain/json.ts'
import { flowpipe } from '../helpers/flowpipe.ts'
import { goldenNames, goldens, goldenText, unwrap } from '../helpers/goldens.ts'

const evaluator = join(import.meta.dirname, '../../python/backlot_evaluate.py')
const fixtures = join(import.meta.dirname, '../fixtures/evaluate')
const root = mkdtempSync(join(tmpdir(), 'backlot evaluate-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

const folder = () => mkdtempSync(join(root, 'attempt-'))

function python(args: string[], options: { cwd?: string; env?: Record<string, string>; path?: string[] } = {}) {
  const path = [...(options.path ?? [goldens, fixtures]), process.env.PYTHONPATH ?? ''].filter(Boolean)
  const env = { ...process.env, PYTHONPATH: path.join(delimiter), ...options.env }
  const child = spawnSync('python3', args, { cwd: options.cwd ?? root, env, maxBuffer: 1 << 28 })
  return { code: child.status, stdout: child.stdout.toString(), stderr: child.stderr.toString() }
}

type Options = Parameters<typeof python>[1] & {
  /** raw JSON texts of the task's other members */
  task?: Record<string, Raw>
  dir?: string
  /** arguments of python3 before the script */
  flags?: string[]
  script?: string
}

/** Runs a node's record through a real interpreter; `result` is the text of result.json, null where there is none. */
function evaluate(node: Raw, options: Options = {}) {
  const dir = options.dir ?? folder()
  const task = { protocol: '1', task: '"t"', interpreter: '"python"', setup: '""', node, frames: 'null', links: '[]' }
  writeFileSync(join(dir, 'task.json'), rawObject(Object.entries({ ...task, ...options.task })))
  const child = python([...(options.flags ?? []), options.script ?? evaluator, join(dir, 'task.json')], options)
  const file = join(dir, 'result.json')
  return { ...child, dir, result: existsSync(file) ? unwrap(checkJson(readFileSync(file, 'utf8'))) : null }
}

type Ran = ReturnType<typeof evaluate>

const at = (raw: Raw | null, ...keys: string[]): Raw =>
  keys.reduce((value, key) => memberOf(value, key) ?? expect.fail(`no ${key} in ${value.slice(0, 2000)}`), raw ?? '{}')

const valueOf = (ran: Ran, output = 'out') => formatJson(at(ran.result, 'outputs', output, 'value'))

function errorOf(ran: Ran) {
  const part = (key: string) => textOf(at(ran.result, 'error', key))
  return { code: ran.code, type: part('type'), message: part('message'), traceback: part('traceback') }
}

type Inputs = Record<string, Raw | [string, Raw][]>

function plug(name: string, value: Raw | [string, Raw][]): [string, Raw] {
  const subs = Array.isArray(value) ? value : []
  const subPlug = ([key, raw]: [string, Raw]): [string, Raw] => [
    key,
    rawObject([
      ['name', rawText(`${name}.${key}`)],
      ['value', raw],
      ['connections', '{}']
    ])
  ]
  return [
    name,
    rawObject([
      ['name', rawText(name)],
      ['value', Array.isArray(value) ? 'null' : value],
      ['connections', '{}'],
      ['sub_plugs', rawObject(subs.map(subPlug))]
    ])
  ]
}

/** The record of a function node, as flowpipe writes it. */
function record(func: string, inputs: Inputs, outputs: Inputs = { out: 'null' }, more: Record<string, Raw> = {}): Raw {
  const members: Record<string, Raw> = {
    file_location: rawText(join(fixtures, 'hard_nodes.py')),
    module: '"flowpipe.node"',
    cls: '"FunctionNode"',
    name: rawText(func),
    identifier: '"id-1"',
    inputs: rawObject(Object.entries(inputs).map(([name, value]) => plug(name, value))),
    outputs: rawObject(Object.entries(outputs).map(([name, value]) => plug(name, value))),
    metadata: '{}',
    func: rawObject([
      ['module', '"hard_nodes"'],
      ['name', rawText(func)]
    ])
  }
  return rawObject(Object.entries({ ...members, ...more }))
}

const funcOf = (module: string, name: string) =>
  rawObject([
    ['module', rawText(module)],
    ['name', rawText(name)]
  ])

const returns = (kind: string, options: Options = {}) => evaluate(record('Returns', { kind: rawText(kind) }), options)
const does = (deed: string, options: Options = {}) => evaluate(record('Does', { deed: rawText(deed) }), options)
const outputs = (what: string) =>
  evaluate(
    record(
      'Outputs',
      { what: rawText(what) },
      {
        files: '"stale"',
        parts: [
          ['a', '"stale"'],
          ['b', '"stale"']
        ],
        rest: '[1]'
      }
    )
  )

function write(dir: string, files: Record<string, string>): string {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, name)), { recursive: true })
    writeFileSync(join(dir, name), text)
  }
  return dir
}

const adder = `from flowpipe import Node

@Node(outputs=["out"])
def Plus(value):
    return {"out": value + 1}
`

describe.skipIf(!flowpipe())('the Python evaluator', () => {
  test.each([
    [
      'evaluate',
      'ast collections.abc dataclasses enum glob importlib.machinery importlib.util inspect itertools json os re sys time traceback types warnings'
    ],
    [
      'graph',
      'ast backlot_evaluate difflib enum functools importlib importlib.machinery importlib.util inspect itertools json os sys types typing warnings'
    ],
    ['code', 'ast backlot_evaluate difflib os sys']
  ])('%s is written in the syntax of Python 3.7 and imports the standard library alone', (name, imports) => {
    const code = `import ast, sys
tree = ast.parse(open(sys.argv[1], encoding="utf-8").read(), feature_version=(3, 7))
for node in ast.walk(tree):
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        print(*[alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module], sep="\\n")`
    const { code: exit, stdout, stderr } = python(['-c', code, evaluator.replace('evaluate', name)])
    expect(stderr).toBe('')
    expect(exit).toBe(0)
    expect(new Set(stdout.trim().split('\n'))).toEqual(new Set(imports.split(' ')))
  })

  describe('gives what flowpipe itself gives for the golden graphs', () => {
    const failing = ['17_omitted_nodes', '20_failing_node', '22_undeserializable_class', '23_undetected_cycle']
    test.each(goldenNames.filter((name) => !failing.includes(name)))('%s', (name) => {
      const graph = unwrap(checkJson(goldenText('evaluated', `${name}.json`)))
      const nodes = [graph, ...itemsOf(at(graph, 'subgraphs'))].flatMap((scope) => itemsOf(at(scope, 'nodes')))
      for (const node of nodes) {
        const ran = evaluate(node)
        const expected = membersOf(at(node, 'outputs')).map(({ key, value }) => {
          const subs = membersOf(at(value, 'sub_plugs')).map((sub) => [sub.key, at(sub.value, 'value')] as const)
          return [
            key,
            rawObject([
              ['value', at(value, 'value')],
              ['sub_plugs', rawObject(subs)]
            ])
          ] as const
        })
        expect(ran.code, ran.stderr).toBe(0)
        expect(formatJson(at(ran.result, 'outputs'))).toBe(formatJson(rawObject(expected)))
      }
    })

    test('a node that raises is an error in its own words, with the traceback in the log too', () => {
      const graph = unwrap(checkJson(goldenText('evaluated', '20_failing_node.json')))
      const node = itemsOf(at(graph, 'nodes')).find((one) => at(one, 'name') === '"Fail"') ?? '{}'
      const ran = evaluate(node)
      const { traceback, ...error } = errorOf(ran)
      expect(error).toEqual({ code: 1, type: 'ValueError', message: 'golden failure: 1' })
      expect(traceback).toContain('raise ValueError("golden failure')
      expect(traceback).not.toContain('backlot_evaluate.py", line 1')
      expect(ran.stderr).toContain(traceback)
      expect(memberOf(ran.result ?? '{}', 'outputs')).toBeUndefined()
    })

    test('a class node with a required argument is named, with the original error (Q41)', () => {
      const graph = unwrap(checkJson(goldenText('graphs', '22_undeserializable_class.json')))
      const ran = evaluate(itemsOf(at(graph, 'nodes'))[0] ?? '{}')
      expect(errorOf(ran)).toMatchObject({ code: 1, type: 'TypeError' })
      expect(errorOf(ran).message).toContain("the node 'Dyn'")
      expect(errorOf(ran).message).toContain("missing 1 required positional argument: 'plug_name'")
      expect(errorOf(ran).traceback).toContain('deserialize_node')
    })
  })

  describe('writes a result', () => {
    test('of the shape the protocol says, with seconds and the evaluator', () => {
      const { code, result, stdout, stderr, dir } = evaluate(record('Echo', { value: '1', frames: 'null' }))
      expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: '', stderr: '' })
      expect(membersOf(result ?? '').map(({ key }) => key)).toEqual(['protocol', 'outputs', 'seconds', 'evaluator'])
      expect(at(result, 'protocol')).toBe('1')
      expect(formatJson(at(result, 'outputs'))).toBe(
        '{"out": {"value": {"value": 1, "frames": null}, "sub_plugs": {}}}'
      )
      expect(Number(at(result, 'seconds'))).toBeGreaterThanOrEqual(0)
      expect(at(result, 'evaluator', 'language')).toBe('"python"')
      expect(textOf(at(result, 'evaluator', 'version'))).toMatch(/^3\.\d+\.\d+$/)
      expect(textOf(at(result, 'evaluator', 'flowpipe'))).toMatch(/^\d+\.\d+/)
      expect(readdirSync(dir).sort()).toEqual(['result.json', 'task.json'])
    })

    test('in the order of the record, cleared before the run, null where nothing was returned (Q51)', () => {
      const cleared =
        '{"files": {"value": null, "sub_plugs": {}}, "parts": {"value": null, "sub_plugs": {"a": null, "b": null}}, "rest": {"value": null, "sub_plugs": {}}}'
      for (const what of ['nothing', 'empty', 'empty list']) {
        expect(formatJson(at(outputs(what).result, 'outputs'))).toBe(cleared)
      }
      expect(formatJson(at(outputs('one').result, 'outputs'))).toBe(cleared.replace('null', '1'))
    })

    test('with sub-outputs that are declared or come up in the run', () => {
      expect(formatJson(at(outputs('parts').result, 'outputs', 'parts'))).toBe(
        '{"value": null, "sub_plugs": {"a": null, "b": 2, "0": [3]}}'
      )
      expect(formatJson(at(outputs('dynamic').result, 'outputs', 'rest'))).toBe(
        '{"value": null, "sub_plugs": {"10": 1, "2": 2}}'
      )
    })

    test('with the values as json.dumps writes them', () => {
      expect(valueOf(returns('numbers'))).toBe(
        '[NaN, Infinity, -Infinity, 1180591620717411303424, 2.0, 1e+300, -0.0, 1e-07]'
      )
      expect(valueOf(returns('texts'))).toBe(
        String.raw`["Gr\u00f6\u00dfe \ud83c\udfac", "\ud800", "\u0000\u007f", "\"\\/"]`
      )
      // True is the key 1 once more: Python keeps the first key and the last value
      expect(valueOf(returns('keys'))).toBe('{"10": 1, "2": 2, "1": "true", "null": "null", "1.5": "float"}')
      expect(valueOf(returns('tuple'))).toBe('[1, ["a"]]')
    })

    test('of fifty megabytes', () => {
      const { code, dir } = returns('big')
      expect(code).toBe(0)
      expect(statSync(join(dir, 'result.json')).size).toBeGreaterThan(50 * 1024 * 1024)
    })

    test('that Backlot can read however deep it is, or none', () => {
      expect(returns('just deep enough').code).toBe(0)
      for (const kind of ['rather deep', 'deep']) {
        const { code, message } = errorOf(returns(kind))
        expect(code).toBe(1)
        expect(message).toMatch(/^out is nested (too deep|deeper)/)
      }
    })

    test('in place of an earlier one, and leaves none when the interpreter is gone', () => {
      const dir = write(folder(), { 'result.json': '{"protocol": 1, "outputs": {}}' })
      const { code, result } = does('_exit', { dir })
      expect(code).toBe(0)
      expect(result).toBeNull()
    })

    test('nobody can write: exit code 1, and no temporary file stays', () => {
      const dir = folder()
      mkdirSync(join(dir, 'result.json'))
      writeFileSync(join(dir, 'task.json'), '{}')
      expect(python([evaluator, join(dir, 'task.json')]).code).not.toBe(0)
      expect(readdirSync(dir).sort()).toEqual(['result.json', 'task.json'])
    })
  })

  describe('refuses what cannot be an output', () => {
    test.each([
      ['set', 'TypeError', /^out cannot be written as JSON: .*set/],
      ['range', 'TypeError', /^out cannot .*range/],
      ['object', 'TypeError', /^out cannot .*object/],
      ['bytes', 'TypeError', /^out cannot .*bytes/],
      ['inside', 'TypeError', /^out\[2\]\.when cannot .*date/],
      ['key', 'TypeError', /^out\.a cannot .*tuple; make texts of its keys$/],
      ['class', 'TypeError', /^out cannot .*; write its name in its place/],
      ['generator', 'TypeError', /^out cannot .*; write list\(…\) in its place/],
      [
        'one key',
        'ValueError',
        /^out\.a\[0\] cannot .*: the keys 1 and '1' are both "1" in JSON, so one would be lost/
      ],
      ['one key of a view', 'ValueError', /^out\.a cannot .*: the keys True and 'true' are both "true"/],
      ['circular', 'ValueError', /^out\.a\[0\] cannot .*Circular/]
    ])('a value that JSON cannot hold is named: %s (Q38)', (kind, type, message) => {
      expect(errorOf(returns(kind))).toMatchObject({ code: 1, type, message: expect.stringMatching(message) as string })
    })

    test('where only the evaluator stands behind a failure its sentence is all of the traceback', () => {
      const { message, traceback } = errorOf(returns('set'))
      expect(traceback).toBe(`TypeError: ${message}\n`)
    })

    test('keys that become texts are said in the log', () => {
      expect(returns('keys').stderr).toContain(
        'backlot: out: keys that are no texts go on as texts, such as 1 as "1"\n'
      )
      expect(returns('tuple').stderr).toBe('')
    })

    test('a sub-output that JSON cannot hold is named with its path', () => {
      expect(errorOf(outputs('bad part')).message).toMatch(/^parts\.a\.x\[0\] cannot .*set/)
    })

    test.each(['undeclared', 'undeclared sub', 'two dots', 'no text'])(
      'a key that is no declared output is named, with those that are: %s (Q50)',
      (what) => {
        const { code, type, message } = errorOf(outputs(what))
        const named = { undeclared: "'nope'", 'undeclared sub': "'nope.a'", 'two dots': "'parts.a.b'", 'no text': '3' }
        expect({ code, type }).toEqual({ code: 1, type: 'KeyError' })
        expect(message).toContain(`returned ${named[what as keyof typeof named]}`)
        expect(message).toContain('files, parts, rest')
      }
    )

    test.each([
      ['list', 'list'],
      ['text', 'str']
    ])('a returned %s is no dictionary of outputs', (what, type) => {
      const error = errorOf(outputs(what))
      expect(error).toMatchObject({ code: 1, type: 'TypeError' })
      expect(error.message).toContain(`returned a value of type ${type};`)
    })
  })

  describe('survives a node that', () => {
    test.each([
      ['exit', 'SystemExit', 'the node called exit(3)'],
      ['exit 0', 'SystemExit', 'the node called exit(0)'],
      ['exit nothing', 'SystemExit', 'the node called exit()'],
      ['exit text', 'SystemExit', "the node called exit('done')"],
      ['interrupt', 'KeyboardInterrupt', ''],
      ['bad text', 'BadText', '(its message cannot be read)'],
      ['weird', 'Weird', '(its message cannot be read)'],
      ['surrogate', 'ValueError', '\ud800 Größe 🎬'],
      ['recursion', 'RecursionError', 'maximum recursion depth exceeded'],
      ['memory', 'MemoryError', ''],
      ['generator', 'GeneratorExit', 'left'],
      ['chained', 'RuntimeError', 'second']
    ])('ends with %s: the error is its result', (deed, type, message) => {
      const ran = does(deed)
      const error = errorOf(ran)
      expect(error).toMatchObject({ code: 1, type })
      expect(error.message.startsWith(message)).toBe(true)
      expect(error.traceback).toContain('hard_nodes.py')
      expect(ran.stderr).toContain('hard_nodes.py')
      if (deed === 'chained') expect(error.traceback).toContain("KeyError: 'first'")
    })

    test.each([
      'close stdout',
      'close stderr',
      'close 1',
      'close 0 1 2',
      'no streams',
      'binary',
      'unicode',
      'change folder'
    ])('does what it should not with its streams or folder: %s', (deed) => {
      const dir = folder()
      // a relative path: the result belongs beside the task wherever the node went
      const task = join(dir, 'task.json')
      const first = does(deed, { dir })
      expect({ code: first.code, out: valueOf(first) }).toEqual({ code: 0, out: rawText(deed) })
      rmSync(join(dir, 'result.json'))
      expect(python([evaluator, 'task.json'], { cwd: dir }).code).toBe(0)
      expect(at(readFileSync(join(dir, 'result.json'), 'utf8'), 'outputs', 'out', 'value')).toBe(rawText(deed))
      expect(existsSync(task)).toBe(true)
    })

    test('closes or replaces its log and raises', () => {
      expect(errorOf(does('close both and raise'))).toMatchObject({ code: 1, message: 'after all' })
      const ran = does('replace stderr')
      expect(errorOf(ran)).toMatchObject({ code: 1, message: 'still seen' })
      expect(ran.stderr).toContain('still seen')
    })

    test('prints megabytes when it is imported', () => {
      const ran = evaluate(record('Loud', { value: '2.0' }, { out: 'null' }, { func: funcOf('loud_nodes', 'Loud') }))
      expect({ code: ran.code, out: valueOf(ran) }).toEqual({ code: 0, out: '2.0' })
      expect(ran.stdout.length).toBe(50 * 50001)
    })

    test('prints: the lines are in the log in their order, in UTF-8 whatever the locale', () => {
      const dir = folder()
      const file = join(dir, 'log')
      does('print', { dir })
      const log = openSync(file, 'a')
      const env = { ...process.env, PYTHONPATH: [goldens, fixtures, process.env.PYTHONPATH].join(delimiter) }
      spawnSync('python3', [evaluator, join(dir, 'task.json')], { env, stdio: ['ignore', log, log] })
      closeSync(log)
      expect(readFileSync(file, 'utf8')).toBe('one\ntwo\nthree\nfour\n')
      expect(does('unicode', { env: { LC_ALL: 'C', PYTHONIOENCODING: 'ascii' } }).stdout).toBe('Größe \\ud800 🎬\n')
    })
  })

  describe('sets inputs', () => {
    test('the batch of frames on the value of the plug (Q04)', () => {
      const node = record('Echo', { value: '2.0', frames: '[1, 2, 3]' })
      expect(valueOf(evaluate(node, { task: { frames: '[2]' } }))).toBe('{"value": 2.0, "frames": [2]}')
      expect(valueOf(evaluate(node, { task: { frames: '[]' } }))).toBe('{"value": 2.0, "frames": []}')
      expect(valueOf(evaluate(node))).toBe('{"value": 2.0, "frames": [1, 2, 3]}')
    })

    test('frames for a node without such an input are a failure that says so', () => {
      const node = record('Returns', { kind: '"tuple"' })
      expect(errorOf(evaluate(node, { task: { frames: '[2]' } })).message).toBe(
        "the node 'Returns' has no input 'frames', so it cannot be run in batches"
      )
    })

    test('sub-plugs in the order of the record, whatever their keys look like', () => {
      const items: [string, Raw][] = ['0', 'a', '10', '2'].map((key) => [key, 'null'])
      expect(valueOf(evaluate(record('KeysInOrder', { items })))).toBe('["0", "a", "10", "2"]')
    })

    test('and names the one that the code has no more (Q41)', () => {
      const ran = evaluate(record('Returns', { kind: '"tuple"', gone: '1' }))
      expect(errorOf(ran)).toMatchObject({
        code: 1,
        type: 'KeyError',
        message: "the node 'Returns' of the module 'hard_nodes' cannot be loaded: its code has no input 'gone' any more"
      })
      expect(errorOf(ran).traceback).toContain("KeyError: 'gone'")
      expect(ran.stderr).toContain("no input 'gone' any more")
    })

    test('and names an output that a class has no more', () => {
      const node = record(
        'Scale',
        { value: '1' },
        { old: 'null' },
        { module: '"hard_nodes"', cls: '"Scale"', func: '0' }
      )
      expect(errorOf(evaluate(node)).message).toContain("its code has no output 'old' any more")
    })
  })

  test('uses the node’s own evaluate, with its events', () => {
    const node = record(
      'Scale',
      { value: '21', factor: '2' },
      { scaled: 'null' },
      { module: '"hard_nodes"', cls: '"Scale"', func: 'null' }
    )
    const ran = evaluate(node)
    expect(valueOf(ran, 'scaled')).toBe('42')
    expect(valueOf(ran, 'seen')).toBe('["evaluation-started", "evaluation-finished"]')
    expect(ran.stdout).toBe('event evaluation-started\nevent evaluation-finished\n')
    const failing = evaluate(node.replace('"value": 21', '"value": {}'))
    expect(failing.stdout).toContain('event evaluation-exception')
  })

  describe('loads the node’s code', () => {
    const plus = (module: string, file: string | null, more: Record<string, Raw> = {}) =>
      record(
        'Plus',
        { value: '1' },
        { out: 'null' },
        {
          func: funcOf(module, 'Plus'),
          file_location: file === null ? 'null' : rawText(file),
          ...more
        }
      )

    test('from its file where the module cannot be imported, its siblings importable', () => {
      const dir = write(folder(), {
        'nodes.py': adder.replace('1}', 'sibling.ONE}').replace('from', 'import sibling\nfrom'),
        'sibling.py': 'ONE = 41'
      })
      expect(valueOf(evaluate(plus('studio.nodes', join(dir, 'nodes.py'))))).toBe('42')
      expect(valueOf(evaluate(plus('nodes', join(dir, 'nodes.py'))))).toBe('42')
    })

    test('a class too, where flowpipe itself stumbles over its file', () => {
      const dir = write(folder(), { 'scales.py': readFileSync(join(fixtures, 'hard_nodes.py'), 'utf8') })
      for (const module of ['studio.scales', 'scales', '__main__']) {
        const node = record(
          'Scale',
          { value: '2' },
          { scaled: 'null' },
          {
            module: rawText(module),
            cls: '"Scale"',
            func: 'null',
            file_location: rawText(join(dir, 'scales.py'))
          }
        )
        expect(valueOf(evaluate(node), 'scaled')).toBe('4')
      }
    })

    test('from its file where its module was __main__, which is not the evaluator', () => {
      const names = ['main', 'evaluate', 'merge', 'json', 'Plus']
      const functions = names.map((name) => adder.replace('Plus', name).replace('+ 1', `+ ${name.length}`)).join('\n')
      const dir = write(folder(), { 'script.py': `${functions}\nif __name__ == "__main__": raise SystemExit(9)\n` })
      for (const name of names) {
        const node = plus('__main__', join(dir, 'script.py'), { func: funcOf('__main__', name) })
        expect(valueOf(evaluate(node))).toBe(String(1 + name.length))
      }
    })

    test('leaves no name of its own in __main__, and no folder of its own on the path', () => {
      const found = at(evaluate(record('Looks', { what: 'null' })).result, 'outputs', 'out', 'value')
      expect(at(found, 'main')).toBe('[]')
      expect(itemsOf(at(found, 'path')).map(textOf)).not.toContain(dirname(evaluator))
      expect(itemsOf(at(found, 'path')).at(-1)).toBe(rawText(fixtures))
    })

    test('a module beside the evaluator does not shadow the user’s', () => {
      const dir = write(folder(), {
        'bundle/backlot_evaluate.py': readFileSync(evaluator, 'utf8'),
        'bundle/nodes.py': 'raise ImportError("the wrong one")',
        'bundle/json.py': 'raise ImportError("the wrong one")',
        'user/nodes.py': adder
      })
      const script = join(dir, 'bundle/backlot_evaluate.py')
      expect(valueOf(evaluate(plus('nodes', null), { script, path: [join(dir, 'user')] }))).toBe('2')
    })

    test('says which module and file are not there', () => {
      const { code, message } = errorOf(evaluate(plus('studio.nodes', '/pipeline/nodes.py')))
      expect(code).toBe(1)
      expect(message).toContain("'Plus' of the module 'studio.nodes' cannot be loaded")
      expect(message).toContain('/pipeline/nodes.py')
      expect(errorOf(evaluate(plus('studio.nodes', null))).message).toContain('no file location')
    })

    test('says what the module lacks, not that its file is missing', () => {
      const dir = write(folder(), { 'nodes.py': `import not_installed\n${adder}` })
      const error = errorOf(evaluate(plus('nodes', '/pipeline/nodes.py'), { path: [dir] }))
      expect(error.type).toBe('ModuleNotFoundError')
      expect(error.message).toContain("No module named 'not_installed'")
    })

    test.each([
      ['raise ValueError("at import")', 'ValueError', 'cannot be loaded: at import'],
      ['import sys; sys.exit(4)', 'SystemExit', 'cannot be loaded: it called exit(4)'],
      ['def broken(:', 'SyntaxError', 'cannot be loaded: ']
    ])('reports a module that does this when imported: %s', (code, type, message) => {
      const dir = write(folder(), { 'nodes.py': `${adder}\n${code}\n` })
      const error = errorOf(evaluate(plus('nodes', null), { path: [dir] }))
      expect(error).toMatchObject({ code: 1, type })
      expect(error.message).toContain(message)
      expect(error.traceback).toContain('nodes.py')
    })
  })

  describe('runs the setup first', () => {
    test('so that it can make the node’s module importable', () => {
      const dir = write(folder(), { 'nodes.py': adder })
      const node = record('Plus', { value: '1' }, { out: 'null' }, { func: funcOf('nodes', 'Plus') })
      const setup = rawText(`import sys\nsys.path.append(${JSON.stringify(dir)})\nimport nodes\nmerge = main = None`)
      expect(valueOf(evaluate(node, { task: { setup } }))).toBe('2')
    })

    test.each([
      ['import maya.standalone', 'ModuleNotFoundError', "No module named 'maya'"],
      ['raise SystemExit(2)', 'SystemExit', 'it called exit(2)'],
      ['not = python', 'SyntaxError', '<setup>']
    ])('and says so when it fails: %s', (setup, type, words) => {
      const task = { setup: rawText(setup), interpreter: '"maya"' }
      const { message, ...error } = errorOf(evaluate(record('Returns', { kind: '"tuple"' }), { task }))
      expect(error).toMatchObject({ code: 1, type })
      expect(message).toContain("the setup of the interpreter 'maya' failed: ")
      expect(message).toContain(words)
    })
  })

  describe('says in one sentence what the interpreter lacks (Q58)', () => {
    const at = (name: string) =>
      dirname(python(['-c', `import ${name}; print(${name}.__file__)`]).stdout.trim()).replace(/\/flowpipe$/, '')

    test('flowpipe', () => {
      const ran = evaluate(record('Returns', { kind: '"tuple"' }), { flags: ['-S'], env: { PYTHONPATH: fixtures } })
      expect(errorOf(ran)).toMatchObject({ code: 1, type: 'ModuleNotFoundError' })
      expect(errorOf(ran).message).toMatch(
        /^the Python 3\.\d+ at \S+ cannot import flowpipe: No module named 'flowpipe'; install flowpipe and typing_ext/
      )
      expect(formatJson(memberOf(ran.result ?? '{}', 'evaluator') ?? '')).toContain('"flowpipe": null')
    })

    test('typing_extensions', () => {
      const dir = folder()
      for (const name of ['flowpipe', 'ascii_canvas']) symlinkSync(join(at('flowpipe'), name), join(dir, name))
      const ran = evaluate(record('Returns', { kind: '"tuple"' }), { flags: ['-S'], env: { PYTHONPATH: dir } })
      expect(errorOf(ran).message).toContain("No module named 'typing_extensions'; install flowpipe and typing_ext")
    })
  })

  interface Batch {
    /** `plug` and the raw outputs of the results, in batch order; null: there is no result file */
    outputs: (Raw | null)[]
    link?: Record<string, Raw>
    node?: Raw
  }

  /** Lays out results in sibling folders as a bundle does, and runs a node that is linked to them. */
  function linked({ outputs, link, node }: Batch): Ran {
    const base = folder()
    outputs.forEach((text, i) => {
      if (text !== null) write(base, { [`${i}/result.json`]: text })
    })
    mkdirSync(join(base, 'mine'))
    const members: Record<string, Raw> = {
      plug: '"value"',
      key: 'null',
      output: '"renderings"',
      outputKey: 'null',
      merge: 'null',
      results: rawArray(outputs.map((_, i) => rawText(`../${i}/result.json`))),
      tasks: rawArray(outputs.map((_, i) => rawText(`Render-${i}`))),
      ...link
    }
    return evaluate(node ?? record('Echo', { value: '"not linked"', frames: 'null' }), {
      dir: join(base, 'mine'),
      task: { links: rawArray([rawObject(Object.entries(members))]) }
    })
  }

  const resultOf = (value: Raw, subs: [string, Raw][] = []) =>
    `{"protocol": 1, "outputs": {"renderings": {"value": ${value}, "sub_plugs": ${rawObject(subs)}}}, "seconds": 0}`

  const received = (ran: Ran) => {
    expect(ran.code, ran.stderr).toBe(0)
    return formatJson(at(ran.result, 'outputs', 'out', 'value', 'value'))
  }

  describe('merges the batches of a linked output', () => {
    interface Case {
      title: string
      merge: string | null
      values: string[]
      expected?: string
      error?: string
    }
    const cases = JSON.parse(readFileSync(join(fixtures, 'merge_cases.json'), 'utf8')) as Case[]
    test.each(cases)('$title', ({ merge, values, expected, error }) => {
      const ran = linked({
        outputs: values.map((value) => resultOf(value)),
        link: { merge: merge === null ? 'null' : rawText(merge) }
      })
      if (error === undefined) expect(received(ran)).toBe(formatJson(expected ?? ''))
      else expect(errorOf(ran)).toMatchObject({ code: 1, message: expect.stringContaining(error) as string })
    })

    test('an unknown rule is refused with its name', () => {
      const ran = linked({ outputs: [resultOf('1'), resultOf('2')], link: { merge: '"sum"' } })
      expect(errorOf(ran).message).toContain("'sum'")
    })
  })

  describe('resolves links', () => {
    test('to a sub-output, and to the whole of one, merged key by key', () => {
      const outputs = [
        resultOf('null', [
          ['10', '[1]'],
          ['2', '"x"']
        ]),
        resultOf('null', [
          ['10', '[2]'],
          ['a', '3']
        ])
      ]
      expect(received(linked({ outputs, link: { outputKey: '"10"' } }))).toBe('[1, 2]')
      expect(received(linked({ outputs }))).toBe('{"10": [1, 2], "2": "x", "a": 3}')
      expect(received(linked({ outputs, link: { outputKey: '"gone"' } }))).toBe('null')
    })

    interface WholeCase {
      title: string
      results: unknown[]
      key?: string
      merge?: string
      expected: string
    }
    const wholes = JSON.parse(readFileSync(join(fixtures, 'whole_cases.json'), 'utf8')) as WholeCase[]
    test.each(wholes)('to outputs that were returned whole beside their sub-plugs: $title', (one) => {
      const outputs = one.results.map((plug) => `{"protocol": 1, "outputs": {"renderings": ${JSON.stringify(plug)}}}`)
      const link = {
        outputKey: one.key === undefined ? 'null' : rawText(one.key),
        merge: one.merge === undefined ? 'null' : rawText(one.merge)
      }
      expect(received(linked({ outputs, link }))).toBe(one.expected)
    })

    test('into sub-plugs, which keep the order of the record', () => {
      const node = record('Echo', {
        value: [
          ['10', '1'],
          ['2', 'null'],
          ['a', '3']
        ],
        frames: 'null'
      })
      expect(received(linked({ outputs: [resultOf('2.0')], link: { key: '"2"' }, node }))).toBe(
        '{"10": 1, "2": 2.0, "a": 3}'
      )
      // Q45: the connection of the whole plug is there, its data is not used
      expect(received(linked({ outputs: [resultOf('2.0')], node }))).toBe('{"10": 1, "2": null, "a": 3}')
    })

    test('from the results of real runs', () => {
      const first = evaluate(record('Returns', { kind: '"numbers"' }))
      const node = record('Echo', { value: 'null', frames: 'null' })
      const text = readFileSync(join(first.dir, 'result.json'), 'utf8')
      expect(received(linked({ outputs: [text], link: { output: '"out"' }, node }))).toBe(valueOf(first))
    })

    test.each([
      ['is missing', null, /'Render-1'.*run it first/],
      ['is no JSON', '{"protocol": 1, "outp', /'Render-1'.*run it first/],
      ['is no object', '[]', /'Render-1'.*run it first/],
      ['is an error', '{"protocol": 1, "error": {"type": "E", "message": "m"}}', /'Render-1' failed/]
    ])('and names the task whose result %s', (_, broken, message) => {
      const error = errorOf(linked({ outputs: [resultOf('1'), broken] }))
      expect(error.code).toBe(1)
      expect(error.message).toMatch(message)
    })

    test('and refuses one to an input that is not there', () => {
      expect(errorOf(linked({ outputs: [resultOf('1')], link: { plug: '"gone"' } })).message).toContain("'gone'")
    })
  })

  const graphFile = `from flowpipe import Graph, INode, InputPlug, InputPlugGroup, Node, OutputPlug
import sibling

@Node(outputs=["out", "parts.a"], metadata={"interpreter": "maya"})
def Render(frames, scale=1.0, more=None):
    return {"out": frames}

class Scale(INode):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        InputPlug("value", self)
        OutputPlug("scaled", self)
    def compute(self, value):
        return {"scaled": value}

def build():
    main, sub, other = Graph("main"), Graph("sub"), Graph("another")
    a = Render(name="a", identifier="a", graph=main, frames=[1, 2], scale=2.0)
    b = Render(name="b", identifier="b", graph=sub)
    c = Scale(name="c", identifier="c", graph=other)
    d = Render(name="d", identifier="d", graph=main, more={"größe": float("nan")})
    a.outputs["out"] >> b.inputs["frames"]
    b.outputs["parts"]["a"] >> c.inputs["value"]
    b.outputs["out"] >> d.inputs["more"]["x"]
    return main, a, b, c, d
`

  /** Writes the files, exports \`shot.py\` among them; `text` is null where nothing was written. */
  function exported(code: string, options: Options & { file?: string } = {}) {
    const file = options.file ?? 'shot.py'
    const dir = write(folder(), { [file]: code, 'sibling.py': 'ONE = 1' })
    const out = join(dir, 'out.json')
    const child = python([...(options.flags ?? []), evaluator, '--graph', join(dir, file), out], options)
    return { ...child, dir, text: existsSync(out) ? readFileSync(out, 'utf8') : null }
  }

  describe('--graph', () => {
    test('writes flowpipe’s own text, subgraphs included, without a warning', () => {
      const { code, stderr, text, dir } = exported(`${graphFile}\ngraph, *_ = build()\n`, { flags: ['-W', 'error'] })
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
      const own = 'import json, shot; print(json.dumps(shot.graph.to_json(), indent=2), end="")'
      expect(text).toBe(python(['-W', 'ignore', '-c', own], { path: [dir] }).stdout)
      const graph = unwrap(readGraph(text ?? ''))
      expect(graph.graphs.map(({ name }) => name)).toEqual(['main', 'another', 'sub'])
      expect(graph.nodes.map(({ module, fileLocation }) => [module, fileLocation])).toEqual(
        Array(4).fill(['shot', join(dir, 'shot.py')])
      )
    })

    test('writes what can be evaluated with the file’s folder on the path', () => {
      const { text, dir } = exported(`${graphFile}\ngraph, *_ = build()\n`)
      const [a] = unwrap(readGraph(text ?? '')).nodes
      expect(valueOf(evaluate(a?.record ?? '', { path: [dir] }))).toBe('[1, 2]')
      expect(valueOf(evaluate(a?.record ?? '', { path: [] }))).toBe('[1, 2]')
    })

    test('reads the file as it is now, also where byte code of the same size and second is about', () => {
      const dir = folder()
      const out = join(dir, 'out.json')
      const put = (name: string) => {
        const code = `${graphFile}\ngraph = Graph("${name}")\nRender(name="a", graph=graph)\n`
        write(dir, { 'shot.py': code, 'sibling.py': 'ONE = 1' })
        utimesSync(join(dir, 'shot.py'), 1_700_000_000, 1_700_000_000)
      }
      put('one')
      // Python's own import, as a task's, writes the byte code
      const env = { PYTHONDONTWRITEBYTECODE: '' }
      expect(python(['-W', 'ignore', '-c', 'import shot'], { path: [dir], env }).stderr).toBe('')
      expect(readdirSync(join(dir, '__pycache__'))).toHaveLength(2)
      put('two')
      expect(python([evaluator, '--graph', join(dir, 'shot.py'), out]).stderr).toBe('')
      expect(unwrap(readGraph(readFileSync(out, 'utf8'))).name).toBe('two')
    })

    test('keeps omitted nodes and promoted plugs in our own member (Q31, Q36)', () => {
      const { text, stderr } = exported(`${graphFile}
graph, a, b, c, d = build()
b.omit = d.omit = True
a.inputs["scale"].promote_to_graph()
d.outputs["out"].promote_to_graph(name="result")
InputPlugGroup("group", graph, [a.inputs["frames"], d.inputs["frames"]])
c.inputs["value"].promote_to_graph()
`)
      expect(stderr).toBe('')
      expect(formatJson(memberOf(unwrap(checkJson(text ?? '')), 'backlot') ?? '')).toBe(
        '{"promoted": {"main": {"inputs": {"scale": {"node": "a", "plug": "scale"}, ' +
          '"group": {"group": [{"node": "a", "plug": "frames"}, {"node": "d", "plug": "frames"}]}}, ' +
          '"outputs": {"result": {"node": "d", "plug": "out"}}}, ' +
          '"another": {"inputs": {"value": {"node": "c", "plug": "value"}}, "outputs": {}}}, "omit": ["d", "b"]}'
      )
      const graph = unwrap(readGraph(text ?? ''))
      expect(graph.nodes.filter((node) => node.omit).map((node) => node.name)).toEqual(['d', 'b'])
      expect(graph.graphs[0]?.promoted.outputs).toEqual([['result', { node: 'd', plug: 'out' }]])
    })

    test.each([
      ['an attribute', 'graph, *_ = build()\nother = Graph("other")'],
      ['a function', 'def graph(name="x", *rest, **more): return build()[0]\nother = Graph("other")'],
      ['the one graph of the module', 'shot, *_ = build()\nsame = shot'],
      ['the one graph, beside a function that needs arguments', 'shot, *_ = build()\ndef graph(name): pass'],
      ['the one graph, beside an imported module', 'from flowpipe import graph\nshot, *_ = build()'],
      ['the one graph, beside the default graph', 'from flowpipe.graph import default_graph\nshot, *_ = build()']
    ])('finds the graph: %s', (_, code) => {
      const { text, stderr } = exported(`${graphFile}\n${code}\n`)
      expect(stderr).toBe('')
      expect(unwrap(readGraph(text ?? '')).name).toBe('main')
    })

    test('finds the default graph where it holds nodes', () => {
      const { text } = exported(`${graphFile}\nRender(name="only")\n`)
      expect(unwrap(readGraph(text ?? '')).name).toBe('default')
    })

    test('writes what flowpipe’s stale lists leave out, and circles that it did not see (Q24, Q25)', () => {
      const chain = (count: number, inMain: number, order: string, close: string) => `${graphFile}
graph = Graph("main")
nodes = [Render(name="n%d" % i, identifier="n%d" % i, graph=graph if i < ${inMain} else Graph("g%d" % i)) for i in range(${count})]
for i in ${order}:
    nodes[i].outputs["out"] >> nodes[i + 1].inputs["frames"]
${close}
`
      const back = exported(chain(6, 2, 'reversed(range(5))', ''))
      expect(unwrap(readGraph(back.text ?? '')).nodes.length).toBe(6)
      const circle = exported(chain(4, 4, 'range(3)', 'nodes[3].outputs["out"] >> nodes[0].inputs["frames"]'))
      expect(unwrap(readGraph(circle.text ?? '')).edges.length).toBe(4)
    })

    test('makes lists of ranges and says so, lists of tuples in silence', () => {
      const { text, stderr, code } = exported(`${graphFile}
graph, a, b, c, d = build()
a.inputs["frames"].value = range(1, 4)
a.inputs["more"].value = {"deep": [range(2)], "pair": (1, (2,))}
`)
      expect(code).toBe(0)
      expect(stderr).toBe(
        'backlot: a.frames: a range was written as a list\nbacklot: a.more: a range was written as a list\n'
      )
      const [a] = unwrap(readGraph(text ?? '')).nodes
      expect(a?.inputs.map(({ value }) => formatJson(value))).toEqual([
        '[1, 2, 3]',
        '2.0',
        '{"deep": [[0, 1]], "pair": [1, [2]]}'
      ])
    })

    test.each([
      ['a.inputs["more"].value = {"when": {1}}', 'a.more.when cannot be written as JSON: .*set'],
      ['d.inputs["more"]["x"].value = object()', 'd.more.x cannot be written as JSON'],
      ['a.metadata["tool"] = object()', 'a.metadata.tool cannot be written as JSON'],
      ['raise ValueError("first\\nsecond")', 'shot.py, line 29: ValueError: first second'],
      ['import sys; sys.exit(3)', 'shot.py, line 29: SystemExit: it called exit\\(3\\)'],
      ['import not_installed', "shot.py, line 29: ModuleNotFoundError: No module named 'not_installed'"],
      ['def broken(:', 'shot.py, line 29: SyntaxError: '],
      [
        'del graph; other = Graph("other"); Render(graph=other)',
        'shot.py has 2 graphs: .*shot.py:keep or shot.py:other.*`graph`'
      ],
      ['del graph, keep', 'shot.py has no graph: .*`graph`'],
      ['def graph(): return 1\ndel keep', 'shot.py has no graph: .*`graph`']
    ])('is refused in one sentence, and writes nothing: %s', (code, sentence) => {
      const { text, ...ran } = exported(`${graphFile}\ngraph, a, b, c, d = build()\nkeep = graph\n${code}\n`)
      expect(ran).toMatchObject({ code: 1 })
      expect(text).toBeNull()
      expect(ran.stderr).toMatch(new RegExp(`^backlot: .*${sentence}`))
      expect(ran.stderr.trimEnd().split('\n')).toHaveLength(1)
    })

    test('refuses a file that is not there, and one that is called like a module in use', () => {
      expect(python([evaluator, '--graph', '/no/such.py', join(folder(), 'out')]).stderr).toMatch(
        /^backlot: \/no\/such\.py: FileNotFoundError: /
      )
      const { code, stderr } = exported('graph = 1', { file: 'json.py' })
      expect(code).toBe(1)
      expect(stderr).toContain("there is a module 'json' already; rename the file")
    })
  })

  describe('--check', () => {
    interface Report {
      language: string
      version: string
      executable: string
      flowpipe: string | null
      typing_extensions: boolean
      modules: { module: string; importable: boolean; file_exists: boolean; code: string[] }[]
    }
    function checked(modules: [string, string | null][], options: Options = {}) {
      const dir = write(folder(), {
        'request.json': JSON.stringify({ modules: modules.map(([module, file]) => ({ module, file })) })
      })
      const out = join(dir, 'out.json')
      const { code, stdout, stderr } = python(
        [...(options.flags ?? []), evaluator, '--check', join(dir, 'request.json'), out],
        options
      )
      expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: '', stderr: '' })
      return JSON.parse(readFileSync(out, 'utf8')) as Report
    }

    test('says what is there and imports nothing to find out', () => {
      const loud = 'print("imported"); raise SystemExit(3)'
      const dir = write(folder(), {
        'package/__init__.py': loud,
        'package/inner/__init__.py': loud,
        'package/inner/nodes.py': loud,
        'space/deeper/nodes.py': loud,
        'plain.py': loud
      })
      const report = checked(
        [
          ['golden_nodes', join(goldens, 'golden_nodes.py')],
          ['package', null],
          ['package.inner.nodes', '/no/such/file.py'],
          ['package.inner.gone', dir],
          ['package.gone.nodes', null],
          ['space.deeper.nodes', null],
          ['space', null],
          ['plain', join(dir, 'plain.py')],
          ['plain.inner', null],
          ['sys', null],
          ['zipimport', null],
          ['package.sys', null],
          ['gone', null],
          ['__main__', null],
          ['backlot_evaluate', null],
          ['', '']
        ],
        { path: [goldens, dir] }
      )
      expect(Object.keys(report)).toEqual([
        'language',
        'version',
        'flowpipe',
        'folders',
        'executable',
        'packages',
        'program',
        'typing_extensions',
        'modules'
      ])
      expect(report).toMatchObject({ language: 'python', typing_extensions: true })
      expect(report.flowpipe).toMatch(/^\d+\.\d+/)
      expect(report.version).toMatch(/^3\.\d+\.\d+$/)
      expect(report.executable).toMatch(/python/)
      expect(report.modules.map((one) => [one.module, one.importable, one.file_exists])).toEqual([
        ['golden_nodes', true, true],
        ['package', true, false],
        ['package.inner.nodes', true, false],
        ['package.inner.gone', false, false],
        ['package.gone.nodes', false, false],
        ['space.deeper.nodes', true, false],
        ['space', false, false],
        ['plain', true, true],
        ['plain.inner', false, false],
        ['sys', true, false],
        ['zipimport', true, false],
        ['package.sys', false, false],
        ['gone', false, false],
        ['__main__', false, false],
        ['backlot_evaluate', false, false],
        ['', false, false]
      ])
    })

    test('names the files that an import would read, found in their text; of installed packages the entrance', () => {
      const dir = write(folder(), {
        'show/__init__.py': '',
        'show/nodes.py':
          'import json, helper\nfrom . import tools\nfrom flowpipe import Node\ndef f():\n    from .late import thing\n',
        'show/tools.py': 'import show.nodes\n',
        'show/late.py': 'thing = 1\n',
        'show/other.py': '',
        'helper.py': 'def broken(:\n',
        'alone.py': 'import helper'
      })
      const report = checked(
        [
          ['show.nodes', null],
          ['alone', join(dir, 'alone.py')],
          ['gone', '/nowhere/gone.py'],
          ['json', null]
        ],
        { path: [dir] }
      )
      const [nodes, ...others] = report.modules.map(({ code }) => code)
      const short = (code: readonly string[] = []) =>
        code.filter((path) => path.startsWith(dir)).map((path) => path.slice(dir.length + 1))
      expect(short(nodes)).toEqual(['helper.py', 'show/__init__.py', 'show/late.py', 'show/nodes.py', 'show/tools.py'])
      expect(nodes?.filter((path) => !path.startsWith(dir))).toEqual([expect.stringMatching(/flowpipe\/__init__\.py$/)])
      expect(others.map(short)).toEqual([['alone.py', 'helper.py'], [], []])
    })

    test('says that flowpipe and typing_extensions are missing', () => {
      const report = checked([['golden_nodes', null]], { flags: ['-S'], env: { PYTHONPATH: goldens } })
      expect(report).toMatchObject({
        flowpipe: null,
        typing_extensions: false,
        modules: [{ module: 'golden_nodes', importable: true }]
      })
    })

    test('fails in one sentence on a request that is none', () => {
      const dir = write(folder(), { 'request.json': '{' })
      const { code, stderr } = python([evaluator, '--check', join(dir, 'request.json'), join(dir, 'out')])
      expect(code).toBe(1)
      expect(stderr).toMatch(/^backlot: .*request\.json: JSONDecodeError: .*\n$/)
      expect(readdirSync(dir).sort()).toEqual(['out.error', 'request.json'])
    })
  })

  describe('takes its arguments', () => {
    const node = record('Echo', { value: '1', frames: 'null' })
    const task = () => {
      const { dir } = evaluate(node)
      rmSync(join(dir, 'result.json'))
      return { file: join(dir, 'task.json'), result: join(dir, 'result.json') }
    }

    test('behind -- where there is one', () => {
      const { file, result } = task()
      expect(python([evaluator, '-b', '--python', 'x.py', '--', file]).code).toBe(0)
      expect(existsSync(result)).toBe(true)
    })

    test('from BACKLOT_TASK where there are none', () => {
      const { file, result } = task()
      expect(python([evaluator], { env: { BACKLOT_TASK: file } }).code).toBe(0)
      expect(existsSync(result)).toBe(true)
    })

    test.each([
      [[]],
      [['a.json', 'b.json']],
      [['--graph', 'a.py']],
      [['--graph']],
      [['--check', 'a', 'b', 'c']],
      [['--what', 'a', 'b']],
      [['--what']],
      [['']]
    ])('and says how it is used where they make no sense: %j', (args) => {
      const { code, stdout, stderr } = python([evaluator, ...args], { env: { BACKLOT_TASK: '' } })
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
      expect(stderr).toMatch(/^usage: .*\n$/)
    })

    test('and refuses a task file that is not there, or of another protocol', () => {
      const { code, stderr } = python([evaluator, '/no/such/task.json'])
      expect(code).toBe(2)
      expect(stderr).toMatch(/^backlot: the task file cannot be used: .*\n$/)
      const other = errorOf(evaluate(node, { task: { protocol: '2' } }))
      expect(other).toMatchObject({ code: 1, message: 'the task is of protocol 2, this evaluator knows 1' })
    })

    test('kindly: a task file with a byte order mark is read', () => {
      const { file, result } = task()
      writeFileSync(file, `\ufeff${readFileSync(file, 'utf8')}`)
      expect(python([evaluator, file]).code).toBe(0)
      expect(kindOf(readFileSync(result, 'utf8'))).toBe('object')
    })
  })
})
