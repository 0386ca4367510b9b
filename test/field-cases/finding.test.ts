// graphs in files of code, and what preflight finds in the code of nodes, as users met it: through the built command line
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import type { Problem } from '../../src-main/domain/problems.ts'
import { scratch } from '../helpers/app.ts'
import { backlot } from '../helpers/cli.ts'
import { flowpipe } from '../helpers/flowpipe.ts'

const fixtures = join(import.meta.dirname, '../fixtures/finding')

let dataDir: string
let folder: string
beforeEach(() => {
  dataDir = scratch()
  folder = join(dataDir, 'files')
  mkdirSync(folder)
})

/** The case's files in a folder of their own; what its JSON calls $SCRATCH/w is that folder. */
function use(name: string): void {
  cpSync(join(fixtures, name), folder, { recursive: true })
  for (const file of readdirSync(folder).filter((one) => one.endsWith('.json'))) {
    const path = join(folder, file)
    writeFileSync(path, readFileSync(path, 'utf8').replaceAll('$SCRATCH/w', folder))
  }
}

function write(files: Record<string, string>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
}

const at = (file: string) => join(folder, file)
const convert = (file: string, ...more: string[]) => backlot(dataDir, 'convert', at(file), '--trust', ...more)
const run = (file: string, ...more: string[]) => backlot(dataDir, 'run', at(file), '--trust', ...more)
/** What one may choose from, as the refusal says it to programs. */
const choicesOf = (file: string) =>
  (
    JSON.parse(convert(file, '--json').err.trim().split('\n').at(-1) ?? '') as {
      error: { details?: { choices?: string[] } }
    }
  ).error.details?.choices
/** The tasks of a conversion, by name. */
const tasksOf = ({ out }: { out: string }) =>
  out
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.split(/\s+/)[1])

function problemsOf(file: string, ...more: string[]): Problem[] {
  const { out, err } = backlot(dataDir, 'preflight', at(file), '--trust', '--json', ...more)
  expect(err.replace(/^waiting for .*\n/gm, '')).toBe('')
  return (JSON.parse(out) as { problems: Problem[] }).problems
}
const told = (problems: readonly Problem[]) =>
  problems.map(({ severity, code, name, message }) => `${severity} ${code} ${name}: ${message}`)

interface Outputs {
  node: string
  output: string
  value: string
}
const outputs = (): Record<string, Outputs> => JSON.parse(backlot(dataDir, 'outputs', '--json').out) as never

const nodes = `from flowpipe import Graph, Node
@Node(outputs=["out"])
def Step(value=1): return {"out": value}
`

describe.skipIf(!flowpipe())('the graph of a Python file', () => {
  test('two connected graphs are one job', () => {
    use('07-py-graph-finding')
    const done = convert('two_connected.py')
    expect([done.code, tasksOf(done), done.err]).toEqual([0, ['a', 'b'], ''])
  })

  test('under __main__: a sentence names the block and how it is chosen; chosen, it is run', () => {
    use('07-py-graph-finding')
    const { code, err } = convert('under_main.py')
    expect(code).toBe(2)
    expect(err).toContain('`if __name__ == "__main__":` on line 3')
    expect(err).toContain('choose under_main.py:__main__')
    expect(err.match(/backlot: |has no graph/g)).toHaveLength(2)
    expect(convert('under_main.py', '--graph', 'graph').err).toContain('choose under_main.py:__main__')
    expect(tasksOf(convert('under_main.py:__main__'))).toEqual(['a'])
    expect(run('under_main.py:__main__').code).toBe(0)
    write({
      'script.py': `${nodes}import sys\nold = Graph(name="old"); Step(graph=old)
def main():
    for name in sys.argv[1:]: Step(graph=Graph(name=name), name=name)
if __name__ == "__main__":
    main()\n`
    })
    const script = convert('script.py:__main__', '--', 'sh1')
    expect(tasksOf(script)).toEqual(['sh1'])
    expect(script.err).toContain('the graph "old" (line 5) is left out')
    expect(convert('script.py:__main__', '--', 'sh1', 'sh2').err).toContain(
      'script.py:__main__.sh1 or script.py:__main__.sh2'
    )
    expect(tasksOf(convert('script.py:__main__.sh2', '--', 'sh1', 'sh2'))).toEqual(['sh2'])
  })

  test('as an attribute: its path is said, and chooses it', () => {
    use('07-py-graph-finding')
    expect(convert('workflow.py').err).toContain('choose it with workflow.py:workflow.graph')
    expect(choicesOf('workflow.py')?.[0]).toBe('workflow.graph')
    for (const name of ['workflow.graph', 'workflow', 'Workflow', 'wf'])
      expect(tasksOf(convert(`workflow.py:${name}`)), name).toEqual(['a'])
    expect(convert('workflow.py:workflo.graph').err).toContain('(did you mean workflow.graph?)')
  })

  test('a graph whose name was given to another is said to be left out, and is chosen by its own name', () => {
    use('07-py-graph-finding')
    const { code, err, out } = convert('graph_twice.py')
    expect([code, tasksOf({ out })]).toEqual([0, ['cake']])
    expect(err).toContain('the graph "house" (line 3) is left out')
    expect(err).toContain('choose it with graph_twice.py:house')
    expect(problemsOf('graph_twice.py').map(({ code }) => code)).toEqual(['graph-left-out'])
    expect(run('graph_twice.py').err).toContain('"house"')
    expect(convert('graph_twice.py', '--graph', 'house')).toMatchObject({ code: 0, err: '' })
  })

  test('two that are not connected are named with how each is chosen, and so are nodes of the default graph', () => {
    write({
      'two.py': `${nodes}a = Graph(name="one"); Step(graph=a)\nb = Graph(name="two"); Step(graph=b)\n`,
      'stray.py': `${nodes}graph = Graph(name="main"); Step(graph=graph)\nStep(name="lost")\n`
    })
    const { code, err } = convert('two.py')
    expect(code).toBe(2)
    expect(err).toContain(
      'a ("one", line 4) and b ("two", line 5) are not connected; choose one with two.py:a or two.py:b'
    )
    expect(choicesOf('two.py')).toEqual(['a', 'b'])
    expect(convert('two.py:b').code).toBe(0)
    expect(convert('stray.py').err).toContain('the nodes made without graph=… are left out: lost')
  })

  test('of a function, with what it is given behind --', () => {
    const body = 'g = Graph(name=str(shot)); Step(graph=g, name=str(shot), value=[frames, deep, more])\n    return g'
    write({
      'film.py': `${nodes}def build(shot: str, frames=10, *, deep=False, **more):\n    ${body}
class Show:
    def __init__(self): self.graphs = {"a": build("a")}
    def make(self, shot): return build(shot)
def last(): return Step(graph=build("x"), name="end")\n`
    })
    expect(convert('film.py').err).toContain('build makes one: choose it with film.py:build')
    expect(convert('film.py:build').err).toMatch(/film\.py:build: missing a required argument: 'shot'; it takes: shot/)
    expect(convert('film.py:Show', '--graph', 'build').err).toContain('name two graphs; give one of them')
    expect(tasksOf(convert('film.py:build', '--', '010'))).toEqual(['010'])
    expect(tasksOf(convert('film.py:Show'))).toEqual(['a'])
    expect(tasksOf(convert('film.py:Show.make', '--', 'sh7'))).toEqual(['sh7'])
    expect(tasksOf(convert('film.py:last')).toSorted()).toEqual(['end', 'x'])
    expect(convert('film.py', 'sh010').err).toContain('film.py:FUNCTION -- ARGUMENTS')
    write({ 'own.py': `${nodes}def graph(shot):\n    g = Graph(name=shot); Step(graph=g, name=shot); return g\n` })
    expect(convert('own.py').err).toContain('graph() needs arguments, (shot)')
    expect(tasksOf(convert('own.py', '--', 'shot=sh8'))).toEqual(['sh8'])
    const args = ['shot=12', 'frames=[1, 2]', 'deep=True', 'note=a b', 'n=1.5']
    expect(run('film.py:build', '--', ...args).code).toBe(0)
    expect(Object.values(outputs()).map((node) => JSON.stringify(node))).toEqual([
      '{"out":[[1,2],true,{"note":"a b","n":1.5}]}'
    ])
  })

  test('the choice stays with the job: shown, run again, only what changed, rehearsed', () => {
    use('07-py-graph-finding')
    expect(run('graph_twice.py:house').code).toBe(0)
    const jobs = () => JSON.parse(backlot(dataDir, 'jobs', '--json').out) as { choice: unknown; name: string }[]
    expect(jobs()).toMatchObject([{ choice: { graph: 'house', args: [] }, name: 'house' }])
    expect(backlot(dataDir, 'jobs').out).toContain('graph_twice.py:house')
    expect(backlot(dataDir, 'rerun', '1').code).toBe(0)
    expect(run('graph_twice.py:house', '--changed').code).toBe(0)
    expect(jobs().map(({ choice }) => choice)).toEqual(Array(3).fill({ graph: 'house', args: [] }))
    expect(backlot(dataDir, 'compare', '1', '2').code).toBe(0)
    expect(backlot(dataDir, 'graph', 'show', at('graph_twice.py:house'), '--list').out).toContain('walls')
    const rehearsed = backlot(dataDir, 'rehearse', at('graph_twice.py:house'), '--json')
    expect(JSON.parse(rehearsed.out.trim().split('\n').at(-1) ?? '')).toMatchObject({ job: 4 })
  })

  test('nothing of a file runs before it is allowed, whatever is chosen of it', () => {
    const mark = 'import os; open(os.path.join(os.path.dirname(__file__), "RAN"), "w").close()\n'
    write({ 'evil.py': `${mark}${nodes}graph = Graph(name="g"); Step(graph=graph)\n` })
    for (const how of [['convert'], ['graph', 'show'], ['preflight'], ['run'], ['rehearse']])
      for (const name of ['evil.py', 'evil.py:graph', 'evil.py:nope'])
        expect(backlot(dataDir, ...how, at(name))).toMatchObject({ code: 2, err: expect.stringContaining('--trust') })
    expect(existsSync(at('RAN'))).toBe(false)
  })

  test('a colon of a file’s name and of a drive is no choice', () => {
    const graph = `${nodes}house = Graph(name="house"); Step(graph=house)\n`
    write({ 'a:b.py': graph, 'plain.py': graph })
    expect(convert('a:b.py').code).toBe(0)
    expect(convert('a:b.py:house').code).toBe(0)
    for (const path of ['C:\\shots\\x.py', 'C:/shots/x.py', 'C:\\shots\\x.py:house'])
      expect(backlot(dataDir, 'convert', path).err).toMatch(/there is no file .*C:[\\/]shots[\\/]x\.py\n/)
    use('11-empty-graph')
    expect(backlot(dataDir, 'convert', at('e.json'), '--graph', 'x').err).toContain(
      'is read, not run, and holds one graph'
    )
  })

  test('in a package, with relative imports: built and evaluated', () => {
    write({
      'shots/__init__.py': '',
      'shots/lib/__init__.py': '',
      'shots/lib/scale.py': 'SCALE = 3',
      'shots/nodes.py': `from flowpipe import Node\nfrom .lib.scale import SCALE\n@Node(outputs=["out"])\ndef Step(value): return {"out": value * SCALE}\n`,
      'shots/film.py': `from flowpipe import Graph\nfrom .nodes import Step\ngraph = Graph(name="film"); Step(graph=graph, value=2)\n`
    })
    expect(run('shots/film.py')).toMatchObject({ code: 0, out: expect.stringMatching(/Step {2}out {13}6/) })
  })

  test('a build that fails: file, line and one sentence, whose code raised it, and the traceback on request', () => {
    use('10-deep-exception-excerpt')
    const { code, err } = run('deepbuild.py')
    expect(code).toBe(2)
    expect(err.split('\n')[0]).toBe(
      `backlot: ${at('deepbuild.py')}, line 4: JSONDecodeError: Expecting property name enclosed in double quotes: line 1 column 2 (char 1) (deep_lib.py, line 3, in b)`
    )
    expect(err).not.toContain('Traceback')
    const verbose = convert('deepbuild.py', '--verbose').err
    for (const part of ['Traceback', 'deepbuild.py", line 4', 'deep_lib.py", line 2', 'json/decoder.py'])
      expect(verbose).toContain(part)
    expect(verbose).not.toMatch(/backlot_(?:evaluate|graph)\.py|importlib/)
  })

  test('a task that fails deep in a library: the excerpt names the lines of its own code', () => {
    use('10-deep-exception-excerpt')
    const { code, err } = run('deep.py')
    expect(code).toBe(1)
    expect(err).toContain(`${at('deep.py')}", line 6, in A`)
    expect(err).toContain(`${at('deep_lib.py')}", line 3, in b`)
    expect(err).not.toContain('decoder.py')
  })
})

describe.skipIf(!flowpipe())('preflight reads the code of nodes', () => {
  test('a node defined in a function, and a class that needs arguments', () => {
    use('08-preflight-misses-unloadable')
    expect(told(problemsOf('infunc.json'))).toEqual([
      `error code-missing Now: its function Now is defined inside build() (${at('infunc.py')}, line 5), where no import finds it`
    ])
    expect(told(problemsOf('ctor.py'))).toEqual([
      'error constructor Render: Render.__init__ needs engine: flowpipe makes the node again with Render(graph=None)'
    ])
    expect(run('ctor.py').code).toBe(3)
  })

  test('an input that nothing gives a value', () => {
    use('08-missing-required-input')
    const missing = problemsOf('miss.py').filter(({ code }) => code === 'input-missing')
    expect(told(missing)).toEqual([
      'warning input-missing Render: Render.scene has no value and no connection, and Render has no default for it: it gets None'
    ])
    expect(problemsOf('miss.py', '--set', 'Render.scene=/s').map(({ code }) => code)).not.toContain('input-missing')
    expect(run('miss.py').err).toContain('Render.scene has no value')
  })

  test('__file__ is there for nodes of a script', () => {
    use('06-main-dunder-file')
    expect(backlot(dataDir, 'preflight', at('file.json'))).toMatchObject({ code: 0, err: 'no problems found\n' })
    expect(run('file.json')).toMatchObject({ code: 0, out: expect.stringContaining(JSON.stringify(folder)) })
  })

  test('inputs by which another scheduler batches', () => {
    use('10-batch_items')
    expect(told(problemsOf('batched.py'))).toEqual([
      expect.stringMatching(/^info batched-by-inputs Render: batch_items and batch_size are plain inputs here/)
    ])
  })

  test('one line for a module and for a name, however many nodes', () => {
    use('11-preflight-repeats')
    const many = backlot(dataDir, 'preflight', at('many.json')).out.trim().split('\n')
    expect(many).toHaveLength(2)
    expect(many[0]).toContain('and 57 more: its code cannot be found')
    expect(many[0]).toContain('there is no file (none given)')
    const problems = problemsOf('collisions.json')
    expect(problems.map(({ code }) => code)).toEqual(['module-missing', 'name-collision'])
    expect(problems[0]?.others).toHaveLength(3)
    expect(problems[1]?.message).toContain('4 tasks are called "Latency"')
  })

  test('a graph without nodes is no job', () => {
    use('11-empty-graph')
    const looked = backlot(dataDir, 'preflight', at('e.json'))
    expect(looked).toMatchObject({ code: 3, out: expect.stringContaining('has no nodes') })
    const { code, err } = run('e.json', '--force')
    expect([code, err]).toEqual([2, 'backlot: the graph "E" has no nodes, so there is nothing to run\n'])
  })
})

/** A record as flowpipe writes it. */
function record(name: string, module: string, code: string, more: Record<string, unknown> = {}) {
  const { file = `${module}.py`, kind = 'function', inputs = {}, ...rest } = more
  const plug = (value: unknown, key: string) => ({ name: key, value, connections: {}, sub_plugs: {} })
  const plugs = Object.fromEntries(Object.entries(inputs as object).map(([key, value]) => [key, plug(value, key)]))
  const base = { file_location: at(file as string), name, identifier: name, inputs: plugs, outputs: {}, metadata: {} }
  return kind === 'class'
    ? { ...base, module, cls: code, ...rest }
    : { ...base, module: 'flowpipe.node', cls: 'FunctionNode', func: { module, name: code }, ...rest }
}

const graphFile = (records: unknown[]) =>
  write({ 'g.json': JSON.stringify({ module: 'flowpipe.graph', cls: 'Graph', name: 'g', nodes: records }) })

describe.skipIf(!flowpipe())('what cannot be made a node again is known before anything runs', () => {
  const code = `
import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING
from flowpipe import INode, InputPlug, Node as FlowNode, OutputPlug
from other import *
if TYPE_CHECKING:
    def Typed(): pass
def keeps(function):
    @functools.wraps(function)
    def wrapper(*args, **kw): return function(*args, **kw)
    return wrapper
@FlowNode(outputs=["o"])
def Render(scene, frames=None): return {}
@FlowNode(outputs=["o"])
@keeps
def Decorated(scene): return {}
async def Later(): return {}
def Yields():
    yield {}
class Outer:
    class Inner(INode): pass
class Plain(INode):
    def __init__(self, name=None, **kw):
        super().__init__(name=name, **kw); InputPlug("a", self); InputPlug("b", self, 3); OutputPlug("o", self)
    def compute(self, a, b): return {}
class Needs(Plain):
    def __init__(self, engine, *, mode, **kw): super().__init__(**kw)
class Inherits(Needs): pass
class NoGraph(INode):
    def __init__(self, name=None): super().__init__(name=name)
@dataclass(eq=False)
class Data(INode):
    engine: str
    mode: int = 3
made = type("Made", (INode,), {})
try:
    from nowhere import Optional
except ImportError:
    Optional = None
if __name__ == "__main__":
    def OnlyMain(): pass
`
  const good = [
    ['Render', { inputs: { scene: 1, frames: null } }],
    ['Decorated', { inputs: { scene: null } }],
    ['FromStar', {}],
    ['Optional', {}],
    ['made', { kind: 'class' }],
    ['Plain', { kind: 'class', inputs: { a: 1, b: null } }]
  ] as const

  test('what is there, by whatever way, is not complained about', () => {
    write({ 'kinds.py': code, 'other.py': 'def FromStar(): return {}\n' })
    graphFile(good.map(([name, more]) => record(name, 'kinds', name, more)))
    expect(told(problemsOf('g.json'))).toEqual([])
  })

  test('what is not, each with its cause', () => {
    write({ 'kinds.py': code, 'other.py': 'def FromStar(): return {}\n' })
    graphFile([
      record('01', 'kinds', 'Rendr'),
      record('02', 'kinds', '<lambda>'),
      record('03', 'kinds', 'wrapper'),
      record('04', 'kinds', 'Inner', { kind: 'class' }),
      record('05', 'kinds', 'OnlyMain'),
      record('06', 'kinds', 'Typed'),
      record('07', 'kinds', 'Needs', { kind: 'class' }),
      record('08', 'kinds', 'Inherits', { kind: 'class' }),
      record('09', 'kinds', 'NoGraph', { kind: 'class' }),
      record('10', 'kinds', 'Data', { kind: 'class' }),
      record('11', 'kinds', 'Later'),
      record('12', 'kinds', 'Yields'),
      record('13', 'kinds', 'Render', { inputs: { scene: 1, camera: 2 } }),
      record('14', 'kinds', 'Plain', { kind: 'class', inputs: { a: null, b: null } })
    ])
    const lines = told(problemsOf('g.json'))
    const parts = [
      /^error code-missing 01: there is no function Rendr in .*kinds\.py \(did you mean Render\?\)/,
      /^error code-missing 02: its function is a lambda/,
      /^error code-missing 03: its function wrapper is defined inside keeps\(\)/,
      /^error code-missing 04: its class Inner is defined inside class Outer/,
      /^error code-missing 05: its function OnlyMain stands under a condition .*line 42/,
      /^error code-missing 06: its function Typed stands under a condition/,
      /^error constructor 07: Needs\.__init__ needs engine and mode/,
      /^error constructor 08: Inherits\.__init__ needs engine and mode/,
      /^error constructor 09: NoGraph\.__init__ takes no graph/,
      /^error constructor 10: Data\.__init__ needs engine/,
      /^error not-a-dictionary 11: Later is an async function/,
      /^error not-a-dictionary 12: Yields yields/,
      /^error input-gone 13: Render has no input "camera" any more; it has scene, frames/,
      /^warning input-missing 14: 14\.a has no value/
    ]
    expect(lines).toEqual(parts.map((part) => expect.stringMatching(part)))
  })

  test('a module that cannot be parsed, and one that it imports', () => {
    write({
      'broken.py': 'def Step(:\n',
      'uses.py': 'import half\ndef Step(): return {}\n',
      'half.py': 'x = 1\ny = (\n'
    })
    graphFile([record('a', 'broken', 'Step'), record('a2', 'broken', 'Other'), record('b', 'uses', 'Step')])
    expect(told(problemsOf('g.json'))).toEqual([
      expect.stringMatching(/^error syntax-error a: its code cannot be read: .*broken\.py, line 1: /),
      expect.stringMatching(
        /^warning syntax-error b: a file that its code imports cannot be read: .*half\.py, line 2: /
      )
    ])
  })

  test('a file that is called like a module of Python', () => {
    write({ 'random.py': 'def Step(): return {}\n' })
    graphFile([record('a', 'random', 'Step')])
    expect(told(problemsOf('g.json'))).toEqual([
      expect.stringMatching(
        /^warning module-shadowed a: its module "random" is .*random\.py, but an import of that name gives Python’s own/
      )
    ])
    expect(run('g.json').code).toBe(0)
  })
})

test('metadata that was mistyped, what other tools read, and a --map of nobody', () => {
  const file = join(import.meta.dirname, '../fixtures/nodes/steps.ts')
  const node = (name: string, metadata: object, more: object = {}) => ({
    ...record(name, 'steps', 'Step', { inputs: { value: 1 } }),
    file_location: file,
    metadata: { interpreter: 'node', ...metadata },
    ...more
  })
  graphFile([
    node('a', { batchsize: 3, Priority: 5, strict: true }),
    node('b', { 'batch-size': 3, interpeter: 'maya', memmory: '4 GB', merged: 1, tags: ['x'], label: 'y' }),
    node('c', { dependancy: 'frame', activation_state: 'bypass' }),
    node('d', { disabled: false, enabled: true, activation_state: 'ACTIVE', editor: { bypass: 1 } }, { bypassed: true })
  ])
  const problems = problemsOf('g.json', '--map', 'nodde=python')
  expect(
    problems.map(({ code, name, message }) => [
      code,
      name,
      message.replace(/ (?:is not|changes|is other).*?(?=;|\?|$)/, '')
    ])
  ).toMatchObject([
    ['map-unused', null, expect.stringContaining('--map nodde=python')],
    ...['batchsize', 'Priority'].map((key) => ['metadata-unread', 'a', expect.stringContaining(`"${key}"`)]),
    ...['batch-size', 'interpeter', 'memmory', 'merged'].map((key) => [
      'metadata-unread',
      'b',
      expect.stringContaining(`"${key}"`)
    ]),
    ['metadata-unread', 'c', expect.stringContaining('"dependancy"')],
    ['bypass-unread', 'c', expect.stringContaining('metadata.activation_state')],
    ['bypass-unread', 'd', expect.stringContaining('its metadata.editor.bypass')],
    ['bypass-unread', 'd', expect.stringContaining('its bypassed')]
  ])
  expect(problems[0]?.message).toContain('(did you mean node?)')
})

describe.skipIf(!flowpipe())('values that are no JSON', () => {
  const code = `import dataclasses, datetime, enum, pathlib
from flowpipe import Graph, Node
@dataclasses.dataclass
class Camera:
    name: str
    at: pathlib.PurePosixPath
class Kind(enum.Enum):
    FINAL = "final"
class Array:
    def tolist(self): return [1.5, 2.0]
@Node(outputs=["out"])
def Make(path, which="all"):
    values = {"path": pathlib.PurePosixPath("/a/b"), "camera": Camera("c", pathlib.PurePosixPath("/c")), "day": datetime.date(2026, 5, 1),
              "kind": Kind.FINAL, "set": {2, 1}, "array": Array(), "range": range(2)}
    return {"out": [path, values if which == "all" else values.get(which, object())]}
`
  const graph = (path: string, which = 'all') =>
    `${code}graph = Graph(name="g"); Make(graph=graph, path=${path}, which=${JSON.stringify(which)})\n`

  test('the failure says what to write in their place, and that an encoder may', () => {
    const parts = {
      path: 'str(…)',
      camera: 'dataclasses.asdict(…)',
      kind: 'its .value',
      set: 'sorted(…)',
      array: '.tolist()'
    }
    const made = Object.keys(parts).map((which) => `Make(graph=graph, name="${which}", path="/x", which="${which}")`)
    write({ 'values.py': `${code}graph = Graph(name="g")\n${made.join('\n')}\n` })
    const { code: exit, err } = run('values.py')
    expect(exit).toBe(1)
    expect(err).toContain(`out[1] cannot be written as JSON`)
    const mend = 'or let an encoder do it: backlot interpreter set python --encoder backlot:encode'
    for (const instead of Object.values(parts)) expect(err).toContain(`write ${instead} in its place, ${mend}`)
    write({ 'built.py': graph('pathlib.PurePosixPath("/x")') })
    expect(convert('built.py').err).toContain('Make.path cannot be written as JSON: Object of type PurePosixPath')
  })

  test('an encoder that is named once writes them, in the graph and in results', () => {
    write({ 'values.py': graph('pathlib.PurePosixPath("/x")') })
    expect(backlot(dataDir, 'interpreter', 'set', 'python', '--encoder', 'backlot:encode').code).toBe(0)
    expect(problemsOf('values.py').map(({ code, message }) => [code, message])).toEqual([
      [
        'written-otherwise',
        'path: a value of type PurePosixPath is no JSON, so its node gets what the encoder made of it'
      ]
    ])
    expect(run('values.py').code).toBe(0)
    expect(Object.values(outputs())).toEqual([
      {
        out: [
          '/x',
          {
            path: '/a/b',
            camera: { name: 'c', at: '/c' },
            day: '2026-05-01',
            kind: 'final',
            set: [1, 2],
            array: [1.5, 2],
            range: [0, 1]
          }
        ]
      }
    ])
  })

  test('a studio’s own encoder is found as modules are; one that is not there is said', () => {
    write({
      'studio_json.py': 'def encode(value):\n    return "<%s>" % type(value).__name__\n',
      'values.py': graph('"/x"', 'nothing')
    })
    expect(backlot(dataDir, 'interpreter', 'set', 'python', '--encoder', 'studio_json:encode').code).toBe(0)
    expect(run('values.py', '--json').code).toBe(0)
    expect(Object.values(outputs())).toEqual([{ out: ['/x', '<object>'] }])
    backlot(dataDir, 'interpreter', 'set', 'python', '--encoder', 'studio_json:gone')
    expect(run('values.py').err).toContain(`the encoder 'studio_json:gone' of the interpreter 'python' cannot be used`)
    expect(backlot(dataDir, 'interpreter', 'set', 'node', '--encoder', 'a:b').err).toContain('runs no Python')
    expect(backlot(dataDir, 'interpreter', 'set', 'python', '--encoder', 'nonsense').err).toContain('MODULE:FUNCTION')
  })
})

describe('the graph of a TypeScript file', () => {
  const head = `import { defineNode, Graph } from 'backlot'
const Step = defineNode({ outputs: ['out'] }, function Step({ value = 1 }: { value?: unknown }) { return { out: value } })
const make = (name: string, value: unknown = 1) => { const graph = new Graph(name); Step(graph, { value }, { name }); return graph }
`
  test('beside a package.json of npm init, which says commonjs', () => {
    use('14-commonjs-package')
    expect(run('film.ts', '--map', 'maya=node')).toMatchObject({ code: 0, out: expect.stringContaining('25') })
  })

  test('in CommonJS itself', () => {
    write({ 'package.json': '{"type": "commonjs"}' })
    const body = "defineNode({ outputs: ['out'] }, function Step({ value = 2 }) { return { out: value } })"
    write({
      'film.js': `const { defineNode, Graph } = require('backlot')\nconst Step = ${body}\nconst film = new Graph('film'); Step(film)\nmodule.exports = { film }\n`
    })
    expect(run('film.js')).toMatchObject({ code: 0, out: expect.stringMatching(/Step {2}out {13}2/) })
  })

  test('whose name ends in capitals, as Windows takes it, is one', () => {
    write({ 'FILM.TS': `${head}export const film = make('film')\n` })
    expect(run('FILM.TS')).toMatchObject({ code: 0, err: expect.stringContaining('1 succeeded') })
  })

  test('a .cts file with imports is told what it is', () => {
    write({ 'film.cts': `${head}export const film = make('film')\n` })
    const { code, err } = convert('film.cts')
    expect([code, err]).toEqual([
      2,
      expect.stringContaining('use require and module.exports, or rename it to film.mts')
    ])
  })

  test('chosen by export, by name, from an object, from a function with arguments', () => {
    write({
      'film.ts': `${head}export const a = make('one'); export const b = make('two')
export const shots = { sh1: make('sh1') }
export class Show { main = make('show') }
export async function build(shot: string, options: { frames?: number } = {}) { return make(shot, options.frames) }\n`,
      'twice.ts': `${head}make('house')\nexport const graph = make('party')\n`,
      'none.ts': `${head}export const build = (n: number) => make('g' + n)\n`
    })
    const { code, err } = convert('film.ts')
    expect(code).toBe(2)
    expect(err).toContain('choose one with film.ts:a or film.ts:b')
    expect(err.match(/backlot: |film\.ts exports/g)).toHaveLength(2)
    expect(choicesOf('film.ts')).toEqual(['a', 'b'])
    expect(choicesOf('none.ts')).toEqual(['build'])
    expect(choicesOf('film.ts:bild')).toContain('build')
    for (const [name, task] of Object.entries({ a: 'one', two: 'two', 'shots.sh1': 'sh1', Show: 'show' }))
      expect(tasksOf(convert(`film.ts:${name}`)), name).toEqual([task])
    expect(convert('film.ts:shosts.sh1').err).toContain('did you mean shots.sh1?')
    expect(run('film.ts:build', '--', 'sh9', 'frames=7')).toMatchObject({
      code: 0,
      out: expect.stringMatching(/sh9 {3}out {13}7/)
    })
    expect(convert('twice.ts').err).toContain('the graph "house" is left out')
    expect(tasksOf(convert('twice.ts', '--graph', 'house'))).toEqual(['house'])
    expect(convert('none.ts').err).toContain('choose it with none.ts:build')
    expect(tasksOf(convert('none.ts:build', '--', '3'))).toEqual(['g3'])
  })

  test('preflight reads its text: a name that is not there, and what cannot be parsed', () => {
    write({ 'nodes.ts': `${head}export const x = 1\n`, 'broken.ts': 'export const a: number = 1\nconst b = = 2\n' })
    const node = (name: string, file: string, code: string) => ({
      ...record(name, file, code, { file: `${file}.ts` }),
      metadata: { interpreter: 'node' }
    })
    graphFile([node('a', 'nodes', 'Step'), node('b', 'nodes', 'Stp'), node('c', 'broken', 'Step')])
    expect(told(problemsOf('g.json'))).toEqual([
      expect.stringMatching(/^error code-missing b: there is no function Stp in .*nodes\.ts \(did you mean Step\?\)/),
      expect.stringMatching(/^error syntax-error c: its code cannot be read: .*broken\.ts, line 2: Expression expected/)
    ])
  })
})
