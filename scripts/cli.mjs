// The built command line, without looking whether it has to be built. What V8 compiled is kept for the next start, in a
// folder of the user's own: nobody else may write code there.
import { enableCompileCache } from 'node:module'
import { homedir } from 'node:os'
import { join } from 'node:path'

const cache = process.env.XDG_CACHE_HOME || homeCache()
if (cache) enableCompileCache(join(cache, 'backlot', 'code'))
const cli = new URL('../out/main/cli.js', import.meta.url)
process.argv.splice(1, 1, cli.pathname)
await import(cli.href)

/** Null where nobody says where the user's home folder is. */
function homeCache() {
  try {
    return join(homedir(), '.cache')
  } catch {
    return null
  }
}
