/** What a shell of this user begins with, as far as the system tells. */
import { readFileSync } from 'node:fs'
import { userInfo } from 'node:os'
import type { Variables } from '../../../domain/environment.ts'

/**
 * The environment that a new shell inherits: that of the first process there was, or of the first of ours above this one.
 * What was exported since is not in it. Null where no system tells (no /proc).
 */
export function startingVariables(): Variables | null {
  const above = ancestors()
  const found = [1, ...above.toReversed()].map(environOf).find((one) => one !== null)
  return found ? { ...ofTheUser(), ...found } : null
}

/** Processes above this one, the nearest first. */
function ancestors(): number[] {
  const found: number[] = []
  for (let pid = process.ppid; pid > 1 && !found.includes(pid); pid = parentOf(pid)) found.push(pid)
  return found
}

function parentOf(pid: number): number {
  const [, parent = '0'] = /^PPid:\s*(\d+)$/m.exec(textOf(`/proc/${pid}/status`)) ?? []
  return Number(parent)
}

function environOf(pid: number): Variables | null {
  const entries = textOf(`/proc/${pid}/environ`).split('\0').filter(Boolean)
  if (entries.length === 0) return null
  return Object.fromEntries(entries.map((entry) => [entry.replace(/=.*$/s, ''), entry.replace(/^[^=]*=/, '')]))
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return '' // no /proc, another user's, or it has just ended
  }
}

/** What logging in sets, whatever comes before it. */
function ofTheUser(): Variables {
  try {
    const { username, homedir, shell } = userInfo()
    return { USER: username, HOME: homedir, SHELL: shell ?? undefined }
  } catch {
    return {} // a user without an entry in the system's list
  }
}
