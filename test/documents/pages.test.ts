/**
 * What the pages Start and How to print is so: each block of `sh` that is marked `run` is run with the built command line, in
 * an empty folder a page, in the order of the page. Marks of other blocks:
 *
 *     file=NAME   the block is written to this file before what follows it is run
 *     output      each of its lines is printed by the block of `sh` before it; … stands for the rest of a line, or for lines
 *                 that are left out. Numbers before a unit, moments and the folder's own path may be others.
 *
 * A page's front matter says what it `needs` beside the command line: rooms (strace and bubblewrap), flowpipe, blender.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { flowpipe } from '../helpers/flowpipe.ts'
import { emptyFolder, fencesOf, linesOf, withoutChance, type Fence, type Room } from '../helpers/pages.ts'
import { openjd } from '../helpers/openjd.ts'
import { blender, rooms } from '../helpers/rooms.ts'

const docs = join(import.meta.dirname, '../../docs')
const parts: Readonly<Record<string, () => boolean>> = { rooms, flowpipe, blender, openjd }

const files = ['start', 'how-to'].flatMap((section) =>
  readdirSync(join(docs, section), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => `${section}/${name}`)
)
const examples = '../examples/README.md'
const pages = [...files, examples].map((page) => {
  const text = readFileSync(join(docs, page), 'utf8')
  // GitHub would print front matter
  const said = page === examples ? 'flowpipe' : /^---\n(?:.*\n)*?needs: \[(.*)\]\n(?:.*\n)*?---$/m.exec(text)?.[1]
  return { page, needs: said?.split(/, */) ?? [], fences: fencesOf(text) }
})
const isRun = ({ marks }: Fence) => marks.includes('run')

/** A line of a page, as a pattern: `…` is whatever stands there. */
const pattern = (line: string): RegExp =>
  new RegExp(
    line
      .split('…')
      .map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'))
      .join('.*')
  )

function runBlock({ run }: Room, text: string): string {
  let printed = ''
  for (const { command, code } of linesOf(text)) {
    const done = run(command)
    expect([command, done.code, done.code === code ? '' : done.all]).toEqual([command, code, ''])
    printed += done.all
  }
  return printed
}

function expectPrinted(printed: string, shown: string, dir: string): void {
  const lines = withoutChance(printed, dir).split('\n')
  for (const line of withoutChance(shown, dir)
    .split('\n')
    .filter((one) => one.trim().replace('…', '') !== '')) {
    const found = lines.some((one) => pattern(line.trim()).test(one))
    expect([line, found ? '' : printed.slice(-2500)]).toEqual([line, ''])
  }
}

/** One page, from its first block to its last. */
function follow(fences: readonly Fence[]): void {
  const room = emptyFolder()
  let printed = ''
  for (const { marks, text } of fences) {
    const file = marks.find((mark) => mark.startsWith('file='))?.slice('file='.length)
    if (file !== undefined) {
      mkdirSync(dirname(join(room.dir, file)), { recursive: true })
      writeFileSync(join(room.dir, file), text)
    } else if (marks.includes('run')) printed = runBlock(room, text)
    else if (marks.includes('output')) expectPrinted(printed, text, room.dir)
  }
}

describe.skipIf(process.platform === 'win32')('the commands of the pages run as they are printed', () => {
  for (const { page, fences, needs } of pages.filter((one) => one.fences.some(isRun))) {
    const missing = needs.filter((part) => !parts[part]?.())
    test.skipIf(missing.length > 0)(page, { timeout: 300_000 }, () => follow(fences))
  }
})

test('every page of Start and How to has commands that are run', () => {
  const bare = pages.filter(({ fences }) => !fences.some(isRun))
  expect(bare.map(({ page }) => page)).toEqual([])
})

test('pages need only parts that are known', () => {
  expect(pages.flatMap(({ needs }) => needs).filter((part) => !(part in parts))).toEqual([])
})
