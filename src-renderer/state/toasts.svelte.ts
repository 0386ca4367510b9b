/** Short messages at the edge of the window. Errors stay until they are closed; the rest goes by itself. */
export interface Toast {
  id: number
  kind: 'error' | 'note'
  text: string
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

  close(id: number): void {
    this.list = this.list.filter((toast) => toast.id !== id)
  }

  private add(kind: Toast['kind'], text: string): number {
    const id = ++this.last
    this.list = [...this.list.slice(-3), { id, kind, text }]
    return id
  }
}

export const toasts = new Toasts()
