/**
 * Evaluates one node written in TypeScript; the protocol is docs/protocol.md, the twin is python/backlot_evaluate.py.
 *
 *     node evaluate.js TASK.json             evaluates a node, writes result.json beside the task
 *     node evaluate.js SOCKET session OWN    evaluates the tasks that come over a socket, one after the other
 *     node evaluate.js --graph FILE OUT [CHOICE]   writes the graph that a file builds as flowpipe's JSON
 *     node evaluate.js --check REQUEST OUT   says what this interpreter can load, loading nothing
 *
 * It is also what `import … from 'backlot'` means in the files it loads, so it exports the authoring API. Exit codes:
 * 0 done, 1 failed, 2 wrong usage.
 */
import { existsSync, realpathSync } from 'node:fs'
import * as modules from 'node:module'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { variableNames } from './domain/variables.ts'
import { writeAnswer } from './evaluate/answer.ts'
import { evaluateFile } from './evaluate/attempt.ts'
import { checkText } from './evaluate/check.ts'
import { hideFramesOf } from './evaluate/evaluator.ts'
import { say } from './evaluate/failure.ts'
import { formatOf, oldestForTypes, stripped } from './evaluate/format.ts'
import { graphText } from './evaluate/graph.ts'
import { serve } from './evaluate/serve.ts'

export * from './core/graph/author.ts'

const usage = 'usage: evaluate.js TASK.json, or --graph FILE OUT [CHOICE], or --check REQUEST OUT'

/**
 * A file that asks for `backlot` gets this very module, so its nodes and ours are registered in one place. One that is
 * written as a module is loaded as one, whatever the package.json beside it says.
 */
function offerBacklot(): void {
  modules.registerHooks({
    resolve: (specifier, context, next) =>
      specifier === 'backlot' ? { url: import.meta.url, shortCircuit: true } : next(specifier, context),
    load: (url, context, next) => stripped(url) ?? next(url, { ...context, format: formatOf(url, context.format) })
  })
}

/** Code that is compiled here is kept for the next one, where Backlot says in which folder; the user's code is told nothing. */
function keepCode(): void {
  const folder = process.env[variableNames.codeFolder]
  Reflect.deleteProperty(process.env, variableNames.codeFolder)
  if (folder && 'enableCompileCache' in modules) modules.enableCompileCache(folder)
}

/** The arguments are those behind `--` where there is one, else all; with none, BACKLOT_TASK names the task. */
async function main(argv: readonly string[]): Promise<void> {
  const given = argv.slice(argv.indexOf('--') + 1)
  const own = given.length ? given : (JSON.parse(process.env[variableNames.args] || '[]') as string[])
  const [first = '', ...rest] = own.length ? own : [process.env[variableNames.task] ?? '']
  const textFor = first === '--graph' ? graphText : first === '--check' ? checkText : null
  const files = textFor ? rest : [first, ...rest]
  const [path, out, detail] = files
  const counts = first === '--graph' ? [2, 3] : textFor ? [2] : [1]
  if (!('registerHooks' in modules)) {
    // a farm's own node may be an old one
    say(`backlot: ${process.execPath} is Node ${process.version}; nodes in TypeScript need ${oldestForTypes} or newer`)
    process.exitCode = 1
    return
  }
  if (!textFor && path && out === 'session' && detail && files.length === 3) {
    hideFramesOf(import.meta.url)
    offerBacklot()
    serve(path, detail)
    return
  }
  if (!path || !counts.includes(files.length) || files.some((file) => file.startsWith('--'))) {
    say(usage)
    process.exitCode = 2
    return
  }
  hideFramesOf(import.meta.url)
  offerBacklot()
  if (textFor && out) await writeAnswer(textFor, resolve(path), resolve(out), detail && resolve(detail))
  else await evaluateFile(resolve(path))
}

function isMain(): boolean {
  const [, script] = process.argv
  return script !== undefined && existsSync(script) && pathToFileURL(realpathSync(script)).href === import.meta.url
}

// not awaited: the files it loads import this module, which has to be ready by then
if (isMain()) {
  keepCode()
  void main(process.argv.slice(2))
}
