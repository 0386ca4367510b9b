/** Calls a node's function and checks what it returns. */
import { rawObject, type Raw } from '../../../domain/json.ts'
import { toJs } from '../../../domain/json-js.ts'
import type { Plug } from '../model.ts'
import { shown, splitPlug } from '../names.ts'
import type { Definition } from './definition.ts'
import { checkPlugName } from './plug.ts'
import { refuseAuthor } from './refusal.ts'
import { jsonOf } from './value.ts'

/**
 * Calls the node's function with `inputs` (the text of one object) and gives every declared output, in the order of
 * `declared`, cleared first (Q51). What the function throws is thrown; a wrong return is an AuthorError.
 */
export async function compute(
  { compute: run }: Definition,
  inputs: Raw,
  declared: readonly Plug[],
  who: string
): Promise<Plug[]> {
  const returned: unknown = await run(toJs(inputs) as never)
  const outputs = declared.map(({ name, subPlugs }) => ({
    name,
    value: 'null',
    subPlugs: subPlugs.map(({ key }) => ({ key, value: 'null' }))
  }))
  for (const [name, value] of returnedEntries(returned, outputs, who)) store(outputs, name, value, who)
  return outputs
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

function store(outputs: Plug[], name: string, value: unknown, who: string): void {
  const { plug: plugName, key } = splitPlug(name)
  const plug = outputs.find((output) => output.name === plugName)
  if (!plug) {
    return refuseAuthor(`${who} returned ${shown(name)}, which is none of its outputs (${listOf(outputs)})`)
  }
  const text = jsonOf(value ?? null, `the output ${name} of ${who}`)
  if (key === null) storeWhole(plug, text, who)
  else storePart(plug, key, text, who)
}

function storeWhole(plug: Plug, value: Raw, who: string): void {
  const [sub] = plug.subPlugs
  if (sub && value !== 'null') {
    refuseAuthor(
      `${who} returned ${shown(plug.name)} whole, but it has sub-plugs; return each one, ` +
        `${shown(`${plug.name}.${sub.key}`)} and so on`
    )
  }
  plug.value = value
}

function storePart(plug: Plug, key: string, value: Raw, who: string): void {
  if (plug.value !== 'null') refuseAuthor(`${who} returned ${shown(plug.name)} whole and in parts`)
  checkPlugName(key, `${who}.${plug.name}`)
  const sub = plug.subPlugs.find((known) => known.key === key)
  if (sub) sub.value = value
  else plug.subPlugs.push({ key, value })
}

/** What a plug with sub-plugs is worth as a whole: an object of their values, in their order. */
export const wholeValue = ({ value, subPlugs }: Pick<Plug, 'value' | 'subPlugs'>): Raw =>
  subPlugs.length ? rawObject(subPlugs.map((sub) => [sub.key, sub.value] as const)) : value
