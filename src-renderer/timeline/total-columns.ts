/** The columns of the totals of a marked stretch of time. */
import { countText } from '../../src-main/domain/counts.ts'
import { columnMaker, type Column } from '../../src-main/domain/column.ts'
import { durationText } from '../../src-main/domain/durations.ts'
import type { Total } from './totals.ts'

const column = columnMaker<Total>()
const figure = { number: true, downFirst: true } as const

const all = [
  column({
    ...{ key: 'node', header: 'Node', width: 'minmax(140px, 2fr)', narrow: 'minmax(96px, 2fr)', fixed: true },
    text: ({ node }) => node
  }),
  column({
    ...{ ...figure, key: 'tasks', header: 'Tasks', width: '72px', hint: 'Tasks with an attempt in it' },
    text: ({ tasks }) => countText(tasks),
    sort: ({ tasks }) => tasks
  }),
  column({
    ...{ ...figure, key: 'sum', header: 'Sum', width: '88px', hint: 'Time of their attempts within it' },
    text: ({ sum }) => durationText(sum),
    sort: ({ sum }) => sum
  }),
  column({
    ...{ ...figure, key: 'mean', header: 'Mean', width: '88px', from: 600, hint: 'Of whole attempts' },
    text: ({ mean }) => durationText(mean),
    sort: ({ mean }) => mean
  }),
  column({
    ...{ ...figure, key: 'longest', header: 'Longest', width: '88px', from: 600, hint: 'The longest attempt' },
    text: ({ longest }) => durationText(longest),
    sort: ({ longest }) => longest
  }),
  column({
    ...{ ...figure, key: 'failed', header: 'Failed', width: '64px' },
    text: ({ failed }) => (failed === 0 ? '' : countText(failed)),
    sort: ({ failed }) => failed
  }),
  column({
    ...{ key: 'share', header: 'Share of the time', width: 'minmax(152px, 1fr)', from: 760, downFirst: true },
    text: ({ share }) => `${Math.round(share * 100)} %`,
    sort: ({ share }) => share
  })
] as const

export type TotalColumn = Column<Total> & { key: (typeof all)[number]['key'] }
export const totalColumns: readonly TotalColumn[] = all
