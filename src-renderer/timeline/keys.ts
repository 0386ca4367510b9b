/** The keys of the timeline, Perfetto's where it has one. A table, so that a test can hold it against other panes' keys. */
export const timelineActions = [
  ...(['zoom-in', 'zoom-out', 'pan-left', 'pan-right'] as const),
  ...(['previous', 'next', 'lane-above', 'lane-below', 'first', 'last'] as const),
  ...(['fit-selection', 'fit-all', 'mark', 'clear', 'show-log'] as const),
  ...(['next-failure', 'failure-before'] as const)
] as const
export type TimelineAction = (typeof timelineActions)[number]

export interface TimelineKey {
  /** `KeyboardEvent.key`; of a letter the small one */
  key: string
  shift: boolean
  action: TimelineAction
  says: string
}

const key = (name: string, action: TimelineAction, says: string, shift = false): TimelineKey => ({
  ...{ key: name, shift, action, says }
})

export const timelineKeys: readonly TimelineKey[] = [
  key('w', 'zoom-in', 'Zoom in'),
  key('+', 'zoom-in', 'Zoom in'),
  key('=', 'zoom-in', 'Zoom in'),
  key('s', 'zoom-out', 'Zoom out'),
  key('-', 'zoom-out', 'Zoom out'),
  key('a', 'pan-left', 'Move left'),
  key('ArrowLeft', 'pan-left', 'Move left', true),
  key('d', 'pan-right', 'Move right'),
  key('ArrowRight', 'pan-right', 'Move right', true),
  key('ArrowLeft', 'previous', 'Task before'),
  key('ArrowRight', 'next', 'Task behind'),
  key('ArrowUp', 'lane-above', 'Row above'),
  key('ArrowDown', 'lane-below', 'Row below'),
  key('Home', 'first', 'First task'),
  key('End', 'last', 'Last task'),
  key('f', 'fit-selection', 'Fit the selection'),
  key('0', 'fit-all', 'Fit the whole job'),
  key('m', 'mark', 'Mark the time of the selected task'),
  key('Escape', 'clear', 'Clear the marked time'),
  key('n', 'next-failure', 'Next failure'),
  key('n', 'failure-before', 'Failure before', true),
  key('Enter', 'show-log', 'Show the log')
]

/** What a key does here; null: nothing. */
export const actionOf = (pressed: string, shift: boolean): TimelineAction | null => {
  const name = pressed.length === 1 ? pressed.toLowerCase() : pressed
  const found = timelineKeys.find((one) => one.key === name && (one.shift === shift || name === '+'))
  return found?.action ?? null
}
