/** What a command waits for before its own work shows, or behind it: programs that do not answer, or do not end. */
import { tellWaits, type Wait } from '../core/process/waits.ts'

/** Says once of each program that it is waited for. Returns how to stop. */
export const noteWaits = (tell: (text: string) => void): (() => void) => tellWaits((wait) => tell(waitText(wait)))

const waitText = (wait: Wait): string =>
  `waiting for ${wait.text()}${wait.isEnd ? '; press Ctrl-C to end it at once' : ''}`
