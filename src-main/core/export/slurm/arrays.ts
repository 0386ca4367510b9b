/**
 * A node is a job array, or several where it has more tasks than an array may have indices. All of them are cut at the
 * same places, so that index 7 of the third array of a node is the same task as in any other node: its 2008th.
 */
import type { FarmLink, FarmNode, FarmTask } from '../farm.ts'

/**
 * Indices run from 0 to MaxArraySize - 1, and MaxArraySize is 1001 where a farm says nothing else. The number is round:
 * array 2, index 345 is task 2345. Source: slurm.conf(5), MaxArraySize.
 */
export const arraySize = 1000

/** A task's place in its node, which is its batch's number unless batches before it are omitted. */
export const labelOf = (node: FarmNode, task: FarmTask): string => String(task.index - (node.tasks[0]?.index ?? 0))

/** How many tasks each array of a node has. */
export const arraysOf = ({ tasks: { length } }: FarmNode): number[] =>
  Array.from({ length: Math.ceil(length / arraySize) }, (_, i) => Math.min(arraySize, length - i * arraySize))

/**
 * Whether each task waits for the one at its own place in the parent and for no other, which `aftercorr` says of two
 * arrays. Source: sbatch(1), --dependency.
 */
export const corresponds = ({ parent, tasks }: FarmLink): boolean =>
  tasks?.every((own, i) => own.length === 1 && own[0]?.index === parent.tasks[i]?.index) ?? false
