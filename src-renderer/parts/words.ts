/** Words of the core without what is for a terminal: the window has buttons for it. Pure. */

/** `--set`, `backlot interpreter set`: for a terminal. */
const isCommand = (clause: string): boolean => /(^|[\s(])(--[a-z]|backlot [a-z])/.test(clause)

/** The remedy without what is for a terminal; empty where nothing else is left. */
export function spokenRemedy(remedy: string): string {
  const clauses = remedy.split(/;\s+|,?\s+or\s+/)
  const spoken = clauses.filter((clause) => !isCommand(clause))
  return spoken.length === clauses.length ? remedy : spoken.join(', or ')
}

/** A sentence without its clauses that name a command; as it is where nothing else would be left. */
export function spokenSentence(text: string): string {
  const spoken = text.split(/;\s+/).filter((clause) => !isCommand(clause))
  return spoken.join('; ') || text
}
