/** What jobs, nodes and tasks are called where a farm shows a name and nothing hangs on it. */
import { rangeText } from '../../domain/frames.ts'
import type { FarmTask } from './farm.ts'

/** One line, no halves of characters, no space at its ends, never empty. */
export const oneLine = (text: string, otherwise: string): string =>
  text
    .toWellFormed()
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .trim() || otherwise

/** The longest range that a title shows. */
const maxRange = 60

/** A batch's frames as they are printed, cut where they are many; empty for a whole node. */
export function shortRange({ frames }: Pick<FarmTask, 'frames'>): string {
  const range = frames ? rangeText(frames) : ''
  return range.length > maxRange ? `${range.slice(0, maxRange)}…` : range
}
