/** Everything that reads what others wrote, each as a property that takes a broken input and keeps its promise. */
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import type { App } from '../../src-main/app.ts'
import { readGraph } from '../../src-main/core/graph/read.ts'
import { convert, type ConvertOptions } from '../../src-main/core/convert/convert.ts'
import { optionsSchema } from '../../src-main/contract.ts'
import { readDirective } from '../../src-main/domain/directives.ts'
import { readResult } from '../../src-main/core/attempt/result.ts'
import { goldenGraph, goldenNames, goldenText } from '../helpers/goldens.ts'
import { callTarget, slowCallTarget } from './calls.ts'
import { mutate } from './mutate.ts'
import { check } from './promises.ts'
import { anyValue, nearly } from './shapes.ts'

export interface Target {
  name: string
  /** of all cases */
  share: number
  property: fc.IAsyncProperty<unknown>
}

export interface World {
  app: App
  /** for files that targets write */
  folder: string
  /** an export of a job, to be broken */
  bundle: string
}

const seed = fc.integer({ min: 0, max: 2 ** 31 - 1 })
const texts = goldenNames.map((name) => goldenText('graphs', `${name}.json`))

function readAndConvert(text: string): void {
  const graph = readGraph(text)
  check(graph)
  if (graph.ok) check(convert(graph.value))
}

const brokenText = (list: readonly string[]) =>
  fc.tuple(fc.constantFrom(...list), seed).map(([text, n]) => mutate(text, n))

const property = <T>(arbitrary: fc.Arbitrary<T>, run: (value: T) => void | Promise<void>) =>
  fc.asyncProperty(arbitrary, async (value) => run(value)) as fc.IAsyncProperty<unknown>

/** Lines that tools print, to be broken. */
const lines = [
  'openjd_progress: 25',
  'openjd_fail: licence lost',
  'TR_PROGRESS 050%',
  'Fra:12 Mem:1M | Rendering 3 / 64',
  'TR_EXIT_STATUS 3',
  'Progress: 50%',
  '[PROGRESS: 12%]'
]

const results = [
  '{"protocol": 1, "outputs": {"a": {"value": [1, 2.0], "sub_plugs": {}}, "b": {"value": null, "sub_plugs": {"x": 1}}}, "seconds": 0.25}',
  '{"protocol": 1, "error": {"type": "ValueError", "message": "m", "traceback": "t"}, "evaluator": {}}'
]

/** Files of a bundle by their path in it; `tasks/…` are the first task's. */
function bundleFiles(bundle: string): [string, string][] {
  return readdirSync(bundle, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /(bundle|graph|result)\.json$|attempts\.txt$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => [path.slice(bundle.length + 1), readFileSync(path, 'utf8')])
}

function bundleTarget({ app, bundle, folder }: World): fc.IAsyncProperty<unknown> {
  const files = bundleFiles(bundle)
  const copy = join(folder, 'bundle')
  return property(fc.tuple(fc.constantFrom(...files), seed), async ([[path, text], n]) => {
    for (const [name, whole] of files) {
      mkdirSync(join(copy, name, '..'), { recursive: true })
      writeFileSync(join(copy, name), name === path ? mutate(text, n) : whole)
    }
    check(await app.call('job.pull', { path: copy }))
  })
}

export function targets(world: World): Target[] {
  const file = join(world.folder, 'result.json')
  const readFrom = (text: string) => {
    writeFileSync(file, text)
    check(readResult(file))
  }
  const options = nearly(optionsSchema(), { only: names, omit: names }) as fc.Arbitrary<ConvertOptions>
  const jsonText = anyValue.map((value) => JSON.stringify(value) ?? 'null')
  const asGraph = fc
    .tuple(anyValue, anyValue)
    .map(([nodes, more]) =>
      JSON.stringify({ module: 'flowpipe.graph', cls: 'Graph', name: 'g', nodes, subgraphs: more })
    )
  return [
    { name: 'graphs, bytes changed', share: 0.35, property: property(brokenText(texts), readAndConvert) },
    { name: 'graphs, any JSON', share: 0.1, property: property(fc.oneof(jsonText, asGraph), readAndConvert) },
    {
      name: 'options',
      share: 0.1,
      property: property(fc.tuple(fc.constantFrom(...goldenNames), optionsOf(options)), ([name, chosen]) =>
        check(convert(goldenGraph(name), chosen))
      )
    },
    { name: 'results, bytes changed', share: 0.1, property: property(brokenText(results), readFrom) },
    {
      name: 'results, any JSON',
      share: 0.05,
      property: property(
        fc.oneof(
          jsonText,
          anyValue.map((outputs) => JSON.stringify({ outputs }))
        ),
        readFrom
      )
    },
    {
      name: 'directives',
      share: 0.1,
      property: property(fc.oneof(brokenText(lines), fc.string({ unit: 'binary' })), (line) => void readDirective(line))
    },
    { name: 'bundles', share: 0.045, property: bundleTarget(world) },
    { name: 'calls', share: 0.15, property: callTarget(world) },
    { name: 'calls that start programs', share: 0.005, property: slowCallTarget(world) }
  ]
}

const names = ['Render', 'A', 'Step', 'no such node', '__proto__']

/** What the border lets through: convert trusts the shape of its options, not their content. */
const optionsOf = (arbitrary: fc.Arbitrary<ConvertOptions>) =>
  arbitrary
    .filter((value) => optionsSchema().safeParse(value).success)
    .map(({ frames, ...rest }) => ({ ...rest, frames: frames === undefined ? undefined : [JSON.stringify(frames)] }))
