/** What links by frames should be, found the slow way: every batch against every batch. Shares no code with the core. */
interface Batch {
  frames: readonly string[] | null
}

/** For each batch of `child` the places of the parent's batches it waits for; null where the nodes are joined as wholes. */
export function linkedPlaces(
  parent: readonly Batch[],
  child: readonly Batch[],
  dependency: 'node' | 'frame'
): number[][] | null {
  const batched = [...parent, ...child].every(({ frames }) => frames !== null)
  if (dependency === 'node' || !batched) return null
  const places = parent.map((_, place) => place)
  return child.map((own) => {
    const shared = places.filter((place) => parent[place]?.frames?.some((frame) => own.frames?.includes(frame)))
    return shared.length > 0 ? shared : places
  })
}
