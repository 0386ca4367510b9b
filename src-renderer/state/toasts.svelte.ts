/** Short messages at the edge of the window. Errors stay until they are closed; the rest goes by itself. */
export interface Toast {
  id: number
  kind: 'error' | 'note'
  text: string
  /** what can be done about it, as a button */
  action: { title: string; run: () => void } | null
}

class Toasts {
  list = $state.raw<Toast[]>([])
  private last = 0

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

  /** Does `work` in a few seconds, unless it is undone before. */
  later(text: string, work: () => void, undo: () => void, ms = 6000): void {
    const timer = setTimeout(() => {
      this.close(id)
      work()
    }, ms)
    const run = () => {
      clearTimeout(timer)
      this.close(id)
      undo()
    }
    const id = this.add('note', text, { title: 'Undo', run })
  }

  close(id: number): void {
    this.list = this.list.filter((toast) => toast.id !== id)
  }

  private add(kind: Toast['kind'], text: string, action: Toast['action'] = null): number {
    const id = ++this.last
    this.list = [...this.list.slice(-3), { id, kind, text, action }]
    return id
  }
}

export const toasts = new Toasts()
