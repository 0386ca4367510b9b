/** What keys do in a table's header. Pure. */

/** px of a press, as at every handle */
export const sizeStep = 8

export type HeadKey =
  | { to: 'column'; at: number }
  | { to: 'width'; by: number }
  | { to: 'place'; by: 1 | -1 }
  | { to: 'menu' }
  | { to: 'rows' }

interface Press {
  key: string
  shiftKey: boolean
  ctrlKey: boolean
  metaKey: boolean
}

/** Null: a key that the header does not take. `at`: the column that has the keyboard, of `count`. */
export function headKey({ key, shiftKey, ctrlKey, metaKey }: Press, at: number, count: number): HeadKey | null {
  const command = ctrlKey || metaKey
  const by = key === 'ArrowRight' ? 1 : key === 'ArrowLeft' ? -1 : null
  if (key === 'ContextMenu' || (key === 'F10' && shiftKey)) return { to: 'menu' }
  if (by !== null && shiftKey) return { to: 'width', by: by * sizeStep }
  if (by !== null && command) return { to: 'place', by }
  if (by !== null) return { to: 'column', at: Math.max(0, Math.min(count - 1, at + by)) }
  if (key === 'Home') return { to: 'column', at: 0 }
  if (key === 'End') return { to: 'column', at: count - 1 }
  return key === 'ArrowDown' || key === 'Escape' ? { to: 'rows' } : null
}
