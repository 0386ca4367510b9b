/** Short messages at the edge of the window. Errors stay until they are closed; the rest goes by itself. */
export interface Toast {
  id: number
  kind: 'error' | 'note'
  text: string
  /** what can be done about it, as a button */
  action: { title: string; run: () => void } | null
}

/** as design.md says */
const undoMs = 30_000

class Toasts {
  list = $state.raw<Toast[]>([])
  private last = 0
  /** those that take something back */
  private undos: number[] = []

  error(text: string): void {
    if (!this.list.some((toast) => toast.text === text)) this.add('error', text)
  }

  note(text: string): void {
    const id = this.add('note', text)
    setTimeout(() => this.close(id), 4000)
  }

  /** With what can be done next; goes by itself, later than a note does. */
  done(text: string, action: NonNullable<Toast['action']>): void {
    const id = this.add('note', text, action)
    setTimeout(() => this.close(id), 10_000)
  }

  /** Something was done that can be taken back; a press of Ctrl+Z does it as well. */
  undoable(text: string, undo: () => unknown, title = 'Undo'): void {
    const run = () => {
      this.close(id)
      void undo()
    }
    const id = this.add('note', text, { title, run })
    this.undos.push(id)
    setTimeout(() => this.close(id), undoMs)
  }

  /** Takes back what was done last and can be; whether there was such a thing. */
  undoLast(): boolean {
    const last = this.list.findLast(({ id }) => this.undos.includes(id))
    last?.action?.run()
    return last !== undefined
  }

  close(id: number): void {
    this.list = this.list.filter((toast) => toast.id !== id)
    this.undos = this.undos.filter((one) => one !== id)
  }

  private add(kind: Toast['kind'], text: string, action: Toast['action'] = null): number {
    const id = ++this.last
    this.list = [...this.list.slice(-3), { id, kind, text, action }]
    return id
  }
}

export const toasts = new Toasts()
