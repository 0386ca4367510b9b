/**
 * Every key of the window, once: the sheet of keys, the hints and what a key does are made of this list. A key means one
 * thing wherever it means something: what holds everywhere is not used again by a pane.
 */
import { timelineKeys } from '../timeline/keys.ts'

/** Where a key holds: everywhere, in a job's views, or while the focus is in that pane. */
export const panes = [
  ['everywhere', 'Everywhere'],
  ['job', 'Jobs and tasks'],
  ['jobs', 'List of jobs'],
  ['table', 'Tasks'],
  ['head', 'Column heads'],
  ['read', 'Tables of files, runs and totals'],
  ['log', 'Log'],
  ['graph', 'Graph'],
  ['timeline', 'Timeline'],
  ['outputs', 'Outputs']
] as const
export type Pane = (typeof panes)[number][0]

export interface Binding {
  /** as `chordOf` writes it */
  keys: readonly string[]
  pane: Pane
  label: string
  /** what it does; null: the pane itself takes it */
  action: ActionName | null
}

/** What a key or the palette can start. Whoever is on the page and can do it says so: keys/actions.svelte.ts */
export const actionNames = [
  ...(['palette', 'open', 'settings', 'sheet', 'undo', 'sidebar', 'next-pane', 'previous-pane', 'find'] as const),
  ...(['tab-1', 'tab-2', 'tab-3', 'tab-4', 'tab-5', 'tab-6'] as const),
  ...(['next-row', 'previous-row', 'next-failure', 'previous-failure'] as const),
  ...(['retry', 'downstream', 'omit', 'export', 'log', 'log-whole'] as const)
] as const
export type ActionName = (typeof actionNames)[number]

const binding = (pane: Pane, keys: string | readonly string[], label: string, action: ActionName | null): Binding => ({
  ...{ pane, label, action },
  keys: typeof keys === 'string' ? [keys] : keys
})

/** What the timeline takes, one line for each thing that it does; failures have their keys in every view. */
function ofTimeline(): Binding[] {
  const own = timelineKeys.filter(({ key, action }) => key !== '=' && !action.includes('failure'))
  return [...Map.groupBy(own, ({ action }) => action).values()].map((list) =>
    binding(
      'timeline',
      list.map(({ key, shift }) => chordOf({ key, shiftKey: shift, ctrlKey: false, metaKey: false, altKey: false })),
      list[0]?.says ?? '',
      null
    )
  )
}

export const bindings: readonly Binding[] = [
  binding('everywhere', 'Ctrl+K', 'Go to anything', 'palette'),
  binding('everywhere', 'Ctrl+O', 'Open a graph', 'open'),
  binding('everywhere', 'Ctrl+,', 'Settings', 'settings'),
  binding('everywhere', 'Ctrl+Z', 'Undo', 'undo'),
  binding('everywhere', 'Ctrl+B', 'Sidebar', 'sidebar'),
  binding('everywhere', 'F6', 'Next pane', 'next-pane'),
  binding('everywhere', 'Shift+F6', 'Pane before', 'previous-pane'),
  binding('everywhere', '/', 'Find in this view', 'find'),
  binding('everywhere', '?', 'All keys', 'sheet'),
  ...([1, 2, 3, 4, 5, 6] as const).map((n) => binding('job', String(n), `View ${n} of the job`, `tab-${n}`)),
  binding('job', 'J', 'Next row', 'next-row'),
  binding('job', 'K', 'Row before', 'previous-row'),
  binding('job', 'N', 'Next failure', 'next-failure'),
  binding('job', 'Shift+N', 'Failure before', 'previous-failure'),
  binding('job', 'R', 'Retry', 'retry'),
  binding('job', 'Shift+R', 'Retry with downstream', 'downstream'),
  binding('job', 'O', 'Omit', 'omit'),
  binding('job', 'E', 'Export', 'export'),
  binding('job', 'L', 'Log: open, close', 'log'),
  binding('job', 'Shift+L', 'Log: whole window', 'log-whole'),
  binding('jobs', ['ArrowUp', 'ArrowDown'], 'Job before, next', null),
  binding('jobs', ['Shift+ArrowUp', 'Shift+ArrowDown'], 'Select more', null),
  binding('jobs', 'Enter', 'Open', null),
  binding('jobs', ['ArrowLeft', 'ArrowRight'], 'Close, open a day, in All jobs', null),
  binding('jobs', 'Space', 'Select one more, one less', null),
  binding('jobs', 'Delete', 'Delete', null),
  binding('table', ['ArrowUp', 'ArrowDown'], 'Row before, next', null),
  binding('table', ['ArrowLeft', 'ArrowRight'], 'Close, open a group', null),
  binding('table', ['Shift+ArrowUp', 'Shift+ArrowDown'], 'Select more', null),
  binding('table', 'Ctrl+A', 'Select all', null),
  binding('table', 'Shift+F10', 'Menu of what is selected', null),
  binding('table', 'Escape', 'Select one row alone', null),
  binding('head', 'ArrowUp', 'To the heads, from the first row', null),
  binding('head', ['ArrowLeft', 'ArrowRight'], 'Column before, next', null),
  binding('head', ['Shift+ArrowLeft', 'Shift+ArrowRight'], 'Narrower, wider', null),
  binding('head', ['Ctrl+ArrowLeft', 'Ctrl+ArrowRight'], 'Move the column', null),
  binding('head', 'Enter', 'Sort', null),
  binding('head', 'Shift+F10', 'Menu of the column', null),
  binding('head', ['ArrowDown', 'Escape'], 'Back to the rows', null),
  binding('read', ['ArrowUp', 'ArrowDown'], 'Row before, next', null),
  binding('read', ['ArrowLeft', 'ArrowRight'], 'What can be pressed in the row', null),
  binding('read', 'Enter', 'Press the first of it', null),
  binding('log', 'Ctrl+F', 'Find', null),
  binding('log', 'Ctrl+G', 'Jump to a time', null),
  binding('log', ['F3', 'Shift+F3'], 'Next hit, hit before', null),
  binding('log', ['Home', 'End'], 'Start, end', null),
  binding('log', 'Ctrl+A', 'Select all lines', null),
  binding('graph', ['ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight'], 'Along the edges', null),
  binding('graph', 'Enter', 'About the node; open a layer', null),
  binding('graph', 'Shift+F10', 'Menu of the node', null),
  binding('graph', 'F', 'Fit', null),
  binding('graph', 'Escape', 'Close what is said of the node', null),
  ...ofTimeline(),
  binding('outputs', ['ArrowLeft', 'ArrowRight'], 'Frame before, next', null),
  binding('outputs', ['Shift+ArrowLeft', 'Shift+ArrowRight'], 'Missing frame before, next', null),
  binding('outputs', ['Home', 'End'], 'First, last frame', null),
  binding('outputs', 'C', 'Compare with another run', null),
  binding('outputs', 'Space', 'Play', null),
  binding('outputs', 'F', 'Full window', null)
]

/** What it takes of a keyboard event. */
export interface Press {
  key: string
  shiftKey: boolean
  ctrlKey: boolean
  metaKey: boolean
  altKey: boolean
}

/** A key as the list writes it: `Ctrl+K`, `Shift+N`, `?`. Cmd counts as Ctrl; Shift that only makes a sign is left out. */
export function chordOf({ key, shiftKey, ctrlKey, metaKey, altKey }: Press): string {
  const name = key === ' ' ? 'Space' : key.length === 1 ? key.toUpperCase() : key
  const shift = shiftKey && (name.length > 1 || /\p{L}/u.test(name))
  return [ctrlKey || metaKey ? 'Ctrl' : '', altKey ? 'Alt' : '', shift ? 'Shift' : '', name].filter(Boolean).join('+')
}

/** Keys that hold while a text is typed. */
const holdsInFields = (chord: string): boolean => /^(Ctrl\+|(Shift\+)?F\d)/.test(chord) && chord !== 'Ctrl+Z'

export interface Where {
  /** a job is shown */
  inJob: boolean
  /** the focus is in a field that takes text */
  inField: boolean
}

/** What a press starts; null: nothing, or something that its pane does itself. */
export function actionOf(chord: string, { inJob, inField }: Where): ActionName | null {
  if (inField && !holdsInFields(chord)) return null
  const found = bindings.find(({ keys, pane }) => keys.includes(chord) && (pane === 'everywhere' || pane === 'job'))
  return found && (found.pane === 'everywhere' || inJob) ? found.action : null
}

/** The keys of an action, for hints. */
export const keysOf = (action: ActionName): readonly string[] =>
  bindings.find((one) => one.action === action)?.keys ?? []

/** Presses that mean two things at one place: in the same pane, or in a pane and wherever a job is shown. */
export function clashes(list: readonly Binding[]): string[] {
  const wide = (pane: Pane) => pane === 'everywhere' || pane === 'job'
  return list.flatMap((one, i) =>
    list
      .slice(i + 1)
      .filter((two) => one.pane === two.pane || wide(one.pane) || wide(two.pane))
      .flatMap((two) =>
        one.keys.filter((key) => two.keys.includes(key)).map((key) => `${key}: ${one.label} · ${two.label}`)
      )
  )
}

const signs: Readonly<Record<string, string>> = { ArrowUp: '↑', ArrowDown: '↓', ArrowLeft: '←', ArrowRight: '→' }

/** A chord's keys as they are printed on caps. */
export const capsOf = (chord: string): string[] => chord.split(/\+(?!$)/).map((key) => signs[key] ?? key)
