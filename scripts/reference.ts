/**
 * Writes what the documents say of the program, from the program itself: its commands as commander has them, its shapes,
 * its tables.
 *
 *     node scripts/reference.ts           the pages of docs/reference
 *     node scripts/reference.ts man       the manual page, out/man/backlot.1
 *
 * The pages are made whenever the site is built and are not committed: so they cannot fall behind the program, no change of
 * an option touches two files, and branches that add options do not meet in a page. Whoever has no site has `--help`, the
 * manual page and `backlot schema`, which come from the same places.
 */
import { mkdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { wholeProgram } from '../src-main/cli.ts'
import { packageRoot, versionOf } from '../src-main/paths.ts'
import { commandPages, type Page } from './reference/commands.ts'
import { factsOf } from './reference/describe.ts'
import { manPage } from './reference/man.ts'
import { otherPages } from './reference/pages.ts'

/** All pages of the reference. */
export const referencePages = async (): Promise<Page[]> => [
  ...commandPages(factsOf(await wholeProgram())),
  ...otherPages()
]

/** backlot(1); its date is that of the version’s package.json. */
export async function manText(root = packageRoot()): Promise<string> {
  const date = statSync(join(root, 'package.json')).mtime.toISOString().slice(0, 10)
  return manPage(factsOf(await wholeProgram()), versionOf(root), date)
}

function put(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(`${path}.part`, text)
  renameSync(`${path}.part`, path)
}

if (process.argv[1] === import.meta.filename) {
  const root = packageRoot()
  if (process.argv[2] === 'man') put(join(root, 'out/man/backlot.1'), await manText())
  else {
    const folder = join(root, 'docs/reference')
    rmSync(folder, { recursive: true, force: true })
    for (const { path, text } of await referencePages()) put(join(folder, path), text)
  }
}
