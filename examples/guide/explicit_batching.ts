// The batches are nodes of the graph: each feeds a part of one compound input. The last batch ends with the last frame.
// Without Maya at hand: --map maya=node
import { defineNode, Graph, range } from 'backlot'

export const MayaRender = defineNode(
  { outputs: ['renderings'], metadata: { interpreter: 'maya' } },
  function MayaRender({ frames, scene_file }: { frames: number[]; scene_file: string }) {
    console.log(`rendering ${frames.length} frames of ${scene_file}: ${frames.join(', ')}`)
    return { renderings: '/renderings/file.%04d.exr' }
  }
)

export const UpdateDatabase = defineNode(
  { outputs: ['status'] },
  function UpdateDatabase({ id_, images }: { id_: number; images: Record<string, string> }) {
    for (const [first, pattern] of Object.entries(images)) console.log(`asset ${id_}, from frame ${first}: ${pattern}`)
    return { status: true }
  }
)

export function explicitBatching(frames: number, batchSize: number): Graph {
  const graph = new Graph('Rendering')
  const update = UpdateDatabase(graph, { id_: 123456 })
  for (const first of range(0, frames, batchSize)) {
    const end = Math.min(first + batchSize, frames)
    const inputs = { frames: range(first, end), scene_file: '/scene/for/rendering.ma' }
    const render = MayaRender(graph, inputs, { name: `MayaRender${first}-${end}` })
    render.output('renderings').connect(update.input('images').at(first))
  }
  return graph
}

// 0-9, 10-19 and 20-24
export const graph = explicitBatching(25, 10)
