/** What the page keeps in its own storage from one start to the next. Whatever is found there may be old or damaged. */

/**
 * What was kept under a key, as `read` understands it. The fallback where nothing was kept, where `read` gives null or
 * throws, or where the page has no storage: a damaged value costs a preference, never the window.
 */
export function recall<T>(
  key: string,
  read: (text: string) => T | null,
  fallback: T,
  storage: Pick<Storage, 'getItem'> = localStorage
): T {
  try {
    const text = storage.getItem(key)
    return (text === null ? null : read(text)) ?? fallback
  } catch {
    return fallback // the next choice writes over it
  }
}

export const keep = (key: string, text: string): void => localStorage.setItem(key, text)

/** A JSON list of texts; null for any other value. Throws where it is no JSON. */
export function readTexts(text: string): string[] | null {
  const value: unknown = JSON.parse(text)
  return Array.isArray(value) && value.every((item) => typeof item === 'string') ? value : null
}

/** One of the known words; null for any other text. */
export const readOneOf =
  <const T extends string>(known: readonly T[]) =>
  (text: string): T | null =>
    known.find((word) => word === text) ?? null

/** What is kept for this window alone, until it is closed: a reload finds it again. */
export const recallHere = <T>(key: string, read: (text: string) => T | null, fallback: T): T =>
  recall(key, read, fallback, sessionStorage)

export const keepHere = (key: string, text: string): void => sessionStorage.setItem(key, text)
