/** Who does what a key or the palette asks for: the views say what they can do while they are there. */
import { untrack } from 'svelte'
import { chordOf, actionOf, type ActionName } from './bindings.ts'

type Work = () => unknown

class Actions {
  private readonly works = new Map<ActionName, Work[]>()
  /** counts up when what can be done changes */
  private version = $state(0)

  /** The last one that said so does it. Returns how to stop; fits an effect. */
  offer(works: Partial<Record<ActionName, Work>>): () => void {
    const entries = Object.entries(works) as [ActionName, Work][]
    for (const [name, work] of entries) this.works.set(name, [...(this.works.get(name) ?? []), work])
    this.changed()
    return () => {
      for (const [name, work] of entries) {
        const left = (this.works.get(name) ?? []).filter((one) => one !== work)
        this.works.set(name, left)
      }
      this.changed()
    }
  }

  /** An effect that offers does not depend on what is offered. */
  private changed(): void {
    untrack(() => this.version++)
  }

  can(name: ActionName): boolean {
    void this.version
    return (this.works.get(name)?.length ?? 0) > 0
  }

  /** Whether somebody does it. */
  start(name: ActionName): boolean {
    const work = this.works.get(name)?.at(-1)
    if (!work) return false
    void work()
    return true
  }
}

export const actions = new Actions()

const textTypes = ['text', 'search', 'number', 'password', 'email', 'url', 'tel']

const takesText = (target: EventTarget | null): boolean =>
  target instanceof HTMLTextAreaElement ||
  target instanceof HTMLSelectElement ||
  (target instanceof HTMLInputElement && textTypes.includes(target.type))

/** A press that nobody took: starts what the list of keys says. In a dialog or a menu no key of the page holds. */
export function takePress(event: KeyboardEvent, inJob: boolean): void {
  if (event.defaultPrevented || document.querySelector('dialog[open], [role="menu"]')) return
  const action = actionOf(chordOf(event), { inJob, inField: takesText(event.target) })
  if (action && actions.start(action)) event.preventDefault()
}
