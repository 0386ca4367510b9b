/**
 * A node is a job array, or several where it has more tasks than an array may have indices. All of them are cut at the
 * same places, so that index 7 of the third array of a node is the same task as in any other node: its 2008th.
 */
import { placeOf, type FarmNode, type FarmTask } from '../farm.ts'

/**
 * Indices run from 0 to MaxArraySize - 1, and MaxArraySize is 1001 where a farm says nothing else. The number is round:
 * array 2, index 345 is task 2345. Source: slurm.conf(5), MaxArraySize.
 */
export const arraySize = 1000

export const labelOf = (node: FarmNode, task: FarmTask): string => String(placeOf(node, task))

/** How many tasks each array of a node has. */
export const arraysOf = ({ tasks: { length } }: FarmNode): number[] =>
  Array.from({ length: Math.ceil(length / arraySize) }, (_, i) => Math.min(arraySize, length - i * arraySize))
