/**
 * What a traced task really read and asked for in its own work: `--changed` holds it against what is there now. Its inputs,
 * and the files that they name, are in its fingerprint already.
 */
import type { Access } from '../../domain/rehearsal.ts'
import { isWithinAny, systemFolders } from '../../domain/worker.ts'
import type { Seen } from '../store/shapes.ts'
import { shortHash, stateOf } from './code.ts'

export type Variables = Readonly<Record<string, string | undefined>>

/** A link that points elsewhere later gives another file. */
const nameOf = ({ what, as }: Access): string => (as?.startsWith('/') ? as : what)

const byteCode = /\/__pycache__\//

/** Other ones in every attempt. */
const isOurs = (variable: string): boolean => variable.startsWith('BACKLOT_')

const valueHash = (variables: Variables, name: string): string | null => {
  const value = variables[name]
  return value === undefined ? null : shortHash(value)
}

/**
 * To be called when the attempt has ended, before anything else changes its files. `variables`: the environment that it
 * had; `apart`: folders whose files are of no account, such as Backlot's own. The system's own folders are not looked at.
 */
export function seenOf(accesses: readonly Access[], variables: Variables, apart: readonly string[] = []): Seen {
  const own = accesses.filter((access) => access.own)
  const wrote = new Set(own.filter(({ how }) => how === 'write' || how === 'delete').map(({ what }) => what))
  const counts = (path: string) =>
    !wrote.has(path) && !byteCode.test(path) && !isWithinAny(path, [...systemFolders, ...apart])
  const read = new Map(own.filter(({ how, what }) => how === 'read' && counts(what)).map((one) => [nameOf(one), one]))
  const files = [...read].flatMap(([name, { what }]): Seen['files'] => {
    const state = stateOf(name)
    if (!state) return []
    const { modifiedAt, size } = state
    return [name === what ? [what, modifiedAt, size] : [what, modifiedAt, size, name]]
  })
  const asked = new Set(own.filter(({ how, what }) => how === 'variable' && !isOurs(what)).map(({ what }) => what))
  return { files, variables: [...asked].map((name) => [name, valueHash(variables, name)]), wrote: [...wrote] }
}

/** All that a job's attempts wrote. */
export const writtenBy = (all: Iterable<Seen>): ReadonlySet<string> => new Set([...all].flatMap(({ wrote }) => wrote))

/** Without files that its job wrote itself: whether those are the same is decided by who writes them. */
export const withoutWritten = (seen: Seen, written: ReadonlySet<string>): Seen => ({
  ...seen,
  files: seen.files.filter(([path]) => !written.has(path))
})

/** The same files and variables as they are now: what is expected of an attempt that is not traced itself. */
export const seenNow = (seen: Seen, variables: Variables): Seen => ({
  files: seen.files.flatMap((file): Seen['files'] => {
    const [path, , , name = path] = file
    const state = stateOf(name)
    return state ? [[path, state.modifiedAt, state.size, name]] : []
  }),
  variables: seen.variables.map(([name]) => [name, valueHash(variables, name)]),
  wrote: seen.wrote
})

/** At most so many are named. */
const mostNamed = 3

/**
 * What is other now, for people; null: all is as it was. `variables`: as the task would have them; those that its
 * interpreter sets are in its fingerprint and not among them.
 */
export function changeOf(seen: Seen, variables: Variables, ofInterpreter: Variables): string | null {
  const files = seen.files.flatMap(([path, modifiedAt, size, name = path]) => {
    const state = stateOf(name)
    if (state?.modifiedAt === modifiedAt && state.size === size) return []
    return [`it read ${name}, which ${state ? 'changed' : 'is gone'}`]
  })
  const asked = seen.variables
    .filter(([name, value]) => !Object.hasOwn(ofInterpreter, name) && valueHash(variables, name) !== value)
    .map(([name]) => `it asked for ${name}, which has another value`)
  const all = [...files, ...asked]
  const rest = all.length - mostNamed
  return all.length === 0 ? null : `${all.slice(0, mostNamed).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`
}
