/** The thread that `apart.ts` starts: `workerData` says what to compare, its one message what was found. */
import { parentPort, workerData } from 'node:worker_threads'
import type { PicturesAsked } from './apart.ts'
import { comparePictures } from './measure.ts'

const { pairs, most } = workerData as PicturesAsked
void comparePictures(pairs, most).then((found) => parentPort?.postMessage(found))
