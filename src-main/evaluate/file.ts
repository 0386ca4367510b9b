import { closeSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs'

/** A byte order mark is no part of a JSON text. */
export const readText = (path: string) => readFileSync(path, 'utf8').replace(/^\ufeff/, '')

/** Writes the whole file or nothing: a temporary file of the same folder takes its place. */
export function writeFile(path: string, text: string): void {
  const temporary = `${path}.${process.pid}.tmp`
  try {
    const file = openSync(temporary, 'w')
    const bytes = Buffer.from(text)
    for (let at = 0; at < bytes.length;) at += writeSync(file, bytes, at)
    fsyncSync(file)
    closeSync(file)
    renameSync(temporary, path)
  } finally {
    rmSync(temporary, { force: true })
  }
}
