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

/** A plugin for Rollup, whose hooks' types are not Rolldown's: the two that it has are called by both in the same way. */
export const noteLicenses = (): Plugin => license({ thirdParty: { multipleVersions: true, output: note } }) as Plugin
