/** What each build bundles from others, noted in out/.licenses; scripts/build.mjs makes THIRD-PARTY.txt of it. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { randomUUID } from 'node:crypto'
import license, { type Dependency } from 'rollup-plugin-license'
import type { Plugin } from 'vite'

const folder = join(import.meta.dirname, 'out/.licenses')

function note(bundled: Dependency[]): void {
  const facts = bundled.map(({ name, version, license, licenseText }) => ({
    name,
    version,
    license,
    text: licenseText
  }))
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, `${randomUUID()}.json`), JSON.stringify(facts))
}

/** A plugin for Rollup: what Rolldown calls of it, by the names that both have. */
export function noteLicenses(): Plugin {
  const made: unknown = license({ thirdParty: { multipleVersions: true, output: note } })
  if (!isPlugin(made)) throw new Error('rollup-plugin-license made no plugin')
  return made
}

const isPlugin = (made: unknown): made is Plugin =>
  typeof made === 'object' && made !== null && 'name' in made && 'renderChunk' in made && 'generateBundle' in made
