/** A node's record with other values in it, and all else to the letter. */
import { membersOf, type Raw } from '../../domain/json.ts'

type Part = string | { slot: string; literal: Raw }

/**
 * The record cut at its inputs' values, so that filling it costs no second reading: a node of 100,000 batches is cut
 * once. Slots are named `plug` or `plug.key`; a slot without a value keeps its literal. Order and all else stay.
 */
export function recordTemplate(record: Raw): (values: ReadonlyMap<string, Raw>) => Raw {
  const parts: Part[] = cutMembers(record, (key, value) => (key === 'inputs' ? cutMembers(value, cutInput) : [value]))
  return (values) => parts.map((p) => (typeof p === 'string' ? p : (values.get(p.slot) ?? p.literal))).join('')
}

const cutInput = (plug: string, raw: Raw): Part[] =>
  cutMembers(raw, (key, value) => {
    if (key === 'value') return [{ slot: plug, literal: value }]
    if (key !== 'sub_plugs') return [value]
    return cutMembers(value, (sub, subRaw) =>
      cutMembers(subRaw, (k, v) => (k === 'value' ? [{ slot: `${plug}.${sub}`, literal: v }] : [v]))
    )
  })

function cutMembers(raw: Raw, cut: (key: string, value: Raw) => Part[]): Part[] {
  const members = membersOf(raw).flatMap((m, i): Part[] => [`${i ? ', ' : ''}${m.rawKey}: `, ...cut(m.key, m.value)])
  return ['{', ...members, '}']
}

/** The record with these inputs' literals exchanged: what `--set` makes of a node. */
export const withInputs = (record: Raw, values: ReadonlyMap<string, Raw>): Raw => recordTemplate(record)(values)
