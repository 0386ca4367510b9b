/** The entry of the command line. */
import { main } from './cli.ts'
import { ending } from './cli/ending.ts'
import { bug } from './cli/exit-codes.ts'

ending.install()
// Node would end with 1, which says that tasks failed
process.on('uncaughtExceptionMonitor', () => process.on('exit', () => (process.exitCode = bug)))
void main(process.argv.slice(2)).then((code) => (process.exitCode = code))
