/** A task's ledger: what its trace tells, with writes as its layer has them, which is exact. */
import type { Access } from '../../domain/rehearsal.ts'
import { isIn, isSharedMemory, type Places } from './places.ts'
import type { Stayed } from './stay.ts'

/** Caches that Python keeps beside sources: no task's result, and no task's reading. */
export const isCache = (path: string): boolean => path.includes('/__pycache__')

const isOfSystem = (path: string): boolean => /^\/(?:proc|dev|sys)(?:\/|$)/.test(path) && !isSharedMemory(path)

/** What a task did, without the devices and process files that every program looks at. */
export function accessesOf({ trace, layer }: Pick<Stayed, 'trace' | 'layer'>, places: Places): Access[] {
  const isLayered = (path: string) => places.roots.some((root) => isIn(path, root.path))
  const traced = trace.accesses.filter(({ how, what, marks }) => {
    if (isOfSystem(what) || isCache(what)) return false
    if (marks?.includes('refused')) return true
    // a file opened for writing and left as it was is not written
    return !((how === 'write' || how === 'delete') && isLayered(what) && layer.changes.get(what) === undefined)
  })
  const told = new Set(traced.filter(({ how }) => how === 'write' || how === 'delete').map(({ what }) => what))
  const untold: Access[] = []
  for (const [path, { kind }] of layer.changes)
    if (kind !== 'folder' && !told.has(path))
      untold.push({ how: kind === 'deleted' ? 'delete' : 'write', what: path, own: true })
  return [...traced, ...untold]
}
