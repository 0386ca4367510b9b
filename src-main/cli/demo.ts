/** The film that Backlot brings along, run as any job: to see one, and to see that it works here. */
import { join, resolve } from 'node:path'
import type { Command } from 'commander'
import { makeFolders } from '../core/store/folders.ts'
import { variableNames } from '../domain/variables.ts'
import { packageRoot } from '../paths.ts'
import { dataDirOf, tell, whole } from './base.ts'
import { examples } from './help.ts'
import { runGraph } from './run.ts'

interface DemoFlags {
  out?: string
  slots?: number
  json?: boolean
}

/** demo */
export function addDemoCommand(program: Command): void {
  const command = program
    .command('demo')
    .description('render the film that Backlot brings along: 30 frames in batches, a check, a contact sheet')
    .option('--out <dir>', 'where its pictures go (default: BACKLOT_OUTPUT_DIR, or demo in the data folder)')
    .option('--slots <n>', 'tasks at once (default: one per core)', whole(1))
    .option('--json', 'one JSON line per event, as backlot run prints them')
    .action((flags: DemoFlags) => runDemo(flags))
  examples(
    command,
    ['backlot demo', 'runs it; afterwards try: backlot jobs, backlot tasks, backlot log Render-1'],
    ['backlot demo --out pictures', 'its pictures in a folder of yours']
  )
}

async function runDemo({ out, slots, json }: DemoFlags): Promise<void> {
  const folder = join(resolve(dataDirOf()), 'demo')
  const pictures = resolve(out ?? (process.env[variableNames.outputDir] || join(folder, 'images')))
  makeFolders(folder)
  // the film's own code reads it
  process.env[variableNames.outputDir] = pictures
  const film = join(packageRoot(), 'examples', 'rendering', 'graph.ts')
  await runGraph(
    { path: film },
    {
      trust: true,
      export: join(folder, 'rendering.job.json'),
      ...(slots === undefined ? {} : { slots }),
      ...(json === undefined ? {} : { json })
    }
  )
  tell(`images: ${pictures}`)
}
