/** A ledger as it is kept: a row per access in short form, compressed. Tens of thousands of them are read at once. */
import { deflateRawSync, inflateRawSync } from 'node:zlib'
import { at } from '../../domain/at.ts'
import { accessKinds, accessMarks, type Access } from '../../domain/rehearsal.ts'

/** how (index), what, 1 where it is the node's own work, as (where it differs), marks (indices) */
type Row = [how: number, what: string, own: 0 | 1, as?: string | 0, marks?: number[]]

const rowOf = ({ how, what, own, as, marks }: Access): Row => {
  const row: Row = [accessKinds.indexOf(how), what, own ? 1 : 0]
  if (as !== undefined || marks?.length) row.push(as ?? 0)
  if (marks?.length) row.push(marks.map((mark) => accessMarks.indexOf(mark)))
  return row
}

const accessOf = ([how, what, own, as, marks]: Row): Access => ({
  how: at(accessKinds, how),
  what,
  own: own === 1,
  ...(as ? { as } : {}),
  ...(marks ? { marks: marks.map((mark) => at(accessMarks, mark)) } : {})
})

export const packLedger = (accesses: readonly Access[]): Buffer =>
  deflateRawSync(JSON.stringify(accesses.map(rowOf)), { level: 1 })

/** What `packLedger` packed. */
export const unpackLedger = (packed: Buffer): Access[] =>
  (JSON.parse(inflateRawSync(packed).toString('utf8')) as Row[]).map(accessOf)
