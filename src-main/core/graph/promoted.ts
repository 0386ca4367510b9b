/** Plugs that a graph offers as its own: not in flowpipe's JSON, so they stand in our `backlot` member. */
import { itemsOf, membersByKey, membersOf, type Members, type Raw } from '../../domain/json.ts'
import { refuse } from '../../domain/result.ts'
import type { GraphScope, Promotion } from './model.ts'
import { shown } from './names.ts'
import { expectKind, textAt } from './parts.ts'

/** Promoted plugs, as our own `backlot` member keeps them (quirk Q31). */
export function readPromoted(extension: Members, scopes: GraphScope[]): void {
  const promoted = extension.get('promoted')
  if (promoted === undefined) return
  for (const { key, value } of membersOf(expectKind(promoted, 'object', 'backlot.promoted'))) {
    const plugsOf = membersByKey(expectKind(value, 'object', `backlot.promoted.${key}`))
    const scope = scopes.find((s) => s.name === key)
    if (!scope) return refuse('input', `backlot.promoted names the graph ${shown(key)}, which this file does not hold`)
    for (const side of ['inputs', 'outputs'] as const) {
      const plugs = plugsOf.get(side)
      if (plugs === undefined) continue
      scope.promoted[side] = membersOf(expectKind(plugs, 'object', `backlot.promoted.${key}.${side}`)).map(
        (m) => [m.key, readPromotion(m.value, `backlot.promoted.${key}.${side}.${m.key}`)] as [string, Promotion]
      )
    }
  }
}

function readPromotion(raw: Raw, where: string): Promotion {
  const own = membersByKey(expectKind(raw, 'object', where))
  const one = (plug: Members) => ({ node: textAt(plug, 'node', where), plug: textAt(plug, 'plug', where) })
  const group = own.get('group')
  if (group === undefined) return one(own)
  const plugs = itemsOf(expectKind(group, 'array', `${where}.group`))
  return { group: plugs.map((plug, i) => one(membersByKey(expectKind(plug, 'object', `${where}.group[${i}]`)))) }
}
