/** A ledger the other way round: who wrote and who read each file. Pure. */
import type { AccessKind, Finding, LedgerEntry } from '../../src-main/domain/rehearsal.ts'

/** All that happened with one file, address or variable. */
export interface Touched {
  what: string
  /** names of tasks, each once, in the order of the ledger */
  wrote: string[]
  read: string[]
  /** whoever did something else with it: looked, did not find it, asked for it … */
  other: string[]
  entries: LedgerEntry[]
}

const sides: Readonly<Record<AccessKind, 'wrote' | 'read' | 'other'>> = {
  write: 'wrote',
  delete: 'wrote',
  read: 'read',
  list: 'read',
  run: 'read',
  look: 'other',
  missing: 'other',
  connect: 'other',
  listen: 'other',
  variable: 'other'
}

/** Sorted as people count, so that frame 9 stands before frame 10. */
const { compare } = new Intl.Collator('en', { numeric: true })

export function byPath(entries: readonly LedgerEntry[]): Touched[] {
  const found = new Map<string, Touched>()
  const names = new Map<string, Record<'wrote' | 'read' | 'other', Set<string>>>()
  for (const entry of entries) {
    const { what, task, how } = entry
    let touched = found.get(what)
    if (!touched) {
      found.set(what, (touched = { what, wrote: [], read: [], other: [], entries: [] }))
      names.set(what, { wrote: new Set(), read: new Set(), other: new Set() })
    }
    touched.entries.push(entry)
    names.get(what)?.[sides[how]].add(task)
  }
  for (const [what, touched] of found) {
    const { wrote = [], read = [], other = [] } = names.get(what) ?? {}
    Object.assign(touched, { wrote: [...wrote], read: [...read], other: [...other] })
  }
  return [...found.values()].sort((a, b) => compare(a.what, b.what))
}

/** The worst finding that names each path, variable or address. */
export function findingsByPath(findings: readonly Finding[]): ReadonlyMap<string, Finding> {
  const found = new Map<string, Finding>()
  for (const finding of findings)
    for (const what of [...finding.paths, ...finding.variables, ...finding.addresses])
      if (!found.has(what)) found.set(what, finding)
  return found
}
