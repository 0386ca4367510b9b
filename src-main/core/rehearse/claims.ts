/** Files and folders that say that somebody is at work: locks, where file locks do not work, and marks. */
import { nameOf } from '../../domain/paths.ts'

export class Claims {
  /** given up by who made it: the files that were opened for writing meanwhile, itself included where it is one */
  readonly over = new Map<string, string[]>()
  private readonly open = new Map<string, string[]>()
  private readonly missed = new Set<string>()
  /** those whose name says that they stand for a lock, in whatever phase they were made */
  private readonly locks = new Set<string>()

  /** It was made, where only one can. `own`: by the node's own work. */
  make(path: string, own: boolean): void {
    if (/lock/i.test(nameOf(path))) this.locks.add(path)
    if (own) this.open.set(path, [])
  }

  /** The own work looked for it in vain. */
  miss(path: string): void {
    this.missed.add(path)
  }

  /** It was removed, or has another name now. */
  giveUp(path: string): void {
    this.locks.delete(path)
    const meanwhile = this.open.get(path)
    if (meanwhile) this.over.set(path, meanwhile)
    this.open.delete(path)
  }

  /**
   * The own work opened it for writing: what it had looked for in vain is no lock, as two may do that at once, but it may stop
   * who comes next.
   */
  opened(path: string): void {
    if (this.missed.has(path)) this.open.set(path, [])
    for (const meanwhile of this.open.values()) if (!meanwhile.includes(path)) meanwhile.push(path)
  }

  /** Whether there is a lock now. */
  get isLocked(): boolean {
    return this.locks.size > 0
  }
}
