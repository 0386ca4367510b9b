/** Which of `count` tabs a key leads to from one; null for other keys. Arrows go round. */
export function tabAfter(key: string, at: number, count: number, vertical: boolean): number | null {
  if (count === 0) return null
  const [next, before] = vertical ? ['ArrowDown', 'ArrowUp'] : ['ArrowRight', 'ArrowLeft']
  const to = new Map([
    [next, (at + 1) % count],
    [before, (Math.max(at, 0) - 1 + count) % count],
    ['Home', 0],
    ['End', count - 1]
  ])
  return to.get(key) ?? null
}
