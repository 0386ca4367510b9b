// Sums up a V8 profile: where the time went.

/** The functions with the most time of their own, ms. */
export function hottest(profile, count = 12) {
  const own = new Map()
  const byId = new Map(profile.nodes.map((node) => [node.id, node]))
  profile.samples.forEach((id, i) => {
    const { functionName, url, lineNumber } = byId.get(id).callFrame
    const name = `${functionName || '(anonymous)'} ${url.split('/').at(-1)}:${lineNumber + 1}`
    own.set(name, (own.get(name) ?? 0) + profile.timeDeltas[i] / 1000)
  })
  const idle = /^\((idle|program|root)\)/
  const found = [...own].filter(([name]) => !idle.test(name)).toSorted(([, a], [, b]) => b - a)
  return found.slice(0, count).map(([name, ms]) => ({ name, ms: Math.round(ms) }))
}
