/** What was probably meant where a name is not known. */
import { distance } from 'fastest-levenshtein'

/** So many are offered. */
const mostOffered = 3
/** Of a longer name the start tells enough. */
const longest = 60

/** Of the known names those that a slip of the hand away from this one, the nearest alone; none: []. Case does not count. */
export function nearest(name: string, known: Iterable<string>): string[] {
  const typed = name.slice(0, longest).toLowerCase()
  const allowed = Math.min(3, Math.max(1, Math.floor(typed.length * 0.4)))
  const found = [...new Set(known)].map((text) => ({ text, far: farness(typed, text.slice(0, longest).toLowerCase()) }))
  const best = found.reduce((least, { far }) => Math.min(least, far), allowed)
  return found
    .filter(({ far }) => far === best)
    .slice(0, mostOffered)
    .map(({ text }) => text)
}

/** A name whose end was left out is nearer than one with slips. */
const farness = (typed: string, text: string): number =>
  typed.length >= 3 && text.startsWith(typed) ? 1 : distance(typed, text)

/** ` (did you mean Render?)`, to stand behind a name in a sentence; empty where nothing is near. */
export function didYouMean(name: string, known: Iterable<string>): string {
  const near = nearest(name, known)
  return near.length === 0 ? '' : ` (did you mean ${near.join(' or ')}?)`
}
