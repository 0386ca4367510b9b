import { describe, expect, test } from 'vitest'
import { explicitBatching } from '../../examples/guide/explicit_batching.ts'
import { readGraph } from '../../src-main/core/graph/read.ts'
import { convert } from '../../src-main/core/convert/convert.ts'
import { toJs } from '../../src-main/domain/json-js.ts'
import { goldenJson, unwrap } from '../helpers/goldens.ts'

interface Case {
  frames: number
  batch_size: number
  correct_batches: { name: string; frames: number[] }[]
}

describe('explicit batching cases of the golden file (Q21: the guide renders beyond the last frame)', () => {
  test.each(goldenJson('jobs', 'explicit_cases.json').cases as Case[])('$frames frames by $batch_size', (c) => {
    const job = unwrap(convert(unwrap(readGraph(explicitBatching(c.frames, c.batch_size).toText()))))
    const renders = job.nodes.filter((node) => node.node.className === 'MayaRender')
    const batches = renders.map(({ node }) => ({
      name: node.name,
      frames: toJs(node.inputs.find((input) => input.name === 'frames')?.value ?? 'null')
    }))
    const byName = (a: { name: string }, b: { name: string }) => (a.name < b.name ? -1 : 1)
    expect(batches.sort(byName)).toEqual([...c.correct_batches].sort(byName))
    expect(job.tasks).toHaveLength(c.correct_batches.length + 1)
  })
})
