// Puts 1 GB of lines behind a log, one among them that is found once, in their middle, and a last one: `node long-log.ts LOG`.
import { closeSync, openSync, writeSync } from 'node:fs'

const log = process.argv[2]
if (log === undefined) throw new Error('usage: node long-log.ts LOG')

const line = `${'a line that says little, as most lines of a log do; the renderer took its time again: 0.0125 s '.repeat(2)}\n`
// written in large pieces: it is about a reader of the file, not about how it came to be
const block = Buffer.from(line.repeat(Math.ceil((1 << 20) / line.length)))
const file = openSync(log, 'a')
for (let i = 0; i < 1000; i++) {
  writeSync(file, block)
  if (i === 500) writeSync(file, 'here the needle lies\n')
}
writeSync(file, 'this is the last line\n')
closeSync(file)
