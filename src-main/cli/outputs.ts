/** The outputs of a job as one JSON text that any parser reads; values keep their spelling. */
import type { Output } from '../api.ts'
import { parserText, rawObject, type Raw } from '../domain/json.ts'
import { Failure } from './base.ts'

type Nodes = Output<'job.outputs'>['nodes']

/** `by`: what a node is called in it. By name, sub-plugs are members of an object: `paths.beauty` is `{"paths": {"beauty": …}}`. */
export function outputsText(nodes: Nodes, by: 'identifier' | 'name' = 'identifier'): Raw {
  if (by === 'name') refuseTwins(nodes)
  return parserText(
    rawObject(
      nodes.map((node) => {
        const members = node.outputs.map((one): [string, Raw] => [one.output, one.value])
        return [node[by], rawObject(by === 'name' ? nested(members) : members)] as const
      })
    )
  )
}

function refuseTwins(nodes: Nodes): void {
  const names = nodes.map(({ name }) => name)
  const twin = names.find((name, i) => names.indexOf(name) !== i)
  if (twin === undefined) return
  const message = `several nodes are called ${JSON.stringify(twin)}; use --by identifier`
  throw new Failure({ kind: 'usage', message })
}

/** A whole value that stands beside its parts has them in it already. */
function nested(members: readonly [string, Raw][]): [string, Raw][] {
  const whole = new Set(members.map(([name]) => name).filter((name) => !name.includes('.')))
  const plugs = Map.groupBy(members, ([name]) => name.replace(/\..*$/s, ''))
  return [...plugs].map(([plug, parts]) => {
    const own = parts.find(([name]) => name === plug)
    if (own && whole.has(plug)) return own
    return [plug, rawObject(parts.map(([name, value]) => [name.slice(plug.length + 1), value] as const))]
  })
}
