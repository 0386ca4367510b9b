/** The columns of one table as the user has arranged them, kept for ever. */
import type { ColumnHead } from '../../src-main/domain/column.ts'
import { keep, recall } from '../state/kept.ts'
import {
  columnsFor,
  isShown,
  movedTo,
  ordered,
  readArrangement,
  resized,
  toggledColumn,
  tracksFor,
  unsized,
  usualArrangement,
  windowColumns,
  type Arrangement,
  type Room
} from './arrange.ts'

export class ArrangedColumns<C extends ColumnHead> {
  private readonly all: readonly C[]
  private readonly place: string
  private readonly absent: readonly string[]
  private arrangement = $state.raw<Arrangement>(usualArrangement)

  /** `place`: where they are kept; `absent`: keys of those that are neither shown nor offered just now. */
  constructor(place: string, columns: readonly C[], absent: readonly string[] = []) {
    this.all = windowColumns(columns)
    this.absent = absent
    this.place = place
    this.arrangement = recall(place, (text) => readArrangement(this.all, text), usualArrangement)
  }

  private set(arrangement: Arrangement): void {
    this.arrangement = arrangement
    keep(this.place, JSON.stringify(arrangement))
  }

  /** Those to show, in their order. */
  shownIn(room: Room): C[] {
    return columnsFor(this.all, this.arrangement, room).filter(({ key }) => !this.absent.includes(key))
  }

  /** Of a CSS grid. `width`: px that the table has. */
  tracks(shown: readonly ColumnHead[], width: number): string {
    return tracksFor(shown, this.arrangement, width)
  }

  /** All that can be shown or hidden, in their order. */
  get choices(): { column: C; shown: boolean }[] {
    return ordered(this.all, this.arrangement)
      .filter(({ key, fixed }) => !fixed && !this.absent.includes(key))
      .map((column) => ({ column, shown: isShown(this.arrangement, column) }))
  }

  isSized(key: string): boolean {
    return this.arrangement.widths[key] !== undefined
  }

  resize(key: string, px: number): void {
    this.set(resized(this.arrangement, key, px))
  }

  unsize(key: string): void {
    this.set(unsized(this.arrangement, key))
  }

  /** To the place of another one of those that the user sees. */
  move(key: string, place: string, shown: readonly ColumnHead[]): void {
    const keys = shown.map((column) => column.key)
    this.set(movedTo(this.all, this.arrangement, keys, { key, place }))
  }

  /** One place to the left (-1) or right among those that the user sees. */
  step(key: string, by: 1 | -1, shown: readonly ColumnHead[]): void {
    const place = shown[shown.findIndex((column) => column.key === key) + by]
    if (place) this.move(key, place.key, shown)
  }

  toggle(column: ColumnHead): void {
    this.set(toggledColumn(this.arrangement, column))
  }

  reset(): void {
    this.set(usualArrangement)
  }
}
