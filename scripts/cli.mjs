// The built command line, without looking whether it has to be built: what tests and measurements start.
import { createRequire } from 'node:module'

const { run } = createRequire(import.meta.url)('../bin/start.cjs')
run()
