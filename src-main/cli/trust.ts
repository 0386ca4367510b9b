/** What a graph runs is code: nothing of it runs before somebody has said yes (Q40). */
import { createInterface } from 'node:readline'
import type { App } from '../app.ts'
import { ask, Failure, note } from './base.ts'
import type { ExitCode } from './exit-codes.ts'
import type { FileSource, SourceFlags } from './source.ts'

/**
 * Makes sure that a graph file may be used: to `look` at it, which runs only files that are code, or to `run` its nodes.
 * Asks on a terminal; without one, code that was never allowed is refused (exit 2). Declined: exit 3.
 */
export async function askForTrust(
  app: App,
  source: FileSource,
  { trust }: SourceFlags,
  use: 'look' | 'run'
): Promise<void> {
  const { path } = source
  const { code, trusted, imports } = await ask(app, 'graph.trust', { source })
  if (trusted || (use === 'look' && !code)) return
  if (trust) {
    if (code) await ask(app, 'graph.trust', { source, allow: true })
    return
  }
  if (!code && imports.length > 0) note(`running this graph imports:\n${imports.map((line) => `  ${line}`).join('\n')}`)
  if (!process.stdin.isTTY || !process.stderr.isTTY) {
    if (!code) return // it was read, not run; what its nodes import was said
    throw new Failure({
      kind: 'untrusted',
      message: `${path} is code that has to run to give its graph; allow it with --trust`
    })
  }
  if (code) note(`${path} is code: it has to run to give its graph`)
  const answer = await answerTo('run it? [y/N] ')
  if (answer !== 'yes')
    throw new Failure(
      { kind: 'preflight', message: 'not run; --trust runs it without asking' },
      answer === 'interrupted' ? interrupted : undefined
    )
  if (code) await ask(app, 'graph.trust', { source, allow: true })
}

/** Asks on the terminal; Ctrl-C ends the command. */
export async function agreed(question: string): Promise<boolean> {
  const answer = await answerTo(question)
  if (answer === 'interrupted') throw new Failure({ kind: 'preflight', message: 'nothing done' }, interrupted)
  return answer === 'yes'
}

/** The exit code of a command that Ctrl-C ended. */
const interrupted: ExitCode = 130

/** The end of the input (Ctrl-D) and an interrupt (Ctrl-C) are a no. */
function answerTo(question: string): Promise<'yes' | 'no' | 'interrupted'> {
  const answers = createInterface({ input: process.stdin, output: process.stderr })
  return new Promise((resolve) => {
    const close = (answer: 'yes' | 'no' | 'interrupted') => {
      resolve(answer)
      answers.close()
    }
    answers.on('SIGINT', () => {
      note('')
      close('interrupted')
    })
    answers.on('close', () => {
      resolve('no')
    })
    answers.question(question, (answer) => close(/^y(es)?$/i.test(answer.trim()) ? 'yes' : 'no'))
  })
}
