#!/usr/bin/env node
// `backlot`, in a clone and in a package. Every Node from 6 on has to be able to read this file and older.cjs, so that one
// that is too old says so in a sentence: keep their syntax to that (test/install/older-node.test.ts).
'use strict'

const oldest = require('./oldest.cjs')

// npm starts scripts in the package's folder; paths are meant from where the user stands
if (process.env.npm_lifecycle_event === 'backlot' && process.env.INIT_CWD) process.chdir(process.env.INIT_CWD)

if (oldest.isNewEnough(process.versions.node)) require('./start.cjs').start()
else require('./older.cjs').handOver()
