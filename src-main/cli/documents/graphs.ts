/** Documents of the commands that look at graphs. They are written by the core; the names in them are flowpipe's and its guide's. */
import { z } from 'zod'
import { count, orNull, text, texts } from './parts.ts'

const end = z.object({ node: text.describe('an identifier'), plug: text.describe('`plug` or `plug.sub`') })
const identifiers = texts.describe('identifiers')

export const facts = z.object({
  graph_name: text,
  counts: z.object({ nodes_in_this_graph: count, nodes_in_all_graphs: count, edges: count }),
  graphs: texts,
  subgraphs: texts,
  evaluation_matrix: z.array(texts).describe('identifiers by level: those of one may run at the same time'),
  evaluation_matrix_names: z.array(texts),
  evaluation_sequence_names: texts,
  edges: z.array(z.object({ from: end, to: end })),
  nodes: z
    .record(
      text,
      z.object({
        name: text,
        graph: text,
        kind: text,
        class_name: text,
        level: orNull(count).describe('null: it lies on a cycle or behind one'),
        parents: identifiers,
        children: identifiers,
        upstream: identifiers,
        downstream: identifiers
      })
    )
    .describe('by identifier'),
  has_cycle: z.boolean(),
  cycle: orNull(identifiers),
  omitted: identifiers
})

export const converted = z.object({
  name: text,
  tasks: z.array(
    z.object({
      name: text,
      node: text.describe('its node’s identifier'),
      graph: text,
      interpreter: text,
      frames: orNull(z.array(z.unknown())).describe('of this batch, as they are in the graph; null: the whole node'),
      direct_dependencies: texts.describe('names of the tasks that it waits for'),
      transitive_dependencies: texts.describe('those and what they wait for')
    })
  )
})
