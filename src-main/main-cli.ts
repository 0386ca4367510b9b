/** The entry of the command line. */
import { main } from './cli.ts'
import { ending } from './cli/ending.ts'

ending.install()
process.exitCode = await main(process.argv.slice(2))
