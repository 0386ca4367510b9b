// The built command line on the Node that runs this; a clone builds it first where sources are newer.
'use strict'

const { accessSync, constants, existsSync, mkdirSync } = require('node:fs')
const { enableCompileCache } = require('node:module')
const { homedir } = require('node:os')
const { join } = require('node:path')
const code = require('./code.cjs')

const root = join(__dirname, '..')

/** Builds what has to be built, then runs the command line. */
exports.start = async function start() {
  if (existsSync(join(root, 'src-main')) && !require('../scripts/fresh.cjs').isFresh())
    (await import('../scripts/build.mjs')).build()
  exports.run()
}

/** Runs what is built. */
exports.run = function run() {
  const file = join(root, 'out', 'main', 'cli.cjs')
  process.argv[1] = file
  const cache = [join(root, '.cache'), userCache()].find(isUsable)
  if (!cache) return require(file)
  enableCompileCache(cache)
  code.runKept(file, cache, process.argv[2] ?? '')
}

/**
 * What V8 compiled is kept for the next start: beside the code, where whoever may write may write the code itself, and
 * where it goes with the package; else in a folder of the user's own.
 */
function isUsable(folder) {
  if (folder === null) return false
  try {
    mkdirSync(folder, { recursive: true })
    accessSync(folder, constants.W_OK)
    return true
  } catch {
    return false // an installation of somebody else's
  }
}

/** Null where nobody says where the user's home folder is. */
function userCache() {
  const { XDG_CACHE_HOME, LOCALAPPDATA } = process.env
  if (XDG_CACHE_HOME) return join(XDG_CACHE_HOME, 'backlot', 'code')
  if (process.platform === 'win32' && LOCALAPPDATA) return join(LOCALAPPDATA, 'Backlot', 'Cache', 'code')
  try {
    const caches = process.platform === 'darwin' ? ['Library', 'Caches', 'Backlot'] : ['.cache', 'backlot']
    return join(homedir(), ...caches, 'code')
  } catch {
    return null
  }
}
