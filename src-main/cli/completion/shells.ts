/**
 * What a shell runs when Tab is pressed: a script that asks `backlot complete -- WORDS` and shows what it answers. Words go
 * there as arguments, and nothing that was typed is evaluated; a name is put in as it is to be typed. Scripts that libraries
 * make evaluate what was typed (bash, zsh), put names in unquoted (zsh) and repeat the option of `--option=value` (fish).
 */
export const shells = ['bash', 'zsh', 'fish'] as const
export type Shell = (typeof shells)[number]

/** What the answer's last line says: names of files do not fit here, or do. */
export const directives = { noFiles: 4, files: 0 } as const

/** Writes the script of a shell to stdout. */
export const writeScript = (shell: Shell): void => {
  process.stdout.write(scripts[shell])
}

/** Without an answer bash completes names of files. */
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

/** `(Q)` takes quotes away and evaluates nothing; compadd puts them around what needs them. */
const zshScript = `#compdef backlot
# zsh completion for backlot
_backlot() {
  local line files=1
  local -a names shown
  while IFS= read -r line; do
    case $line in
      :${directives.noFiles}) files=0 ;;
      :*) ;;
      *) names+=("\${line%%$'\\t'*}"); shown+=("\${line/$'\\t'/  -- }") ;;
    esac
  done < <(backlot complete -- "\${(@Q)words[2,CURRENT]}" 2>/dev/null)
  if (( \${#names} )); then compadd -l -d shown -a -- names
  elif (( files )); then _files
  else return 1
  fi
}
if [ "$funcstack[1]" = _backlot ]; then _backlot "$@"; else compdef _backlot backlot; fi
`

/** fish quotes what it puts in, and completes names of files where nothing else is offered. */
const fishScript = `# fish completion for backlot
function __backlot_ask
    set -l words (commandline -opc) (commandline -ct)
    set -g __backlot_names (backlot complete -- $words[2..-1] 2>/dev/null)
    set -l last $__backlot_names[-1]
    set -e __backlot_names[-1]
    test "$last" != ':${directives.files}'
end
complete -c backlot -e
complete -c backlot -n __backlot_ask -f -a '$__backlot_names'
`

const scripts: Readonly<Record<Shell, string>> = { bash: bashScript, zsh: zshScript, fish: fishScript }
