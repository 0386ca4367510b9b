/** Whether a task that ran beside another one could have seen what that one wrote. */
import { dirname, isAbsolute } from 'node:path'
import { answers } from './addresses.ts'
import { isCache } from './accesses.ts'
import type { Stayed } from './stay.ts'

/** Whether a task looked at, listed or wrote something that another one changed, or talked to what it left behind. */
export function looksAt(one: Pick<Stayed, 'trace' | 'layer'>, other: Pick<Stayed, 'trace' | 'layer'>): boolean {
  const changed = other.layer.changes
  if (changed.size > 0) {
    const folders = new Set([...changed.keys()].map(dirname))
    for (const { how, what, as } of one.trace.accesses) {
      if (isCache(what)) continue
      if (how === 'list' && folders.has(what)) return true
      // a descriptor's name: where it leads was not told
      if (how === 'missing' && /^\/(?:proc\/[^/]+|dev)\/fd\//.test(what)) return true
      // what was reached by a link hangs on the link as well
      const names = as !== undefined && isAbsolute(as) ? [what, as] : [what]
      if (names.some((name) => changed.has(name) || isBelow(name, changed, how === 'missing'))) return true
    }
    for (const path of one.layer.changes.keys()) if (changed.has(path)) return true
  }
  const open = other.trace.accesses.filter(({ how }) => how === 'listen').map(({ what }) => what)
  return one.trace.accesses.some(({ how, what }) => how === 'connect' && open.some((bound) => answers(bound, what)))
}

/** Below a folder that was deleted or a link that was made; or, for what was not found, below a folder that was made. */
function isBelow(path: string, changed: Stayed['layer']['changes'], missing: boolean): boolean {
  for (let above = dirname(path); above.length > 1; above = dirname(above)) {
    const change = changed.get(above)
    if (change && change.kind !== 'file' && (missing || change.kind !== 'folder')) return true
  }
  return false
}
