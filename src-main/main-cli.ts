/** The entry of the command line. A reader that goes away (`| head`) is no error. */
import { main } from './cli.ts'

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0)
  throw error
})
process.exitCode = await main(process.argv.slice(2))
