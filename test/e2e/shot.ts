import { join } from 'node:path'
import { Graph } from '../../src-main/core/graph/author.ts'
import { Flaky, Render, Step } from '../fixtures/nodes/steps.ts'
import { dir } from './backlot.ts'

/** A job with several frames, a failure that holds others up, and names that are as long as those of shots are. */
export function shot(name = 'hyd_0420_lighting_lookdev_with_a_name_of_many_words_v031'): Graph {
  const graph = new Graph(name)
  const render = Render(
    graph,
    { frames: [1, 2, 3, 4, 5, 6] },
    { name: 'Render_beauty_of_the_hero_character_close_up', metadata: { batch_size: 2 } }
  )
  const flaky = Flaky(graph, { ok: join(dir, 'ok'), value: 7 }, { name: 'CheckTextures' })
  flaky.output('value').connect(Step(graph, {}, { name: 'Publish' }).input('value'))
  render.output('files').connect(Step(graph, {}, { name: 'ContactSheet_of_everything_in_the_sequence' }).input('value'))
  return graph
}
