/** Lookups that cannot fail unless we have made a mistake, and the error says where. */

/** The item at an index. Throws where the list is shorter: that is a bug. */
export function at<T>(list: readonly T[], index: number): T {
  const item = list[index]
  if (item === undefined && !(index in list)) throw new Error(`there is no item ${index} in a list of ${list.length}`)
  return item as T
}

/** The value of a key. Throws where the map has none: that is a bug. */
export function of<K, V>(map: ReadonlyMap<K, V>, key: K): V {
  const value = map.get(key)
  if (value === undefined && !map.has(key)) throw new Error(`there is no entry for ${String(key)}`)
  return value as V
}
