/**
 * Scripts whose first line does not say what runs them. The system starts none; a shell, Node and `env` hand them to sh,
 * other starters (Python, strace, a farm's) do not, and an empty one even ends well. So none is started, whoever starts it.
 */
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs'
import { codeOf } from './process.ts'

const looked = 256

/** The first bytes of a file; null: it may not be read, or is none. */
export function headOf(path: string): Buffer | null {
  try {
    // a pipe does not keep us waiting
    const file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
    try {
      if (!fstatSync(file).isFile()) return null
      const head = Buffer.alloc(looked)
      return head.subarray(0, readSync(file, head))
    } finally {
      closeSync(file)
    }
  } catch (error) {
    if (codeOf(error) === undefined) throw error
    return null
  }
}

/** Why nothing runs this file, and how to mend it; null: its first bytes name what does, or it is no text. */
export function noFirstLine(path: string): string | null {
  if (process.platform === 'win32') return null
  const head = headOf(path)
  if (!head) return null
  if (head.length === 0) return `${path} is empty`
  const begin = head.toString('latin1', 0, 2)
  // MZ: a program of Windows, which a system with wine may start
  if (begin === '#!' || begin === 'MZ' || head.includes(0)) return null
  return `${path} does not say what runs it: write #!/bin/sh, or the like, as its first line, or begin the command with that program`
}
