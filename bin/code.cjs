// Runs a file of CommonJS with what V8 has compiled of it before.
//
// Node's own module.enableCompileCache keeps what is compiled when a file is loaded: of one that holds a whole program
// that is little more than its outermost functions. Here what a command had compiled when it ended is kept for its next
// start (docs/adr/0026-code-kept-by-command.md).
'use strict'

const { closeSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeSync } = require('node:fs')
const { createRequire } = require('node:module')
const { dirname, join } = require('node:path')
const { constants, Script } = require('node:vm')

/** V8 reads code from where memory is aligned. */
const alignment = 64
/** The first runs of a command add what they needed: one may have been told to do little. */
const learning = 3
/** The first line of what is built: a checksum of the rest (alone.vite.config.ts). To make one here takes 6 ms. */
const stamp = /^\/\/ build [\da-f]+\n/

/**
 * @param {string} file in ASCII; without a stamp nothing is kept of it
 * @param {string} folder where code is kept
 * @param {string} command the word behind `backlot`
 */
exports.runKept = function (file, folder, command) {
  const source = readFileSync(file, 'latin1')
  const [build] = stamp.exec(source) ?? []
  const place = join(folder, `backlot-${engine()}-${command}.code`)
  const kept = build === undefined ? null : keptIn(place, build)
  const script = new Script(`(function (exports, require, module, __filename, __dirname) {${source}\n})`, {
    filename: file,
    cachedData: kept?.code,
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER
  })
  const runs = script.cachedDataRejected === false ? kept.runs : 0
  if (build !== undefined && /^[a-z-]+$/.test(command) && runs < learning) {
    // node:v8 takes a millisecond to load, which later starts save
    const { cachedDataVersionTag } = require('node:v8')
    const tag = cachedDataVersionTag()
    process.once('exit', (status) => {
      // with 2 a word that is no command ends; with flags that were set meanwhile the code is not for the next start
      if (status > 1 || cachedDataVersionTag() !== tag) return
      keep(place, { build, runs: runs + 1 }, script.createCachedData())
    })
  }
  const module = { exports: {} }
  script.runInThisContext()(module.exports, createRequire(file), module, file, dirname(file))
}

/** What code is made for: V8 itself turns down that of another version or with other flags, each start anew. */
function engine() {
  const flags = [...process.execArgv, process.env.NODE_OPTIONS ?? ''].join(' ')
  let hash = 0
  for (let i = 0; i < flags.length; i++) hash = (Math.imul(hash, 31) + flags.charCodeAt(i)) >>> 0
  return `${process.versions.v8}-${process.arch}-${hash}`
}

/** Null where nothing is kept, or of another build, or a part of it. */
function keptIn(place, build) {
  try {
    const bytes = readFileSync(place)
    const length = bytes.readUInt32LE(0)
    const told = JSON.parse(bytes.toString('utf8', 4, 4 + length))
    const code = bytes.subarray(startOf(length))
    return told.build === build && told.bytes === code.length ? { runs: told.runs, code } : null
  } catch {
    return null // it is made anew
  }
}

/** Its bytes are on the disk before it has its name: what V8 takes up is never what a power cut left of it. */
function keep(place, told, code) {
  const text = Buffer.from(JSON.stringify({ ...told, bytes: code.length }))
  const head = Buffer.alloc(startOf(text.length))
  head.writeUInt32LE(text.length, 0)
  text.copy(head, 4)
  const own = `${place}.${process.pid}`
  try {
    writeWhole(own, Buffer.concat([head, code]))
    renameSync(own, place)
  } catch {
    rmSync(own, { force: true }) // a full disk: the next start is as slow as this one
  }
}

function writeWhole(path, bytes) {
  const to = openSync(path, 'wx', 0o600)
  try {
    for (let at = 0; at < bytes.length;) at += writeSync(to, bytes, at)
    fsyncSync(to)
  } finally {
    closeSync(to)
  }
}

const startOf = (length) => Math.ceil((4 + length) / alignment) * alignment
