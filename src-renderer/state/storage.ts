/** What the page keeps between starts. Another version of us may have written it, or anybody by hand: it is checked. */

/** The value under a key; the fallback where there is none, or one that does not fit. */
export function kept<T>(key: string, fits: (value: unknown) => value is T, fallback: T): T {
  const text = localStorage.getItem(key)
  if (text === null) return fallback
  const value = valueOf(text)
  return fits(value) ? value : fallback
}

export const keep = (key: string, value: unknown): void => localStorage.setItem(key, JSON.stringify(value))

/** Text that is not JSON stands for itself: so the first versions wrote the theme. */
function valueOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
