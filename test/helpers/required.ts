import { build } from '../../scripts/build.mjs'
import { flowpipe } from './flowpipe.ts'

/** Builds what tests start as processes. Says once which optional part is missing; with BACKLOT_REQUIRE=1 (as in .ci/run) a missing part fails the run. */
export default function setup(): void {
  build()
  const missing = flowpipe()
    ? []
    : ['flowpipe 1.3.0 (pip install flowpipe==1.3.0 typing_extensions): suites that run real nodes are skipped']
  if (missing.length === 0) return
  if (process.env.BACKLOT_REQUIRE === '1') throw new Error(`required here but missing: ${missing.join('; ')}`)
  for (const what of missing) console.error(`skipped, missing ${what}`)
}
