/** A value that is made when it is first asked for. */

/**
 * `make` is called at most once. For zod's shapes that a command may not need: each takes a tenth of a millisecond to
 * build, and those of all files together take as long as Node takes to start.
 */
export function once<T>(make: () => T): () => T {
  let made: { value: T } | null = null
  return () => (made ??= { value: make() }).value
}
