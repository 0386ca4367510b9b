// Whether what is built is newer than its sources. Every command of a clone asks, so it makes no detours, and is no ES module:
// to load the first one takes Node as long as all of this.
'use strict'

const { readdirSync, statSync } = require('node:fs')
const { join } = require('node:path')

const root = join(__dirname, '..')

/** What a build writes. */
const made = [
  ...['main/cli.cjs', 'main/pictures.cjs', 'main/logs.cjs', 'main/author.js', 'main/evaluate.js'],
  ...['types/author.d.ts', 'renderer/index.html', 'THIRD-PARTY.txt']
].map((file) => join(root, 'out', file))

/** Of what is compiled to WebAssembly. */
const ownLicenses = ['tools/libdpx/LICENSES.txt', 'tools/openexr/LICENSES.txt']

/** What it is made of beside the sources. */
const files = [
  ...['electron.vite.config.ts', 'alone.vite.config.ts', 'licenses.vite.ts', 'types.rolldown.config.mjs'],
  ...['package.json', ...ownLicenses]
].map((file) => join(root, file))

/** @param {string} path */
const written = (path) => statSync(path).mtimeMs

/**
 * When the newest file below was written, ms since 1970.
 * @param {string} folder
 * @returns {number}
 */
const newestIn = (folder) =>
  Math.max(
    ...readdirSync(folder, { withFileTypes: true }).map((entry) => {
      const path = `${folder}/${entry.name}`
      return entry.isDirectory() ? newestIn(path) : written(path)
    })
  )

const oldestMade = () =>
  Math.min(...made.map((file) => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? -Infinity))

const isFresh = () =>
  oldestMade() >=
  Math.max(...files.map(written), ...['src-main', 'src-renderer'].map((dir) => newestIn(join(root, dir))))

module.exports = { root, ownLicenses, isFresh }
