/** What a command waits for before its own work shows: interpreters that are asked something and do not answer. */
import { callsInFlight } from '../core/evaluator/in-flight.ts'

/** most answer sooner, ms */
const patienceMs = 1500
const pollMs = 500

/** Says once of each interpreter that it is waited for, with the last that it said. Returns how to stop. */
export function tellWaits(tell: (text: string) => void): () => void {
  const told = new Set<object>()
  const timer = setInterval(() => {
    for (const call of callsInFlight()) {
      if (told.has(call) || performance.now() - call.since < patienceMs) continue
      told.add(call)
      const last = call.lastLine()
      tell(`waiting for ${call.name} to answer (${call.command})${last === null ? '' : `; it says: ${last}`}`)
    }
  }, pollMs)
  timer.unref()
  return () => clearInterval(timer)
}
