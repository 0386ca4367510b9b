/** Every document of --json is right by its schema, which is the shipped one; failures are documents, too. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { expect, test } from 'vitest'
import { Graph } from 'backlot'
import { Flaky, Render, Step } from '../fixtures/nodes/steps.ts'
import { scratch } from '../helpers/app.ts'
import { backlot, graphFile } from '../helpers/cli.ts'
import { flowpipe } from '../helpers/flowpipe.ts'

const folder = join(import.meta.dirname, '../../schemas/commands')
const shipped = (file: string) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as object

test('the shipped schemas are those that backlot schema gives (renew them: backlot schema --all schemas/commands)', () => {
  const dir = scratch()
  expect(backlot(dir, 'schema', '--all', join(dir, 'all')).code).toBe(0)
  const made = readdirSync(join(dir, 'all')).sort()
  expect(readdirSync(folder).sort()).toEqual(made)
  for (const file of made) expect(shipped(file), file).toEqual(JSON.parse(readFileSync(join(dir, 'all', file), 'utf8')))
  expect(JSON.parse(backlot(dir, 'schema', 'run', '--dry-run').out)).toEqual(shipped('run-dry-run.schema.json'))
  expect(backlot(dir, 'schema', 'job')).toMatchObject({ code: 2, err: expect.stringContaining('did you mean jobs') })
})

const ajv = new Ajv2020({ formats: { 'date-time': (text: string) => !Number.isNaN(Date.parse(text)) } })
const checks = new Map<string, ReturnType<typeof ajv.compile>>()

/** The documents that a command printed, each held against its schema. */
function check(name: string, text: string, lines = false): unknown[] {
  const file = `${name.replaceAll(/ (?:--)?/g, '-')}.schema.json`
  const validate = checks.get(file) ?? ajv.compile(shipped(file))
  checks.set(file, validate)
  const documents = (lines ? text.trim().split('\n') : [text]).map((one) => JSON.parse(one) as unknown)
  for (const one of documents)
    expect(validate(one) ? [] : validate.errors, `${name}: ${JSON.stringify(one)}`).toEqual([])
  expect(documents.length).toBeGreaterThan(0)
  const names = [...text.matchAll(/"([A-Za-z]\w*)":/g)].map(([, key = '']) => key)
  // names of others: of nodes, plugs and variables, and flowpipe's own
  if (!['outputs', 'doctor', 'interpreter list', 'graph show', 'convert'].includes(name))
    expect(
      names.filter((key) => /_/.test(key)),
      name
    ).toEqual([])
  return documents
}

function store(): { dir: string; path: string } {
  const dir = scratch()
  const graph = new Graph('Film')
  const render = Render(graph, { frames: [1, 2, 3] }, { metadata: { batch_size: 2 } })
  render.output('files').connect(Step(graph, {}, { name: 'after' }).input('value'))
  const path = graphFile(dir, graph)
  check('run', backlot(dir, 'run', path, '--trust', '--json').out, true)
  return { dir, path }
}

test('of looks at jobs, tasks and graphs', { timeout: 180_000 }, () => {
  const { dir, path } = store()
  const [[job]] = check('jobs', backlot(dir, 'jobs', '--json').out) as [[{ startedAt: string }]]
  expect(job.startedAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
  const [[task]] = check('tasks', backlot(dir, 'tasks', '--json').out) as [[{ took: number }]]
  expect(task.took).toBeLessThan(60)
  check('attempts', backlot(dir, 'attempts', 'Render-0', '--json').out)
  check('why', backlot(dir, 'why', 'after', '--json').out)
  check('log', backlot(dir, 'log', 'Render-0', '--json').out)
  check('log --grep', backlot(dir, 'log', 'Render-0', '--grep', 'backlot', '--json').out, true)
  check('outputs', backlot(dir, 'outputs', '--json').out)
  check('run --dry-run', backlot(dir, 'run', path, '--dry-run', '--json').out)
  check('run --dry-run', backlot(dir, 'run', path, '--dry-run', '--changed', '--json').out)
  check('preflight', backlot(dir, 'preflight', path, '--json').out)
  check('graph show', backlot(dir, 'graph', 'show', path, '--json').out)
  check('convert', backlot(dir, 'convert', path, '--json').out)
  check('convert --guide', backlot(dir, 'convert', path, '--guide', '--json').out)
  check('forecast', backlot(dir, 'forecast', '--json').out)
})

test('of what is done to jobs', { timeout: 180_000 }, () => {
  const { dir } = store()
  check('rerun', backlot(dir, 'rerun', '--json').out, true)
  check('retry', backlot(dir, 'retry', '--json').out, true)
  check('resume', backlot(dir, 'resume', '2', '--json').out, true)
  check('compare', backlot(dir, 'compare', '1', '2', '--all', '--json').out)
  check('compare', backlot(dir, 'compare', '1', '2', '--pictures', '--json').out)
  check('export', backlot(dir, 'export', '--format', 'bundle', '--out', join(dir, 'bundle'), '--json').out)
  check('export', backlot(dir, 'export', '--format', 'openjd', '--check', '--json').out)
  check('pull', backlot(dir, 'pull', join(dir, 'bundle'), '--json').out)
  check('delete', backlot(dir, 'delete', '1', '--json').out)
  check('undelete', backlot(dir, 'undelete', '--list', '--json').out)
  check('undelete', backlot(dir, 'undelete', '1', '--json').out)
  check('gc', backlot(dir, 'gc', '--json').out)
})

test('of this machine', { timeout: 180_000 }, () => {
  const dir = scratch()
  check('interpreter list', backlot(dir, 'interpreter', 'list', '--json').out)
  check('interpreter check', backlot(dir, 'interpreter', 'check', 'node', '--json').out)
  check('interpreter rules', backlot(dir, 'interpreter', 'rules', 'blender', '--json').out)
  check('doctor', backlot(dir, 'doctor', '--json').out)
  const profile = join(dir, 'backlot.worker.yaml')
  backlot(dir, 'worker', 'init', profile)
  check('worker check', backlot(dir, 'worker', 'check', profile, '--json').out)
  check('worker show', backlot(dir, 'worker', 'show', profile, '--json').out)
})

test('of failures: the last line of stderr, and nothing on stdout', () => {
  const dir = scratch()
  const failed = (code: number, kind: string, ...args: string[]) => {
    const done = backlot(dir, ...args, '--json')
    expect([done.code, done.out]).toEqual([code, ''])
    const [document] = check('error', done.err.trim().split('\n').at(-1) ?? '') as [{ error: { message: string } }]
    expect(document).toMatchObject({ error: { kind, exitCode: code } })
    return document.error.message
  }
  expect(failed(2, 'usage', 'tasks', '9')).toContain('there is no job 9')
  expect(failed(2, 'arguments', 'tasks', '--state', 'bogus')).toContain('is none of them')
  expect(failed(2, 'input', 'run', join(dir, 'none.json'))).toContain('none.json')
  writeFileSync(join(dir, 'code.py'), 'graph = None\n')
  expect(failed(2, 'untrusted', 'run', join(dir, 'code.py'))).toContain('--trust')
})

test.skipIf(!flowpipe())('outputs by name, with sub-plugs as objects; what JSON does not have is text', () => {
  const dir = scratch()
  writeFileSync(
    join(dir, 'odd.py'),
    `from flowpipe import Graph, Node
graph = Graph(name="Odd")

@Node(outputs=["numbers", "paths"])
def Give():
    nan = float("nan")
    return {"numbers": [nan, -nan, float("inf"), -float("inf"), 2.0, "NaN, Infinity"], "paths.beauty": "/b", "paths.id": 1}

@Node(outputs=[])
def Take(path=None):
    return {}

give = Give(graph=graph)
give.outputs["paths"]["beauty"].connect(Take(graph=graph).inputs["path"])
give.outputs["paths"]["id"]
`
  )
  backlot(dir, 'run', join(dir, 'odd.py'), '--trust')
  const { out } = backlot(dir, 'outputs', '--json', '--by', 'name')
  const read = JSON.parse(out) as { Give?: { numbers?: unknown; paths?: unknown } }
  expect(Object.keys(read)).toContain('Take')
  if (read.Give?.numbers) {
    expect(read.Give.numbers).toEqual(['NaN', 'NaN', 'Infinity', '-Infinity', 2, 'NaN, Infinity'])
    expect(out).toContain('2.0')
  }
  JSON.parse(backlot(dir, 'outputs', '--json').out)
})

test('exit codes: 1 is for tasks that failed alone', () => {
  const dir = scratch()
  const graph = new Graph('Broken')
  Flaky(graph, { ok: '/nowhere' })
  const path = graphFile(dir, graph)
  expect(backlot(dir, 'run', path, '--trust').code).toBe(1)
  expect(backlot(dir, 'rerun').code).toBe(1)
  expect(backlot(dir, 'log', 'Flaky', '--grep', 'nothing of the kind').code).toBe(5)
  expect(backlot(dir, 'interpreter', 'check', 'houdini').code).toBe(5)
  expect(backlot(dir, 'compare', '1', '2').code).toBe(0)
  expect(backlot(dir, 'run', path, '--only', 'Flaky', '--omit', 'Flaky').code).toBe(0)
  expect(backlot(dir, 'compare', '1', '3').code).toBe(5)
})
