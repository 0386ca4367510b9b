/** The columns of a rehearsal's ledger: of the job's files, of all that touched one of them, and of one task's. */
import { columnMaker, type Column } from '../../src-main/domain/column.ts'
import { findingTitles, someOf } from '../../src-main/domain/findings.ts'
import { accessLabels, type AccessMark, type Finding, type LedgerEntry } from '../../src-main/domain/rehearsal.ts'
import type { Touched } from './by-path.ts'

/** A file, address or variable, with the worst finding that names it. */
export interface TouchedRow extends Touched {
  finding: Finding | undefined
}

/** What was neither written nor read was looked at, not found, asked for … */
function othersText({ wrote, read, other, entries }: Touched): string {
  if (wrote.length > 0 || read.length > 0) return ''
  return `${someOf(other, 1)} ${[...new Set(entries.map(({ how }) => accessLabels[how]))].join(', ')} it`
}

const ofPath = columnMaker<TouchedRow>()

const paths = [
  ofPath({
    ...{ key: 'what', header: 'File', width: 'minmax(160px, 3fr)', narrow: 'minmax(96px, 2fr)', fixed: true },
    hint: 'File, address or variable',
    text: ({ what }) => what
  }),
  ofPath({
    ...{ key: 'wrote', header: 'Written by', width: 'minmax(72px, 1fr)', narrow: 'minmax(60px, 1fr)' },
    text: ({ wrote }) => someOf(wrote, 1)
  }),
  ofPath({
    ...{ key: 'read', header: 'Read by', width: 'minmax(72px, 1fr)', narrow: 'minmax(60px, 1fr)' },
    hint: 'Who read it; of what nobody read or wrote, who did what with it',
    text: (row) => othersText(row) || someOf(row.read, 1)
  }),
  ofPath({
    ...{ key: 'finding', header: 'Finding', width: 'minmax(110px, 1fr)', narrow: 'minmax(32px, 1fr)' },
    text: ({ finding }) => (finding ? findingTitles[finding.kind] : '')
  })
] as const

export type PathColumn = Column<TouchedRow> & { key: (typeof paths)[number]['key'] }
export const pathColumns: readonly PathColumn[] = paths

const words: Readonly<Record<AccessMark, string>> = {
  append: 'to append',
  update: 'to read and write',
  locked: 'under a lock',
  refused: 'refused'
}

const ofTouch = columnMaker<LedgerEntry>()

/** what a task did with a file, address or variable */
const did = ofTouch({
  ...{ key: 'did', header: 'What it did', width: 'minmax(100px, 1fr)' },
  text: ({ how, marks, own }) =>
    `${[accessLabels[how], ...(marks ?? []).map((mark) => words[mark])].join(', ')}${own ? '' : ' while loading'}`
})

const touches = [
  ofTouch({
    ...{ key: 'task', header: 'Task', width: 'minmax(100px, 1fr)', fixed: true },
    text: ({ task }) => task
  }),
  did,
  ofTouch({
    ...{ key: 'as', header: 'As', width: 'minmax(80px, 3fr)' },
    hint: 'What it called the file',
    text: ({ as, what }) => as ?? what
  })
] as const

export type TouchColumn = Column<LedgerEntry> & { key: (typeof touches)[number]['key'] }
export const touchColumns: readonly TouchColumn[] = touches

const own = [
  ofTouch({
    ...{ key: 'what', header: 'File', width: 'minmax(160px, 5fr)', narrow: 'minmax(120px, 2fr)', fixed: true },
    hint: 'File, address or variable',
    text: ({ what }) => what
  }),
  did
] as const

export type OwnColumn = Column<LedgerEntry> & { key: (typeof own)[number]['key'] }
export const ownColumns: readonly OwnColumn[] = own
