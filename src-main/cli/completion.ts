/** Names that a shell completes while a command is typed. */
import type { Command } from 'commander'
import { Argument } from 'commander'
import { answerTo } from './completion/answer.ts'
import { shells, writeScript, type Shell } from './completion/shells.ts'
import { examples } from './help.ts'

/** completion, and what its scripts ask */
export function addCompletionCommands(program: Command): void {
  const command = program
    .command('completion')
    .addArgument(new Argument('<shell>', 'whose script').choices(shells))
    .description('print a script that completes commands, options, states and names in a shell')
    .action((shell: Shell) => writeScript(shell))
  examples(
    command,
    ['source <(backlot completion bash)', 'for this shell; in ~/.bashrc for all'],
    ['source <(backlot completion zsh)', 'the same in ~/.zshrc, behind compinit'],
    ['backlot completion fish > ~/.config/fish/completions/backlot.fish', 'for fish']
  )

  program
    .command('complete', { hidden: true })
    .argument('[words...]', 'the words behind backlot; the last one is being typed')
    .action(async (words: string[]) => {
      process.stdout.write(await answerTo(program, words))
    })
}
