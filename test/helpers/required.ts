import { build } from '../../scripts/build.mjs'
import { flowpipe } from './flowpipe.ts'
import { mandoc } from './man.ts'
import { mayMount } from './mount.ts'
import { pyoutline, xmllint } from './opencue.ts'
import { openexr } from './openexr.ts'
import { openjd } from './openjd.ts'
import { blender, ffmpeg, rez, rooms } from './rooms.ts'
import { tclsh } from './tcl.ts'
import { wine } from './wine.ts'

/** What tests use where it is there; each suite says so with `describe.skipIf`. */
const optional: readonly [() => boolean, string][] = [
  [flowpipe, 'flowpipe 1.3.0 (pip install flowpipe==1.3.0 typing_extensions): suites that run real nodes'],
  [openjd, 'OpenJD’s engine (pip install openjd-cli==0.8.0 deadline==0.60.10): suites that run its exports'],
  [xmllint, 'xmllint (apt-get install libxml2-utils): suites that validate OpenCue’s job specs'],
  [
    pyoutline,
    'OpenCue’s Python (pip install opencue-pyoutline==1.37.0 packaging): suites that read and submit its job specs'
  ],
  [openexr, 'OpenEXR’s Python (pip install OpenEXR==3.5.3 numpy): the comparison of every kind of EXR'],
  [tclsh, 'tclsh (apt-get install tcl): suites that read Tractor’s job files'],
  [rooms, 'strace and bubblewrap (apt-get install strace bubblewrap): suites that rehearse jobs'],
  [blender, 'Blender (apt-get install blender): the rehearsal of a real render, sessions of it, the film'],
  [ffmpeg, 'ffmpeg (apt-get install ffmpeg): the film'],
  [rez, 'rez (pip install rez==3.4.0): the rehearsal of a job in its packages'],
  [mandoc, 'mandoc (apt-get install mandoc): the look at the manual page'],
  [wine, 'wine (apt-get install wine64): the command line on Windows’ Node'],
  [mayMount, 'the right to mount a tmpfs (root on Linux): suites that fill a disk or make it read-only']
]

/** Builds what tests start as processes. Says once which optional part is missing; with BACKLOT_REQUIRE=1 (as in .ci/run) a missing part fails the run. */
export default function setup(): void {
  build()
  const missing = optional.filter(([there]) => !there()).map(([, what]) => `${what} are skipped`)
  if (missing.length === 0) return
  if (process.env.BACKLOT_REQUIRE === '1') throw new Error(`required here but missing: ${missing.join('; ')}`)
  for (const what of missing) console.error(`skipped, missing ${what}`)
}
