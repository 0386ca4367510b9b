import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readGraph } from '../../src-main/core/graph/read.ts'
import { listText } from '../../src-main/core/graph/text/list.ts'
import { pythonText } from '../../src-main/core/graph/text/notation.ts'
import { pictureText } from '../../src-main/core/graph/text/picture.ts'
import type { Graph } from '../../src-main/core/graph/model.ts'
import { goldenGraph, goldenJson, goldenNames, goldenText, unwrap } from '../helpers/goldens.ts'

/** The layout of the files that hold what flowpipe printed. */
const bothTexts = (graph: Graph) => `=== list_repr\n${listText(graph)}\n=== str\n${pictureText(graph)}\n`

/** flowpipe's JSON lacks promoted plugs; `facts` has them, our own member carries them. */
function withPromoted(name: string): Graph {
  const record = JSON.parse(goldenText('graphs', `${name}.json`))
  return unwrap(
    readGraph(JSON.stringify({ ...record, backlot: { promoted: goldenJson('facts', `${name}.json`).promoted } }))
  )
}

const differences = (a: string, b: string): string[] =>
  Array.from(a).flatMap((char, i) => (char === b[i] ? [] : [`${char} for ${b[i]}`]))

const apart = ['06_fan_in_compound', '18_input_plug_group', '23_undetected_cycle']

test.each(goldenNames.filter((name) => !apart.includes(name)))(
  '%s has the list and the picture of flowpipe',
  (name) => {
    expect(bothTexts(goldenGraph(name))).toBe(goldenText('text', `${name}.txt`))
  }
)

test('18_input_plug_group has them with its group in the member of our own', () => {
  expect(bothTexts(withPromoted('18_input_plug_group'))).toBe(goldenText('text', '18_input_plug_group.txt'))
})

// flowpipe draws lines in the order of a set, by memory address: thirty runs over this graph printed six pictures, this
// golden's and ours among them, and no order that means something gives the golden's. fixtures/text/fan_in_compound is
// the same graph with the order of the file, and equal.
test('06_fan_in_compound has them but for one bend, which flowpipe itself draws now so and now so', () => {
  const text = bothTexts(goldenGraph('06_fan_in_compound'))
  const golden = goldenText('text', '06_fan_in_compound.txt')
  expect(text).toHaveLength(golden.length)
  expect(differences(text, golden)).toEqual(['+ for |'])
})

describe('a circle', () => {
  test('23_undetected_cycle: the list is what flowpipe prints, the picture, where flowpipe fails, names the circle', () => {
    const graph = goldenGraph('23_undetected_cycle')
    expect(goldenText('text', '23_undetected_cycle.txt')).toContain(`=== list_repr\n${listText(graph)}\n=== str\n`)
    expect(pictureText(graph)).toBe('cycle: n0 → n1 → n2 → n3 → n0')
  })

  test('leaves the nodes before it in the picture', () => {
    const graph = goldenGraph('02_chain')
    const [, second, , , last] = graph.nodes.keys()
    const back = { from: { node: last ?? 0, plug: 'sum', key: null }, to: { node: second ?? 0, plug: 'b', key: null } }
    expect(pictureText({ ...graph, edges: [...graph.edges, back] }).split('\n')).toEqual([
      '+-----------------+',
      '|      chain      |',
      '|-----------------|',
      '| +----------+    |',
      '| |    n0    |    |',
      '| |----------|    |',
      '| o a<1>     |    |',
      '| o b<1>     |    |',
      '| |    sum<> o--- |',
      '| +----------+    |',
      '+-----------------+',
      '                   ',
      'cycle: n1 → n2 → n3 → n4 → n1'
    ])
  })
})

// written by test/fixtures/text/make.py with flowpipe 1.3.0, its set of nodes replaced by the order of the file
test.each(['fan_in_compound', 'three_graphs', 'vfx_rendering', 'dynamic_sub_outputs'])(
  '%s, made with the real flowpipe, has its list and picture',
  (name) => {
    const read = (extension: string) =>
      readFileSync(join(import.meta.dirname, `../fixtures/text/${name}.${extension}`), 'utf8')
    expect(bothTexts(unwrap(readGraph(read('json'))))).toBe(read('txt'))
  }
)

test('a graph without nodes is its name', () => {
  const graph = unwrap(readGraph('{"module": "flowpipe.graph", "cls": "Graph", "name": "empty", "nodes": []}'))
  expect(listText(graph)).toBe('empty')
  expect(pictureText(graph)).toBe('     \nempty')
})

// each right side was printed by Python 3.11: print(str(json.loads(left)))
test.each([
  ['null', 'None'],
  ['[true, false, null]', '[True, False, None]'],
  ['"it\'s \\n as it is"', "it's \n as it is"],
  ['["plain", "it\'s", "\\"", "it\'s \\"both\\""]', `['plain', "it's", '"', 'it\\'s "both"']`],
  ['["\\\\ \\n\\r\\t\\u0000\\u007f\\u00a0\\u2028\\ud800"]', "['\\\\ \\n\\r\\t\\x00\\x7f\\xa0\\u2028\\ud800']"],
  ['["Größe 渲染 \\ud83c\\udfac \\udb40\\udc01"]', "['Größe 渲染 🎬 \\U000e0001']"],
  ['{"b": 1, "10": {}, "2": [], "b": 2}', "{'b': 2, '10': {}, '2': []}"],
  [
    '[2.0, 1.50, -0.0, 1E5, 1e15, 1e16, 12345678901234567.0]',
    '[2.0, 1.5, -0.0, 100000.0, 1000000000000000.0, 1e+16, 1.2345678901234568e+16]'
  ],
  ['[0.0001, 0.00001, 1.5e-7, 1e22, 1.5e300, 5e-324, 1e400]', '[0.0001, 1e-05, 1.5e-07, 1e+22, 1.5e+300, 5e-324, inf]'],
  ['[-0, 1152921504606846977, NaN, Infinity, -Infinity]', '[0, 1152921504606846977, nan, inf, -inf]']
])('Python prints %s as %s', (raw, text) => {
  expect(pythonText(raw)).toBe(text)
})
