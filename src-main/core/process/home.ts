/** The user's home folder. */
import { homedir } from 'node:os'

/** Null where nobody says which it is: HOME is not set, and the user has no entry in passwd (containers, service accounts). */
export function homeFolder(): string | null {
  try {
    return homedir() || null
  } catch {
    return null // libuv found neither
  }
}
