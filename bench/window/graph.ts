/** A graph as studios have them once in a while: layers of nodes of a kind, each with a few from the layer before it. */

const kinds = ['Layout', 'Sim', 'Render', 'Denoise', 'Comp', 'Grade', 'Check', 'Publish']

/** flowpipe's JSON of so many plain commands in so many layers; always the same. */
export function layeredGraph(count: number, layers: number): string {
  const wide = Math.ceil(count / layers)
  const kindOf = (i: number) => kinds[Math.floor(i / wide) % kinds.length] ?? 'Node'
  const nameOf = (i: number) => `${kindOf(i)}_${Math.floor(i / wide)}_${i % wide}`
  const above = (i: number): number[] => {
    const layer = Math.floor(i / wide)
    if (layer === 0) return []
    return [...new Set([i * 7, i * 13 + 5].map((n) => (layer - 1) * wide + (n % wide)))]
  }
  const below = Map.groupBy(
    Array.from({ length: count }, (_, to) => above(to).map((from) => ({ from, to }))).flat(),
    ({ from }) => from
  )
  const id = (i: number) => `${kindOf(i)}-${nameOf(i)}`
  const nodes = Array.from({ length: count }, (_, i) => {
    const inputs = above(i).map((from) => {
      const name = `in_${from % wide}`
      return [name, { name, value: null, sub_plugs: {}, connections: { [id(from)]: 'out' } }] as const
    })
    const connections = Object.fromEntries((below.get(i) ?? []).map(({ to }) => [id(to), [`in_${i % wide}`]]))
    return {
      ...{ file_location: null, module: 'studio.nodes', cls: kindOf(i), name: nameOf(i), identifier: id(i) },
      inputs: Object.fromEntries(inputs),
      outputs: { out: { name: 'out', value: null, sub_plugs: {}, connections } },
      metadata: { interpreter: 'command' }
    }
  })
  return JSON.stringify({ module: 'flowpipe.graph', cls: 'Graph', name: 'g2000', nodes, subgraphs: [] })
}
