/** Waits for the ends of processes: their handles are looked at, all at once, while there are any. */
import { hasEnded, kernel, type Handle } from './kernel.ts'
import { memoryOfHandle } from './facts.ts'

/** How one ended. */
export interface HandleEnd {
  /** as Windows has it, without a sign: 3221225477 is an access violation */
  code: number
  /** bytes */
  peakMemory: number | null
}

interface Watched {
  process: Handle
  ended: (end: HandleEnd) => void
  /** it keeps this process alive */
  holds: boolean
}

const pollMs = 10

export class Watching {
  private readonly all = new Set<Watched>()
  private timer: NodeJS.Timeout | null = null

  /** Resolves when it has ended; its handle is closed then. `holds`: this process stays for that. */
  until(process: Handle, holds: boolean): Promise<HandleEnd> {
    return new Promise((ended) => {
      this.all.add({ process, ended, holds })
      this.timer ??= setInterval(() => this.look(), pollMs)
      this.hold()
    })
  }

  private hold(): void {
    if ([...this.all].some(({ holds }) => holds)) this.timer?.ref()
    else this.timer?.unref()
  }

  private look(): void {
    const over = [...this.all].filter(({ process }) => hasEnded(process))
    for (const one of over) {
      this.all.delete(one)
      one.ended(endOf(one.process))
    }
    if (this.all.size > 0) {
      if (over.length > 0) this.hold()
      return
    }
    if (this.timer) clearInterval(this.timer)
    this.timer = null
  }
}

function endOf(process: Handle): HandleEnd {
  const code = Buffer.alloc(4)
  kernel().GetExitCodeProcess(process, code)
  const peak = memoryOfHandle(process)?.peak ?? 0
  kernel().CloseHandle(process)
  return { code: code.readUInt32LE(), peakMemory: peak > 0 ? peak : null }
}
