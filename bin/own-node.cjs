// The Node that a clone brings where the machine's own is too old for Backlot. `npm ci` calls this file when it is done
// (package.json: the script "dependencies", which npm runs in a clone alone): it installs one of npm's packages of Node, for the platforms that there are such packages of,
// and puts it first on the PATH of npm's scripts. Where the machine's Node will do, nothing is brought. Node 6 reads it.
'use strict'

const spawnSync = require('child_process').spawnSync
const fs = require('fs')
const path = require('path')
const oldest = require('./oldest.cjs')

const isWindows = process.platform === 'win32'
const program = isWindows ? 'node.exe' : 'node'
/** Its own lock file says which; a package of Backlot has no such folder. */
const folder = path.join(__dirname, '../tools/node')
const bin = path.join(__dirname, '../node_modules/.bin')

/** Its path; null where there is none. */
function ownNode() {
  const packages = path.join(folder, 'node_modules')
  if (!fs.existsSync(packages)) return null
  const found = fs
    .readdirSync(packages)
    .map((name) => path.join(packages, name, 'bin', program))
    .filter((file) => fs.existsSync(file))
  return found[0] || null
}

/** Tells npm's scripts to run on it. */
function putFirst(own) {
  const place = path.join(bin, program)
  if (!fs.existsSync(bin)) fs.mkdirSync(bin)
  removeLink(place)
  if (isWindows) fs.linkSync(own, place)
  else fs.symlinkSync(path.relative(bin, own), place)
}

/** One of an earlier time may lead nowhere. */
function removeLink(place) {
  try {
    fs.unlinkSync(place)
  } catch (error) {
    if (error.code !== 'ENOENT') throw error
  }
}

function prepare() {
  if (oldest.isNewEnough(process.versions.node)) return
  if (ownNode() === null) {
    const npm = [
      process.env.npm_execpath || '',
      'ci',
      '--include=optional',
      '--no-audit',
      '--no-fund',
      '--ignore-scripts'
    ]
    spawnSync(process.execPath, npm, { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] })
  }
  const own = ownNode()
  if (own !== null) putFirst(own)
  else
    process.stderr.write(
      'backlot needs Node ' +
        oldest.named +
        '; this is ' +
        process.version +
        ', and npm has none for ' +
        process.platform +
        '-' +
        process.arch +
        ': install a newer one\n'
    )
}

exports.ownNode = ownNode
if (require.main === module) prepare()
