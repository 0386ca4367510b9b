/** The columns of two runs beside each other: of each run what its task came to, and what differs. */
import type { ComparedView, FarmBeside } from '../../src-main/api.ts'
import { columnMaker, type Column } from '../../src-main/domain/column.ts'
import { bytesText, durationText } from '../../src-main/domain/durations.ts'
import { findingTitles } from '../../src-main/domain/findings.ts'
import { looks, rankOf } from '../../src-main/domain/status.ts'

/** The two jobs by their numbers, and what is known of a farm's. */
export interface Runs {
  left: number
  right: number
  farm: FarmBeside | null
}

const column = columnMaker<ComparedView>()
const figure = { number: true, downFirst: true } as const

/** What the rehearsal had said of a task, each kind once. */
function saidOf({ warned }: ComparedView, farm: FarmBeside | null): string {
  const kinds = new Set(warned.flatMap((place) => farm?.rehearsal?.findings[place]?.kind ?? []))
  return [...kinds].map((kind) => findingTitles[kind]).join(', ')
}

const ofSide = (side: 'left' | 'right', job: number) => [
  column({
    ...{ key: `${side}-status`, header: `#${job}`, width: '100px', hint: `How it ended in job ${job}` },
    text: (row) => (row[side] ? looks[row[side].status].label : 'not in this job'),
    sort: (row) => (row[side] ? rankOf(row[side].status) : null)
  }),
  column({
    ...{ ...figure, key: `${side}-time`, header: `#${job} time`, width: '68px', hint: `Time in job ${job}` },
    text: (row) => durationText(row[side]?.duration ?? null),
    sort: (row) => row[side]?.duration ?? null
  }),
  column({
    ...{ ...figure, key: `${side}-memory`, header: `#${job} memory`, width: '76px', hint: `Peak memory in job ${job}` },
    text: (row) => (row[side]?.peakMemory == null ? '' : bytesText(row[side].peakMemory)),
    sort: (row) => row[side]?.peakMemory ?? null
  }),
  column({
    ...{ ...figure, key: `${side}-exit`, header: `#${job} exit`, width: '52px', hint: `Exit code in job ${job}` },
    text: (row) => String(row[side]?.exitCode ?? ''),
    sort: (row) => row[side]?.exitCode ?? null
  })
]

export type ComparedColumn = Column<ComparedView>

/** All of them; `absentIn` says which have nothing to say. */
export function comparedColumns({ left, right, farm }: Runs): ComparedColumn[] {
  const [status, ...rest] = ofSide('right', right)
  return [
    column({
      ...{ key: 'task', header: 'Task', width: 'minmax(110px, 1fr)', narrow: 'minmax(100px, 1fr)', fixed: true },
      text: ({ node, batch }) => `${node}${batch === null ? '' : `-${batch}`}`
    }),
    ...ofSide('left', left),
    ...(status ? [status] : []),
    column({
      ...{ key: 'host', header: `#${right} host`, width: '72px', hint: `The machine in job ${right}` },
      text: (row) => row.right?.host ?? ''
    }),
    ...rest,
    column({
      ...{ key: 'said', header: 'The rehearsal said', width: 'minmax(130px, 1fr)', narrow: '120px' },
      text: (row) => saidOf(row, farm)
    }),
    column({
      ...{ key: 'outputs', header: 'Outputs that differ', width: 'minmax(200px, 3fr)', narrow: 'minmax(200px, 2fr)' },
      text: ({ outputs }) =>
        outputs.map((one) => `${one.output}: ${one.left ?? 'nothing'} became ${one.right ?? 'nothing'}`).join('\n'),
      sort: ({ outputs }) => outputs.map(({ output }) => output).join() || null
    })
  ]
}

/** Keys of the columns in which no row of these runs could say anything. */
export function absentIn(rows: readonly ComparedView[], farm: FarmBeside | null): string[] {
  const hasMemory = rows.some((row) => row.left?.peakMemory && row.right?.peakMemory)
  return [
    ...(hasMemory ? [] : ['left-memory', 'right-memory']),
    ...(farm ? [] : ['host']),
    ...(farm?.rehearsal ? [] : ['said'])
  ]
}
