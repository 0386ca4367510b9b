/** What jobs should be like, found the slow way. Shares no code with the core: what is checked may not be what checks. */
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

/** Frames in batches of `size`: frame by frame, which batch it falls into. */
export const inBatches = (frames: readonly string[], size: number): string[][] =>
  Array.from({ length: Math.ceil(frames.length / size) }, (_, batch) =>
    frames.filter((_, place) => Math.floor(place / size) === batch)
  )

/** A task is called as its node, with the batch's number behind a dash. */
export const nameOfTask = (node: string, batch: number | null): string => (batch === null ? node : `${node}-${batch}`)

/** Each name where none before is the same, else with the smallest number from 2 that makes it differ. */
export const distinctNames = (names: readonly string[]): string[] =>
  names.reduce<string[]>((before, name) => {
    const numbered = names.map((_, i) => `${name} (${i + 2})`)
    return [...before, [name, ...numbered].find((one) => !before.includes(one)) ?? name]
  }, [])

/** The frames of batches that are cut from one rising list of whole numbers, and their size; null for others. */
export function risingSlices(batches: readonly Batch[]): { frames: number[]; size: number } | null {
  const lists = batches.map(({ frames }) => frames ?? [])
  const texts = lists.flat()
  const frames = texts.map(Number)
  const size = lists[0]?.length ?? 0
  const plain = frames.every(
    (frame, i) => String(frame) === texts[i] && Number.isInteger(frame) && Math.abs(frame) < 1e15
  )
  const rising = frames.every((frame, i) => frames.slice(0, i).every((before) => before < frame))
  const cut = lists.length > 0 && lists.every((list) => list.length > 0)
  if (!plain || !rising || !cut) return null
  const again = inBatches(texts, size)
  return JSON.stringify(again) === JSON.stringify(lists) ? { frames, size } : null
}
