// what the files of graphs, and what they are given, may look like: through the built command line
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import type { Problem } from '../../src-main/domain/problems.ts'
import { scratch } from '../helpers/app.ts'
import { backlot, backlotFrom, cli } from '../helpers/cli.ts'
import { flowpipe } from '../helpers/flowpipe.ts'

let dataDir: string
let folder: string
beforeEach(() => {
  dataDir = scratch()
  folder = join(dataDir, 'files')
  mkdirSync(folder)
})

const at = (file: string) => join(folder, file)
const write = (file: string, content: string | Uint8Array) => writeFileSync(at(file), content)
const convert = (file: string, ...more: string[]) => backlot(dataDir, 'convert', at(file), '--trust', ...more)
const run = (file: string, ...more: string[]) => backlot(dataDir, 'run', at(file), '--trust', ...more)
const outputs = () =>
  JSON.parse(backlot(dataDir, 'outputs', '--json', '--by', 'name').out) as Record<string, Record<string, unknown>>
const problemsOf = (file: string, ...more: string[]) =>
  (
    JSON.parse(backlot(dataDir, 'preflight', at(file), '--trust', '--json', ...more).out) as { problems: Problem[] }
  ).problems
    .filter(({ severity, code }) => severity !== 'info' || code === 'written-otherwise')
    .map(({ severity, code, name, message }) => `${severity} ${code} ${name}: ${message}`)

const step = `from flowpipe import Graph, INode, InputPlug, Node, OutputPlug
@Node(outputs=["out"])
def Step(value=None): return {"out": value}
`

describe.skipIf(!flowpipe())('what a graph in Python loses on its way into flowpipe’s JSON', () => {
  const classes = `${step}import itertools
count = itertools.count()
class Render(INode):
    def __init__(self, engine="arnold", inputs=1, **more):
        super().__init__(**more)
        self.engine, self.number, self.lock = engine, next(count), object()
        for i in range(inputs): InputPlug("in%d" % i, self)
        OutputPlug("out", self)
    def compute(self, **values): return {"out": self.engine}
class Kept(Render):
    def to_json(self): return dict(super().to_json(), engine=self.engine)
    def post_deserialize(self, data):
        super().post_deserialize(data)
        self.engine = data["engine"]
graph = Graph(name="g")
`

  test('an attribute that its constructor was given, and one that was set', () => {
    write(
      'film.py',
      `${classes}Render(engine="vray", name="a", graph=graph); Render(name="b", graph=graph)\nKept(engine="vray", name="c", graph=graph)\nset_ = Render(name="d", graph=graph); set_.quality = [1, "x"]\n`
    )
    expect(problemsOf('film.py')).toEqual([
      "warning attribute-lost a: its attribute engine is 'vray' in the graph, but 'arnold' where flowpipe makes the node again of its JSON",
      "warning attribute-lost d: its attribute quality is [1, 'x'] in the graph, but not there where flowpipe makes the node again of its JSON"
    ])
  })

  test('plugs that its constructor makes by its arguments', () => {
    write('film.py', `${classes}Render(inputs=3, name="a", graph=graph)\n`)
    expect(problemsOf('film.py')).toEqual([
      'error plug-lost a: in1 and in2 are not there where flowpipe makes the node again with Render(graph=None)'
    ])
    expect(run('film.py').code).toBe(3)
  })

  test('keys that are no texts; two that would be one are refused', () => {
    write('film.py', `${step}graph = Graph(name="g"); Step(graph=graph, value=[{1: "a"}])\n`)
    expect(problemsOf('film.py')).toEqual([
      'info written-otherwise Step: value[0]: keys that are no texts become texts, such as 1'
    ])
    write('two.py', `${step}graph = Graph(name="g"); Step(graph=graph, value={1: "a", "1": "b"})\n`)
    expect(convert('two.py')).toMatchObject({
      code: 2,
      err: expect.stringContaining(`Step.value cannot be written as JSON: the keys 1 and '1' are both "1" in JSON`)
    })
  })
})

describe.skipIf(!flowpipe())('what a function that gives the graph is called with', () => {
  const build = `import enum, pathlib, typing
class Quality(enum.Enum):
    LOW = "low"
    HIGH = 2
${step}
def build(shot: str, n: int = 1, scale: float = 1, proxy: bool = True, folder: pathlib.Path = None,
          quality: Quality = Quality.LOW, pass_: typing.Optional[int] = 3, draft=False, label="x", frames=(1, 2)):
    graph = Graph(name="g")
    folder = folder and [type(folder).__name__, str(folder)]
    Step(graph=graph, value=[shot, n, scale, proxy, folder, quality.name, pass_, draft, label, frames])
    return graph
`

  test('is what its types make of the texts', () => {
    write('film.py', build)
    const args = [
      '007',
      'n=012',
      'scale=2',
      'proxy=no',
      'folder=/a',
      'quality=2',
      'pass_=None',
      'draft=off',
      'label=010'
    ]
    expect(run('film.py:build', '--', ...args, 'frames=[3]').code).toBe(0)
    const folder = ['PosixPath', '/a']
    expect(outputs()).toEqual({ Step: { out: ['007', 12, 2, false, folder, 'HIGH', null, false, '010', [3]] } })
    expect(run('film.py:build', '--', 'a', 'quality=LOW').code).toBe(0)
    expect(outputs().Step?.out).toEqual(['a', 1, 1, true, null, 'LOW', 3, false, 'x', [1, 2]])
  })

  test.each([
    ['n=abc', 'n: "abc" is no whole number'],
    ['scale=big', 'scale: "big" is no number'],
    ['proxy=perhaps', 'proxy: "perhaps" is none of true, yes, on, 1, false, no and more'],
    ['quality=best', 'quality: "best" is none of LOW, HIGH, low or 2'],
    ['pass_=1.5', 'pass_: "1.5" is no whole number']
  ])('and refused where they make nothing of it: %s', (arg, said) => {
    write('film.py', build)
    const { code, err } = convert('film.py:build', '--', 'a', arg)
    expect(code).toBe(2)
    expect(err).toContain(`film.py:build: ${said.replace(' and more', '')}`)
    expect(err).toContain('; it takes: shot: str')
  })

  test('the graph may come from a generator', () => {
    write('film.py', `${step}def build():\n    graph = Graph(name="g"); Step(graph=graph); yield graph\n`)
    expect(convert('film.py:build').code).toBe(0)
  })

  test('a file that reads the command line itself gets what stands behind --', () => {
    write('nodes.py', step)
    write(
      'film.py',
      `from nodes import *\nimport argparse\nparser = argparse.ArgumentParser(); parser.add_argument("--shot", required=True)\nshot = parser.parse_args().shot\nshow = Graph(name="g"); Step(graph=show, value=shot)\n`
    )
    expect(convert('film.py').err).toContain(
      `${at('film.py')}, line 4: the following arguments are required: --shot; write the file's own arguments behind --`
    )
    for (const file of ['film.py', 'film.py:show']) {
      expect(run(file, '--', '--shot', 'sh010').code).toBe(0)
      expect(outputs()).toEqual({ Step: { out: 'sh010' } })
    }
    write('both.py', `${step}import sys\ngraph = Graph(name=sys.argv[1]); Step(graph=graph, name=sys.argv[1])\n`)
    expect(convert('both.py', '--', 'sh010').out).toContain('sh010')
    write(
      'task.py',
      `${step}import argparse\nparser = argparse.ArgumentParser(); parser.add_argument("--shot", required=True); parser.parse_args()\ngraph = Graph(name="g"); Step(graph=graph)\n`
    )
    expect(run('task.py', '--', '--shot', 'a').err).toContain(
      'cannot be loaded: it reads the command line when it is imported (the following arguments are required: --shot); move that below'
    )
  })
})

describe.skipIf(!flowpipe())('files of code that are unusual', () => {
  test('Python in the encoding that it names itself; in one that it does not name Python says where', () => {
    const graph = 'graph = Graph(name="caf\xe9"); Step(graph=graph, value="\xe9")\n'
    write('film.py', Buffer.from(`# -*- coding: latin-1 -*-\n${step}${graph}`, 'latin1'))
    expect(run('film.py').code).toBe(0)
    expect(outputs()).toEqual({ Step: { out: 'é' } })
    write('none.py', Buffer.from(`${step}${graph}`, 'latin1'))
    expect(convert('none.py')).toMatchObject({ code: 2, err: expect.stringContaining('SyntaxError: ') })
  })

  test('a module in a zip archive is found', () => {
    write('nodes.py', step)
    const zipped = 'import zipfile; z = zipfile.ZipFile("nodes.zip", "w"); z.write("nodes.py", "zipped.py"); z.close()'
    expect(spawnSync('python3', ['-c', zipped], { cwd: folder }).status).toBe(0)
    write(
      'film.py',
      'import os, sys\nsys.path.insert(0, os.path.join(os.path.dirname(__file__), "nodes.zip"))\nfrom zipped import *\ngraph = Graph(name="g"); Step(graph=graph, value=1)\n'
    )
    expect(problemsOf('film.py')).toEqual([])
    expect(run('film.py').code).toBe(0)
  })

  test('a record of a function that names none', () => {
    const node = { name: 'a', identifier: 'a', inputs: {}, outputs: {}, metadata: {}, file_location: at('nodes.py') }
    const record = { ...node, module: 'flowpipe.node', cls: 'FunctionNode' }
    write('nodes.py', step)
    write('g.json', JSON.stringify({ module: 'flowpipe.graph', cls: 'Graph', name: 'g', nodes: [record] }))
    expect(problemsOf('g.json')).toEqual([
      'error function-missing a: it is a FunctionNode, but its record has no func that names the function'
    ])
  })

  test('a pipe is not read, and is not called empty', () => {
    const shell = spawnSync('sh', [
      '-c',
      `echo '{}' | "$0" "$1" --data-dir "$2" convert /dev/stdin`,
      process.execPath,
      cli,
      dataDir
    ])
    expect(shell.status).toBe(2)
    expect(String(shell.stderr)).toBe(
      'backlot: /dev/stdin is no file but a pipe or a device; write the graph to a file first\n'
    )
  })
})

describe.skipIf(!flowpipe())('options that come to nothing', () => {
  const film = `${step}graph = Graph(name="g")
a = Step(graph=graph, name="a", metadata={"interpreter": "Python"}); b = Step(graph=graph, name="b", metadata={"interpreter": "my tool"})
a.outputs["out"].connect(b.inputs["value"]["x"])
`

  test('--set of an input that is connected', () => {
    write('film.py', film)
    const map = ['--map', 'Python=python', '--map', 'my tool=python']
    expect(problemsOf('film.py', ...map, '--set', 'b.value.x=1', '--set', 'a.value=2')).toEqual([
      'warning set-unused b: --set b.value.x changes nothing: a.out is connected with it, and what comes from there counts'
    ])
  })

  test('an interpreter that is not known: what was meant, and what can be pasted', () => {
    write('film.py', film)
    const { out } = backlot(dataDir, 'preflight', at('film.py'), '--trust')
    expect(out).toContain('there is no interpreter "Python" (did you mean python?), needed by "a"')
    expect(out).toContain(
      `backlot interpreter set 'my tool' -- PROGRAM {evaluator} {task}; or run its nodes with another: --map 'my tool=python'`
    )
    write('plain.py', `${step}graph = Graph(name="g"); Step(graph=graph)\n`)
    expect(backlot(dataDir, 'preflight', at('plain.py'), '--map', 'python=maja', '--trust').out).toContain(
      'or leave --map python=maja out'
    )
  })
})

describe('what is given as nothing, as a variable that is not set gives it', () => {
  test.each([
    [['run', ''], '<graph>'],
    [['run', 'g.json', '--notify', ''], '--notify [program]'],
    [['run', 'g.json', '--only', 'a', '--only', ''], '--only <node>'],
    [['convert', 'g.json', '--graph', ''], '--graph <name>'],
    [['log', ''], '<task>'],
    [['why', ''], '<task>'],
    [['pull', ''], '<folder>'],
    [['rehearse', ''], '<graph|job>']
  ])('is refused: %j', (args, what) => {
    expect(backlot(dataDir, ...args)).toEqual({
      code: 2,
      out: '',
      err: `backlot: ${what} is given as nothing; is a variable not set?\n`
    })
  })

  test('as data folder nothing is made in the working folder', () => {
    expect(backlotFrom(folder, '', 'jobs').code).toBe(2)
    expect(existsSync(at('backlot.db'))).toBe(false)
  })

  test('a number that is nothing, a priority that is no number, and a time without end', () => {
    expect(backlot(dataDir, 'run', 'g.json', '--retries', '').err).toContain(
      'it should be a whole number of at least 0'
    )
    expect(backlot(dataDir, 'priority', '1', 'x').err).toContain('it should be a whole number of at least -1000000')
    expect(backlot(dataDir, 'run', 'g.json', '--timeout', 'Infinity').err).toContain('a number of seconds above 0')
  })
})

describe('what Node does not take of TypeScript', () => {
  const head =
    "import { defineNode, Graph } from 'backlot'\nexport const Step = defineNode({ outputs: ['out'] }, function Step() { return { out: 1 } })\nexport const graph = new Graph('g'); Step(graph)\n"
  test.each([
    ['./helper', 'write the file’s whole name: helper.ts'],
    ['./helper.js', 'write the file’s whole name: helper.ts'],
    ['./lib', 'write the file’s whole name: lib/index.ts'],
    ['@lib/helper', 'Node does not read "paths" of tsconfig.json']
  ])('an import of %s', (from, advice) => {
    mkdirSync(at('lib'))
    write('helper.ts', 'export const helper = 1\n')
    write('lib/index.ts', 'export const helper = 1\n')
    write('tsconfig.json', '{"compilerOptions": {"paths": {"@lib/*": ["./*"]}}}')
    write('film.ts', `import { helper } from '${from}'\n${head}console.log(helper)\n`)
    const { code, err } = convert('film.ts')
    expect(code).toBe(2)
    expect(err).toContain(`; ${advice}`)
  })

  test('an enum', () => {
    write('film.ts', `${head}enum Kind { A }\n`)
    expect(convert('film.ts').err).toContain(
      '; Node takes types away and makes no code of them: write it in JavaScript'
    )
  })
})

test.skipIf(!flowpipe())('a sub-plug of a sub-plug, which flowpipe does not write', () => {
  write(
    'film.py',
    `${step}graph = Graph(name="g"); a = Step(graph=graph, name="a"); b = Step(graph=graph, name="b")\na.outputs["out"]["x"].connect(b.inputs["value"]["p"]["q"])\n`
  )
  expect(convert('film.py').err).toContain(
    '"b".value.p.q, but that node has no such input; flowpipe’s JSON keeps one level of sub-plugs: connect with value.p'
  )
})

test('a job that has ended is not said to be paused; a graph that is read takes no arguments, and no job is 0', () => {
  const graph = { module: 'flowpipe.graph', cls: 'Graph', name: 'g', nodes: [] }
  write('g.json', JSON.stringify(graph))
  expect(backlot(dataDir, 'convert', at('g.json'), 'sh010').err).toContain(
    'is read, not run, and takes no arguments; leave sh010 out'
  )
  expect(backlot(dataDir, 'tasks', '0').err).toBe('backlot: "0" is no job; a job is a number, see backlot jobs\n')
  write(
    'film.ts',
    "import { defineNode, Graph } from 'backlot'\nexport const Step = defineNode({ outputs: ['out'] }, function Step() { return { out: 1 } })\nexport const graph = new Graph('g'); Step(graph)\n"
  )
  expect(run('film.ts').code).toBe(0)
  expect(backlot(dataDir, 'pause', '1').err).toBe('job 1 has ended; there is nothing to pause\n')
})
