// A shot from its camera to the quicktime, through four programs: two connected graphs, "Rendering" and "Comp".
// Without them at hand: --map 3dequalizer=node --map maya=node --map houdini=node --map nuke=node
import { defineNode, Graph, range } from 'backlot'

export const CreateCamera = defineNode(
  { outputs: ['camera_file'], metadata: { interpreter: '3dequalizer' } },
  function CreateCamera() {
    return { camera_file: '/abs/camera.abc' }
  }
)

export const MayaSceneGeneration = defineNode(
  { outputs: ['scene_file'], metadata: { interpreter: 'maya' } },
  function MayaSceneGeneration({ camera_file }: { camera_file: string }) {
    console.log(`a scene around ${camera_file}`)
    return { scene_file: '/usd/scene.usd' }
  }
)

interface RenderInputs {
  frames: number[]
  scene_file: string
}

export const HoudiniRender = defineNode(
  { outputs: ['renderings'], metadata: { interpreter: 'houdini' } },
  function HoudiniRender({ frames, scene_file }: RenderInputs) {
    console.log(`rendering ${frames.length} frames of ${scene_file}`)
    return { renderings: '/renderings/cg.%04d.exr' }
  }
)

/** Stands for looking at every image that a hiccup of the server may have spoiled. */
export const CheckImages = defineNode({ outputs: ['images'] }, function CheckImages({ images }: { images: string }) {
  return { images }
})

export const UpdateDatabase = defineNode(
  { outputs: ['status'] },
  function UpdateDatabase({ id_, images }: { id_: number; images: Record<string, string> }) {
    console.log(`asset ${id_} now has ${Object.keys(images).length} batches of images`)
    return { status: true }
  }
)

export const CreateSlapComp = defineNode(
  { outputs: ['slapcomp'], metadata: { interpreter: 'nuke' } },
  function CreateSlapComp({ images, template }: { images: Record<string, string>; template: string }) {
    console.log(`${template} with ${Object.keys(images).length} batches of images`)
    return { slapcomp: '/comp/slapcomp.nk' }
  }
)

export const NukeRender = defineNode(
  { outputs: ['renderings'], metadata: { interpreter: 'nuke' } },
  function NukeRender({ frames, scene_file }: RenderInputs) {
    console.log(`rendering ${frames.length} frames of ${scene_file}`)
    return { renderings: '/renderings/comp.%04d.exr' }
  }
)

export const Quicktime = defineNode(
  { outputs: ['quicktime'] },
  function Quicktime({ images }: { images: Record<string, string> }) {
    console.log(`a movie of ${Object.values(images).join(', ')}`)
    return { quicktime: '/movies/resulting.mov' }
  }
)

/** First frame and frames of every batch; the last one ends with the shot. */
const batches = (frames: number, size: number): [number, number[]][] =>
  range(0, frames, size).map((first) => [first, range(first, Math.min(first + size, frames))])

function renderShot(frames: number, batchSize: number): Graph {
  const [rendering, comp] = [new Graph('Rendering'), new Graph('Comp')]
  const camera = CreateCamera(rendering)
  const scene = MayaSceneGeneration(rendering)
  const update = UpdateDatabase(rendering, { id_: 123456 })
  const slapcomp = CreateSlapComp(comp, { template: 'nuke_template.nk' })
  const quicktime = Quicktime(comp)
  camera.output('camera_file').connect(scene.input('camera_file'))
  for (const [first, numbers] of batches(frames, batchSize)) {
    const suffix = `${first}-${first + numbers.length}`
    const render = HoudiniRender(rendering, { frames: numbers }, { name: `HoudiniRender${suffix}` })
    const check = CheckImages(rendering, {}, { name: `CheckImages${suffix}` })
    const comped = NukeRender(comp, { frames: numbers }, { name: `NukeRender${suffix}` })
    scene.output('scene_file').connect(render.input('scene_file'))
    render.output('renderings').connect(check.input('images'))
    check.output('images').connect(update.input('images').at(first))
    check.output('images').connect(slapcomp.input('images').at(first))
    slapcomp.output('slapcomp').connect(comped.input('scene_file'))
    comped.output('renderings').connect(quicktime.input('images').at(first))
  }
  return rendering
}

export const graph = renderShot(30, 10)
