/** Programs that somebody waits for now, for whoever shows that. */

export interface Wait {
  /** who is waited for, and for what, such as `maya to answer` */
  text(): string
  /** monotonic, ms */
  since: number
  /** its program is ending, and may be ended hard */
  isEnd: boolean
}

const waits = new Set<Wait>()

/** Somebody waits from now on. Returns how to say that it is over. */
export function waitFor(wait: Omit<Wait, 'since'>): () => void {
  const begun = { ...wait, since: performance.now() }
  waits.add(begun)
  return () => void waits.delete(begun)
}

/** most programs take less, ms */
const patienceMs = 1500
const pollMs = 250

/** Tells once of each program that it is waited for, when that takes long. Returns how to stop. */
export function tellWaits(tell: (wait: Wait) => void): () => void {
  const told = new Set<Wait>()
  const timer = setInterval(() => {
    for (const wait of waits) {
      if (told.has(wait) || performance.now() - wait.since < patienceMs) continue
      told.add(wait)
      tell(wait)
    }
  }, pollMs)
  timer.unref()
  return () => clearInterval(timer)
}
