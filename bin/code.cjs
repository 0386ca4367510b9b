// Runs a file of CommonJS with what V8 has compiled of it before.
//
// Node's own module.enableCompileCache keeps what is compiled when a file is loaded: of one that holds a whole program
// that is little more than its outermost functions. Here what a command had compiled when it ended is kept for its next
// start (docs/adr/0026-code-kept-by-command.md).
'use strict'

const { readFileSync, renameSync, rmSync, writeFileSync } = require('node:fs')
const { createRequire } = require('node:module')
const { dirname, join } = require('node:path')
const { cachedDataVersionTag } = require('node:v8')
const { constants, Script } = require('node:vm')
const { crc32 } = require('node:zlib')

/** V8 reads code from where memory is aligned. */
const alignment = 64
/** The first runs of a command add what they needed: one may have been told to do little. */
const learning = 3

/**
 * @param {string} file in ASCII
 * @param {string} folder where code is kept
 * @param {string} command the word behind `backlot`
 */
exports.runKept = function (file, folder, command) {
  // Node 22.0 and 22.1
  if (!crc32) return createRequire(file)(file)
  const source = readFileSync(file, 'latin1')
  // of V8's version, its flags and the processor; where the flags are others at the end, the code is not for the next start
  const tag = cachedDataVersionTag()
  const place = join(folder, `backlot-${tag}-${command}.code`)
  const made = crc32(source)
  const kept = keptIn(place, made)
  const script = new Script(`(function (exports, require, module, __filename, __dirname) {${source}\n})`, {
    filename: file,
    cachedData: kept?.code,
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER
  })
  const runs = script.cachedDataRejected === false ? kept.runs : 0
  if (/^[a-z-]+$/.test(command) && runs < learning)
    process.once('exit', (status) => {
      // with 2 a word that is no command ends
      if (status > 1 || cachedDataVersionTag() !== tag) return
      keep(place, { made, runs: runs + 1, code: script.createCachedData() })
    })
  const module = { exports: {} }
  script.runInThisContext()(module.exports, createRequire(file), module, file, dirname(file))
}

/** Null where nothing is kept, or of another build, or half of it by a power cut. */
function keptIn(place, made) {
  try {
    const bytes = readFileSync(place)
    const length = bytes.readUInt32LE(0)
    const told = JSON.parse(bytes.toString('utf8', 4, 4 + length))
    const code = bytes.subarray(startOf(length))
    return told.made === made && told.crc === crc32(code) ? { runs: told.runs, code } : null
  } catch {
    return null // it is made anew
  }
}

function keep(place, { made, runs, code }) {
  const told = Buffer.from(JSON.stringify({ made, runs, crc: crc32(code) }))
  const head = Buffer.alloc(startOf(told.length))
  head.writeUInt32LE(told.length, 0)
  told.copy(head, 4)
  const own = `${place}.${process.pid}`
  try {
    writeFileSync(own, Buffer.concat([head, code]), { mode: 0o600, flag: 'wx' })
    renameSync(own, place)
  } catch {
    rmSync(own, { force: true }) // a full disk: the next start is as slow as this one
  }
}

const startOf = (length) => Math.ceil((4 + length) / alignment) * alignment
