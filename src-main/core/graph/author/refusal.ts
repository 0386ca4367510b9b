/** Mistakes in the code that writes a graph. */
import { shown } from '../names.ts'

/** A mistake in the code that writes a graph, thrown by the call that makes it; the message is one sentence. */
export class AuthorError extends Error {
  override readonly name = 'AuthorError'
}

export function refuseAuthor(sentence: string): never {
  throw new AuthorError(sentence)
}

/** A name that is not there, and those that are. */
export const unknownText = (what: string, name: string, known: Iterable<string>) =>
  `${what} ${shown(name)}; it has ${[...known].map(shown).join(', ') || 'none'}`
