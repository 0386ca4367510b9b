/** Sums up a V8 profile: where the time went. */
import type { Profiler } from 'node:inspector'
import { of } from '../../src-main/domain/at.ts'

/** What the page's profiler and Node's have in common. */
export type Profile = Pick<Profiler.Profile, 'samples' | 'timeDeltas'> & {
  nodes: readonly Pick<Profiler.ProfileNode, 'id' | 'callFrame'>[]
}

/** The functions with the most time of their own, ms. */
export function hottest(profile: Profile, count = 12): { name: string; ms: number }[] {
  const own = new Map<string, number>()
  const byId = new Map(profile.nodes.map((node) => [node.id, node]))
  profile.samples?.forEach((id, i) => {
    const { functionName, url, lineNumber } = of(byId, id).callFrame
    const name = `${functionName || '(anonymous)'} ${url.split('/').at(-1)}:${lineNumber + 1}`
    own.set(name, (own.get(name) ?? 0) + (profile.timeDeltas?.[i] ?? 0) / 1000)
  })
  const idle = /^\((idle|program|root)\)/
  const found = [...own].filter(([name]) => !idle.test(name)).toSorted(([, a], [, b]) => b - a)
  return found.slice(0, count).map(([name, ms]) => ({ name, ms: Math.round(ms) }))
}
