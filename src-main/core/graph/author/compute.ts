/** Calls a node's function and checks what it returns. */
import { formatJson, kindOf, memberOf, rawObject, type Raw } from '../../../domain/json.ts'
import { toJs } from '../../../domain/json-js.ts'
import type { Plug } from '../model.ts'
import { shown, splitPlug } from '../names.ts'
import type { Definition } from './definition.ts'
import { checkPlugName } from './plug.ts'
import { refuseAuthor } from './refusal.ts'
import { jsonOf } from './value.ts'

/** What a node returned for an output. `whole`: the plug itself, so that `value` counts beside its sub-plugs. */
export interface Returned extends Plug {
  whole: boolean
}

/**
 * Calls the node's function with `inputs` (the text of one object) and gives every declared output, in the order of
 * `declared`, cleared first (Q51); sub-plugs of an object that was returned whole get their parts of it. What the function
 * throws is thrown; a wrong return is an AuthorError.
 */
export async function compute(
  { compute: run }: Definition,
  inputs: Raw,
  declared: readonly Plug[],
  who: string
): Promise<Returned[]> {
  const returned: unknown = await run(toJs(inputs) as never)
  const outputs = declared.map(({ name, subPlugs }) => ({
    name,
    value: 'null',
    subPlugs: subPlugs.map(({ key }) => ({ key, value: 'null' })),
    whole: false
  }))
  for (const [name, value] of returnedEntries(returned, outputs, who)) store(outputs, name, value, who)
  return outputs.map(inParts)
}

/** Sub-plugs get their parts of what was returned whole; an object that they are all of is made of them. */
function inParts(plug: Returned): Returned {
  if (!plug.whole || kindOf(plug.value) !== 'object') return plug
  const subPlugs = plug.subPlugs.map(({ key }) => ({ key, value: memberOf(plug.value, key) ?? 'null' }))
  const isMade = formatJson(plug.value) === formatJson(wholeValue({ value: 'null', subPlugs }))
  return isMade ? { ...plug, value: 'null', subPlugs, whole: false } : { ...plug, subPlugs }
}

const listOf = (plugs: readonly { name: string }[]) => plugs.map(({ name }) => name).join(', ') || 'none'

function returnedEntries(returned: unknown, outputs: readonly Plug[], who: string): [string, unknown][] {
  if (returned === undefined || returned === null) return []
  const proto: unknown = typeof returned === 'object' ? Object.getPrototypeOf(returned) : undefined
  if (typeof returned === 'object' && (proto === Object.prototype || proto === null)) return Object.entries(returned)
  const named = typeof returned === 'object' ? (returned.constructor?.name ?? 'object') : typeof returned
  const kind = Array.isArray(returned) ? 'list' : named
  return refuseAuthor(`${who} returned a ${kind}; a node returns an object with its outputs (${listOf(outputs)})`)
}

function store(outputs: Returned[], name: string, value: unknown, who: string): void {
  const { plug: plugName, key } = splitPlug(name)
  const plug = outputs.find((output) => output.name === plugName)
  if (!plug) {
    return refuseAuthor(`${who} returned ${shown(name)}, which is none of its outputs (${listOf(outputs)})`)
  }
  const text = jsonOf(value ?? null, `the output ${name} of ${who}`)
  if (key === null) storeWhole(plug, text, who)
  else storePart(plug, key, text, who)
}

function storeWhole(plug: Returned, value: Raw, who: string): void {
  if (plug.subPlugs.some((sub) => sub.value !== 'null')) {
    if (value === 'null') return
    refuseBoth(plug, who)
  }
  plug.value = value
  plug.whole = true
}

const refuseBoth = ({ name }: Plug, who: string) => refuseAuthor(`${who} returned ${shown(name)} whole and in parts`)

function storePart(plug: Returned, key: string, value: Raw, who: string): void {
  if (plug.value !== 'null') refuseBoth(plug, who)
  plug.whole = false
  checkPlugName(key, `${who}.${plug.name}`)
  const sub = plug.subPlugs.find((known) => known.key === key)
  if (sub) sub.value = value
  else plug.subPlugs.push({ key, value })
}

/** What a plug with sub-plugs is worth as a whole: an object of their values, in their order, or what was returned whole. */
export const wholeValue = ({
  value,
  subPlugs,
  whole = false
}: Pick<Plug, 'value' | 'subPlugs'> & { whole?: boolean }): Raw =>
  subPlugs.length && !whole ? rawObject(subPlugs.map((sub) => [sub.key, sub.value] as const)) : value
