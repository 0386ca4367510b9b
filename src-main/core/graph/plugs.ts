/** The plugs of a node's record, and what they are connected to. */
import { itemsOf, kindOf, membersByKey, membersOf, textOf, type Members, type Raw } from '../../domain/json.ts'
import { refuse } from '../../domain/result.ts'
import type { Plug, SubPlug } from './model.ts'
import { shown } from './names.ts'
import { expectKind, objectAt } from './parts.ts'

/** A connection as one side of it declares it. */
export interface Declared {
  plug: string
  key: string | null
  /** identifier of the other node, name of its plug */
  other: [string, string][]
}

/** Reads the connections of a plug: identifier of the other node, name of its plug. `isOld`: of flowpipe before 0.5. */
type ReadConnections = (raw: Raw, where: string, isOld: boolean) => [string, string][]

export const readSources: ReadConnections = (raw, where) =>
  membersOf(raw).map(({ key, value }) => [key, textOf(expectKind(value, 'string', `${where}[${shown(key)}]`))])

/** Before flowpipe 0.5 an output named one input of each node that it feeds, as a text. */
export const readTargets: ReadConnections = (raw, where, isOld) =>
  membersOf(raw).flatMap(({ key, value }) => {
    if (isOld && kindOf(value) === 'string') return [[key, textOf(value)] as [string, string]]
    return itemsOf(expectKind(value, 'array', `${where}[${shown(key)}]`)).map((target): [string, string] => [
      key,
      textOf(expectKind(target, 'string', `an entry of ${where}[${shown(key)}]`))
    ])
  })

/** Plugs with their values; what they are connected to is added to `connections`. */
export function readPlugs(raw: Raw, where: string, connections: Declared[], read: ReadConnections): Plug[] {
  const taken = new Set<string>()
  return membersOf(raw).map(({ key: name, value }) => {
    const at = `${where}.${name}`
    if (taken.has(name)) refuse('input', `${at} is there twice; plug names are unique in a node`)
    if (name.includes('.'))
      refuse('input', `${at} has a dot in its name; flowpipe keeps dots for sub-plugs, rename the plug`)
    taken.add(name)
    const plug = membersByKey(expectKind(value, 'object', at))
    const isOld = !plug.has('sub_plugs')
    const other = read(objectAt(plug, 'connections', at), `${at}.connections`, isOld)
    connections.push({ plug: name, key: null, other })
    return { name, value: valueOf(plug, at), subPlugs: readSubPlugs(plug, { name, at }, connections, read) }
  })
}

function readSubPlugs(
  plug: Members,
  { name, at }: { name: string; at: string },
  connections: Declared[],
  read: ReadConnections
): SubPlug[] {
  const raw = plug.get('sub_plugs')
  if (raw === undefined) return []
  const taken = new Set<string>()
  return membersOf(expectKind(raw, 'object', `${at}.sub_plugs`)).map(({ key, value }) => {
    const where = `${at}.${key}`
    if (key.includes('.'))
      refuse('input', `${where} has a dot in its sub-plug key, which flowpipe cannot restore; rename the key`)
    if (taken.has(key)) refuse('input', `${where} is there twice; sub-plug keys are unique in a plug`)
    taken.add(key)
    const sub = membersByKey(expectKind(value, 'object', where))
    const other = read(objectAt(sub, 'connections', where), `${where}.connections`, false)
    connections.push({ plug: name, key, other })
    return { key, value: valueOf(sub, where) }
  })
}

const valueOf = (plug: Members, where: string): Raw =>
  plug.get('value') ?? refuse('input', `${where}.value is missing; write null where there is none`)
