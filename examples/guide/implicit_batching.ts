// One node renders all frames; `batch_size` tells Backlot to make a task for every 10 of them.
// Without Maya at hand: --map maya=node
import { defineNode, Graph, range } from 'backlot'

export const MayaRender = defineNode(
  { outputs: ['renderings'], metadata: { interpreter: 'maya' } },
  function MayaRender({ frames, scene_file }: { frames: number[]; scene_file: string }) {
    console.log(`rendering ${frames.length} frames of ${scene_file}: ${frames.join(', ')}`)
    // every batch returns the same pattern, so the merged output is the pattern again
    return { renderings: '/renderings/file.%04d.exr' }
  }
)

export const UpdateDatabase = defineNode(
  { outputs: ['status'] },
  function UpdateDatabase({ id_, images }: { id_: number; images: string }) {
    console.log(`asset ${id_} now shows ${images}`)
    return { status: true }
  }
)

export const graph = new Graph('Rendering')
const render = MayaRender(
  graph,
  { frames: range(0, 30), scene_file: '/scene/for/rendering.ma' },
  { metadata: { batch_size: 10 } }
)
const update = UpdateDatabase(graph, { id_: 123456 })
render.output('renderings').connect(update.input('images'))
