/** Finds what somebody means by a few letters, the best first. Pure. */
import UFuzzy from '@leeoniya/ufuzzy'
import { once } from '../../src-main/domain/once.ts'

// each builds large expressions: nothing for the first picture
const fuzzy = once(() => new UFuzzy({ intraMode: 1 }))
/** letters may be left out, where nothing was found that has them in a row */
const loose = once(() => new UFuzzy({ intraIns: 3 }))

/** words in any order, of so many */
const mostWords = 4

function search(engine: UFuzzy, texts: string[], needle: string): number[] {
  const [found, info, order] = engine.search(texts, needle, mostWords)
  if (!found) return []
  return info && order ? order.flatMap((place) => info.idx[place] ?? []) : found
}

export interface Findable {
  title: string
  /** a number by which it is called: typed alone it finds this one first */
  id?: number
}

/** Those that fit, at most `most`: first the one of that number (`50` or `#50`), then by how well the letters fit. */
export function found<T extends Findable>(items: readonly T[], text: string, most: number): T[] {
  const needle = text.trim()
  if (needle === '') return items.slice(0, most)
  const [, digits] = /^#?(\d+)$/.exec(needle) ?? []
  const exact = digits === undefined ? [] : items.filter(({ id }) => id === Number(digits))
  const titles = items.map(({ title }) => title)
  const hits = search(fuzzy(), titles, needle)
  const fitting = (hits.length > 0 ? hits : search(loose(), titles, needle)).flatMap((place) => items[place] ?? [])
  return [...new Set([...exact, ...fitting])].slice(0, most)
}
