/** The entry of the command line. */
import { main } from './cli.ts'
import { bug } from './cli/base.ts'
import { ending } from './cli/ending.ts'

ending.install()
// Node would end with 1, which says that tasks failed
process.on('uncaughtExceptionMonitor', () => process.on('exit', () => (process.exitCode = bug)))
void main(process.argv.slice(2)).then((code) => (process.exitCode = code))
