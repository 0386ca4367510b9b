/** What a shell runs when Tab is pressed: a script that asks `backlot complete -- WORDS` and shows what it answers. */
import { script, ShellCompDirective } from '@bomb.sh/tab'

export const shells = ['bash', 'zsh', 'fish'] as const
export type Shell = (typeof shells)[number]

/** What the answer's last line says: names of files do not fit here, or do. */
export const directives = { noFiles: ShellCompDirective.ShellCompDirectiveNoFileComp, files: 0 } as const

/** Writes the script of a shell to stdout; that of the library for bash evaluates what was typed, so it has one of ours. */
export function writeScript(shell: Shell): void {
  if (shell === 'bash') process.stdout.write(bashScript)
  else script(shell, 'backlot', 'backlot')
}

/** Words go to Backlot as arguments and are never evaluated. Without an answer bash completes names of files. */
const bashScript = `# bash completion for backlot
__backlot_complete() {
  local line
  COMPREPLY=()
  while IFS= read -r line; do
    case $line in
      :${directives.noFiles}) if type compopt &>/dev/null; then compopt +o default; fi ;;
      :*) ;;
      *) COMPREPLY+=("$(printf '%q' "\${line%%$'\\t'*}")") ;;
    esac
  done < <(backlot complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -o default -F __backlot_complete backlot
`
