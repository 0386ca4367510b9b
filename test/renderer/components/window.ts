/** What the preload gives a page, with a core that answers as a test says. */
import type { Bridge, DesktopInputs } from '../../../src-main/bridge.ts'
import type { RunEvent } from '../../../src-main/domain/events.ts'

type Answer = (input: never) => unknown

export interface FakeCore {
  /** by call; one that throws, or is missing, is a refusal */
  answers: Record<string, Answer>
  /** what was asked, in order */
  calls: { name: string; input: unknown }[]
  /** what was asked of the desktop */
  desktop: { name: string; input: DesktopInputs[keyof DesktopInputs] }[]
  tell(...events: RunEvent[]): void
}

/** Has to stand before anything of the window is imported: its state hears events from the start. */
export function fakeCore(): FakeCore {
  const listeners = new Set<(bundle: string) => void>()
  const core: FakeCore = {
    ...{ answers: {}, calls: [], desktop: [] },
    tell: (...events) => listeners.forEach((listener) => listener(JSON.stringify(events)))
  }
  const bridge = {
    platform: 'linux',
    call: async (name: string, input: never) => {
      core.calls.push({ name, input })
      const answer = core.answers[name]
      if (!answer) return { ok: false, error: { kind: 'usage', message: `no answer to ${name}` } }
      try {
        return { ok: true, value: await answer(input) }
      } catch (error) {
        return { ok: false, error: { kind: 'run', message: (error as Error).message } }
      }
    },
    desktop: async (name: string, input: DesktopInputs[keyof DesktopInputs]) => {
      core.desktop.push({ name, input })
      return { ok: true, value: name === 'pickFolder' ? '/mail' : null }
    },
    pathOf: () => '',
    onEvents: (listener: (bundle: string) => void) => (listeners.add(listener), () => listeners.delete(listener)),
    onOpen: () => () => undefined,
    onMenu: () => () => undefined
  }
  window.backlot = bridge as unknown as Bridge
  // jsdom lays nothing out
  window.ResizeObserver ??= class {
    observe() {}
    unobserve() {}
    disconnect() {}
  }
  Element.prototype.scrollTo ??= () => undefined
  return core
}
