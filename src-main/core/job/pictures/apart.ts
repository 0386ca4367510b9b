/** Pictures are compared in a thread of their own: decoding one takes seconds, in which this one would do nothing else. */
import { Worker } from 'node:worker_threads'
import type { PicturePair, PicturesBeside } from '../../../domain/pictures-beside.ts'
import { fail, ok, type Result } from '../../../domain/result.ts'

export interface PicturesAsked {
  pairs: readonly PicturePair[]
  /** pairs that are read; those of one file are told without */
  most: number
}

let last: Promise<unknown> = Promise.resolve()

/** `file`: worker.ts as it was built. One comparison after another. Errors (`input`): they do not fit into memory. */
export function comparePicturesApart(file: string, asked: PicturesAsked): Promise<Result<PicturesBeside>> {
  const turn = last.then(() => compare(file, asked))
  last = turn.catch(() => null)
  return turn
}

const compare = (file: string, asked: PicturesAsked): Promise<Result<PicturesBeside>> =>
  new Promise((resolve, reject) => {
    const worker = new Worker(file, { workerData: asked })
    worker.once('message', (found: PicturesBeside) => resolve(ok(found)))
    worker.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ERR_WORKER_OUT_OF_MEMORY') resolve(fail('input', tooLarge))
      else reject(error)
    })
    worker.once('exit', (code) => reject(new Error(`the thread that compares pictures ended with ${code}`)))
  })

const tooLarge = 'the pictures are too large to be compared in memory; compare fewer at a time, with --most'
