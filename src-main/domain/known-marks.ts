/**
 * Marks (pattern.ts) of the shipped rules' patterns, so that no command that reads a log has to look at all of them first.
 * Empty here; the build of the command line puts them in (alone.vite.config.ts).
 */
export const knownMarks: readonly (readonly [pattern: string, marks: readonly string[] | null])[] = []
