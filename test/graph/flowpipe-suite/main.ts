/**
 * flowpipe's own tests, run under hooks: each graph that they build is read by Backlot and compared with what it is in
 * memory, and where flowpipe itself can load its nodes from JSON, run and compared with what it gives. Needs a Python with
 * flowpipe, pytest, mock and numpy. The sources: a folder that holds `tests`, else those of flowpipe's sdist, which today has none.
 * Nothing is kept. Exit code 1 where Backlot reads a graph otherwise, or gives something else.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isDeepStrictEqual } from 'node:util'
import { openApp, type App } from '../../../src-main/app.ts'
import { readGraph } from '../../../src-main/core/graph/read.ts'
import { plugText, type Graph } from '../../../src-main/core/graph/model.ts'
import type { Raw } from '../../../src-main/domain/json.ts'
import { unwrap } from '../../helpers/goldens.ts'

const here = fileURLToPath(new URL('.', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'backlot-flowpipe-suite-'))

interface Facts {
  test: string
  name: string
  nodes: [identifier: string, name: string][]
  edges: [from: string, plug: string, to: string, plug: string][]
  loadable?: boolean
  omitted?: boolean
  outputs?: Record<string, Record<string, { whole: unknown; parts: Record<string, unknown> }>> | null
  failed?: string | null
  no_json?: string
}

type Values = Record<string, Record<string, unknown>>

/** The folder of the sources; null: there are none. */
function sources(): string | null {
  const given = process.argv[2]
  if (given !== undefined) return existsSync(join(given, 'tests')) ? resolve(given) : null
  const version = python('-c', 'import importlib.metadata as m; print(m.version("flowpipe"))').stdout.trim()
  python('-m', 'pip', 'download', '-q', '--no-deps', '--no-binary', ':all:', `flowpipe==${version}`, '-d', folder)
  const archive = readdirSync(folder).find((name) => name.endsWith('.tar.gz'))
  if (archive !== undefined) spawnSync('tar', ['xzf', archive], { cwd: folder })
  const unpacked = join(folder, `flowpipe-${version}`)
  return existsSync(join(unpacked, 'tests')) ? unpacked : null
}

function python(...args: string[]) {
  return spawnSync('python3', args, { encoding: 'utf8' })
}

/** Runs the suite; says how it ended. */
function runSuite(source: string, out: string): void {
  const path = [here, source, join(source, 'tests'), process.env.PYTHONPATH ?? ''].filter(Boolean).join(':')
  const env = { ...process.env, PYTHONPATH: path, PYTHONDONTWRITEBYTECODE: '1', BACKLOT_SUITE: out }
  const args = [
    '-m',
    'pytest',
    '-q',
    '--continue-on-collection-errors',
    '-p',
    'no:cacheprovider',
    '-p',
    'backlot_suite_hooks',
    join(source, 'tests')
  ]
  const ran = spawnSync('python3', args, { cwd: folder, env, encoding: 'utf8' })
  console.log(`flowpipe's suite: ${ran.stdout.trim().split('\n').at(-1) ?? ''}${ran.stderr.trim()}`)
}

function edgesOf(graph: Graph): string[] {
  const identifier = (node: number) => graph.nodes[node]?.identifier
  return graph.edges
    .map(({ from, to }) => JSON.stringify([identifier(from.node), plugText(from), identifier(to.node), plugText(to)]))
    .sort()
}

/** What Backlot reads otherwise; null: nothing. */
function structure(graph: Graph, facts: Facts): string | null {
  const nodes = graph.nodes.map((node) => JSON.stringify([node.identifier, node.name])).sort()
  const known = new Set(graph.nodes.map(({ identifier }) => identifier))
  const expected = [...new Set(facts.nodes.map((node) => JSON.stringify(node)))].sort()
  if (!isDeepStrictEqual(nodes, expected)) return `${nodes.length} nodes for ${expected.length}`
  const edges = facts.edges
    .filter(([from, , to]) => known.has(from) && known.has(to))
    .map((edge) => JSON.stringify(edge))
  const read = edgesOf(graph)
  return isDeepStrictEqual(read, edges.sort()) ? null : `${read.length} edges for ${edges.length}`
}

/** What Backlot's run gives otherwise than flowpipe in memory; null: nothing. */
async function outputs(app: App, path: string, facts: Facts): Promise<string | null> {
  const made = await app.call('job.create', { source: { path }, force: true })
  if (!made.ok) return made.error.message
  const { job } = made.value
  const ran = await app.call('job.run', { job })
  const shown = await app.call('job.show', { job })
  const status = ran.ok && shown.ok ? shown.value.status : 'none'
  if (facts.failed) return status === 'failed' ? null : `${status}, flowpipe: ${facts.failed}`
  if (status !== 'succeeded') return status
  const given = await app.call('job.outputs', { job })
  const got: Values = Object.fromEntries(
    (given.ok ? given.value.nodes : []).map((node) => [node.identifier, valuesOf(node)])
  )
  const differing = Object.entries(facts.outputs ?? {}).flatMap(([node, plugs]) =>
    Object.entries(plugs).flatMap(([plug, { whole, parts }]) => differs(got[node] ?? {}, plug, whole, parts))
  )
  return differing.length ? differing.join('; ') : null
}

const valuesOf = ({ outputs }: { outputs: { output: string; value: Raw }[] }): Record<string, unknown> =>
  Object.fromEntries(outputs.map(({ output, value }) => [output, JSON.parse(value) as unknown]))

function differs(got: Record<string, unknown>, plug: string, whole: unknown, parts: Record<string, unknown>): string[] {
  const keys = Object.keys(parts)
  const own = plug in got ? got[plug] : Object.fromEntries(keys.map((key) => [key, got[`${plug}.${key}`]]))
  const same = isDeepStrictEqual(own, whole)
  // a part that flowpipe has none of is taken from the whole (Q46)
  const odd = keys.filter((key) => parts[key] !== null && !isDeepStrictEqual(got[`${plug}.${key}`], parts[key]))
  return [
    ...(same ? [] : [`${plug}: ${JSON.stringify(own)} for ${JSON.stringify(whole)}`]),
    ...odd.map((key) => `${plug}.${key}`)
  ]
}

interface Tally {
  graphs: number
  noJson: number
  refused: string[]
  structure: string[]
  unloadable: number
  omitted: number
  run: number
  outputs: string[]
}

async function compare(app: App, out: string): Promise<Tally> {
  const tally: Tally = {
    graphs: 0,
    noJson: 0,
    refused: [],
    structure: [],
    unloadable: 0,
    omitted: 0,
    run: 0,
    outputs: []
  }
  const numbers = readdirSync(out).flatMap((name) => (name.endsWith('.facts') ? [Number.parseInt(name, 10)] : []))
  for (const number of numbers.sort((a, b) => a - b)) await one(app, tally, join(out, String(number)))
  return tally
}

async function one(app: App, tally: Tally, stem: string): Promise<void> {
  const facts = JSON.parse(readFileSync(`${stem}.facts`, 'utf8')) as Facts
  const label = `${facts.test.split('/').at(-1)} (${facts.name})`
  tally.graphs++
  if (facts.no_json !== undefined) return void tally.noJson++
  const read = readGraph(readFileSync(`${stem}.json`, 'utf8'))
  if (!read.ok) return void tally.refused.push(`${label}: ${read.error.message}`)
  const found = structure(read.value, facts)
  if (found !== null) tally.structure.push(`${label}: ${found}`)
  if (!facts.loadable) return void tally.unloadable++
  if (facts.omitted) return void tally.omitted++
  tally.run++
  const other = await outputs(app, `${stem}.json`, facts)
  if (other !== null) tally.outputs.push(`${label}: ${other}`)
}

async function measured(source: string, out: string): Promise<Tally> {
  process.env.PYTHONPATH = [source, join(source, 'tests'), process.env.PYTHONPATH].filter(Boolean).join(':')
  const app = unwrap(openApp({ dataDir: join(folder, 'data'), slots: 2 }))
  try {
    return await compare(app, out)
  } finally {
    await app.close()
  }
}

async function main(): Promise<number> {
  const missing = python('-c', 'import flowpipe, pytest, mock').status !== 0
  if (missing) {
    console.log(
      'skipped: python3 lacks flowpipe, pytest or mock; pip install flowpipe typing_extensions pytest mock numpy'
    )
    return 0
  }
  const source = sources()
  if (source === null) {
    console.log("skipped: flowpipe's sdist ships no tests; name a checkout: npm run test:flowpipe -- FOLDER")
    return 0
  }
  const out = join(folder, 'graphs')
  mkdirSync(out)
  runSuite(source, out)
  const { graphs, noJson, refused, structure, unloadable, omitted, run, outputs } = await measured(source, out)
  const lines = [
    `${graphs} graphs; ${noJson} that flowpipe itself cannot write as JSON`,
    `${graphs - noJson - refused.length - structure.length} read exactly, ${refused.length} refused, ${structure.length} read otherwise`,
    `${run} run, ${run - outputs.length} as flowpipe gives it, ${outputs.length} otherwise`,
    `not run: ${unloadable} whose nodes flowpipe itself cannot load from JSON, ${omitted} with omitted nodes, which its JSON lacks`,
    ...[...refused, ...structure, ...outputs].map((line) => `  ${line}`)
  ]
  console.log(lines.join('\n'))
  return structure.length + outputs.length ? 1 : 0
}

try {
  process.exitCode = await main()
} finally {
  rmSync(folder, { recursive: true, force: true })
}
