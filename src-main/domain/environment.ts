/**
 * What the environment of a run has that another shell has not. Which names count and which values are never kept is
 * decided here, once, for the store, the logs and what people are told.
 */
export type Variables = Readonly<Record<string, string | undefined>>

/** What is kept of a run's environment. */
export interface Surroundings {
  /** in the order of their names */
  variables: Readonly<Record<string, string>>
  /** names that look secret: they were set, and their values are not kept */
  hidden: readonly string[]
}

/** What shells set for themselves, whatever is run in them. */
const ofTheShell = /^(?:_|SHLVL|PWD|OLDPWD|COLUMNS|LINES)$/
export const isOfTheShell = (name: string): boolean => ofTheShell.test(name)

/** What every login sets, on a worker otherwise than here; a job is not to hang on them. */
const ofTheLogin = /^(?:HOME|USER|LOGNAME|SHELL|PATH|TMPDIR|TEMP|TMP|LANG|LANGUAGE|LC_.*|TZ|MANPATH|INFOPATH)$/
export const isOfTheLogin = (name: string): boolean => ofTheLogin.test(name)

/** What farms tell a task of itself: other values in every task. */
const ofTheFarm = /^(?:SLURM.*|SRUN_.*|SBATCH_.*|PMI_.*|CUE_.*|DEADLINE_.*|TR_.*|AF_.*|RR_.*|FLAMENCO_.*|OPENJD_.*)$/
export const isOfTheFarm = (name: string): boolean => ofTheFarm.test(name)

/** What terminals, sessions of a desktop, npm and Backlot itself set: other ones in every terminal, and of no account to a task. */
const ofTheSession =
  /^(?:TERM(?:_.*|INFO)?|COLORTERM|COLORFGBG|COLOR|DISPLAY|WAYLAND_DISPLAY|XAUTHORITY|SSH_.*|XDG_(?:SESSION|VTNR|SEAT|RUNTIME|ACTIVATION).*|DBUS_.*|GPG_.*|WINDOWID|WINDOWPATH|LS_COLORS|LESS.*|PAGER|MANPAGER|EDITOR|VISUAL|PS[0-9]|PROMPT.*|HIST.*|VTE_VERSION|KONSOLE_.*|GNOME_.*|ITERM_.*|TMUX.*|STY|SYSTEMD_.*|INVOCATION_ID|JOURNAL_STREAM|MANAGERPID|SESSION_MANAGER|DESKTOP_.*|MAIL|HOSTNAME|LOGNAME|npm_.*|INIT_CWD|NODE|NVM_.*|VSCODE_.*|ZSH|CONDA_PROMPT.*|HOSTTYPE|OSTYPE|MACHTYPE|DEBIAN_FRONTEND|NO_COLOR|FORCE_COLOR|BACKLOT_.*)$/

/** What Windows sets for every program: the system's, the machine's and the user's. */
const ofWindows =
  /^(?:ALLUSERSPROFILE|APPDATA|CLIENTNAME|COMMONPROGRAM.*|COMPUTERNAME|COMSPEC|DRIVERDATA|HOMEDRIVE|HOMEPATH|LOCALAPPDATA|LOGONSERVER|NUMBER_OF_PROCESSORS|ONEDRIVE.*|OS|PATHEXT|PROCESSOR_.*|PROGRAMDATA|PROGRAMFILES.*|PROGRAMW6432|PSMODULEPATH|PUBLIC|SESSIONNAME|SYSTEMDRIVE|SYSTEMROOT|TEMP|TMP|USERDOMAIN.*|USERNAME|USERPROFILE|WINDIR|WINE.*|WINSYSDIR)$/i

/** A name that a shell can set; functions that bash exports have others. */
const plainName = /^[A-Za-z_][A-Za-z0-9_]*$/

const secretWhole = /TOKEN|SECRET|PASSWORD|PASSWD|PASSPHRASE|CREDENTIAL|APIKEY/i
const secretWord = /(?:^|_)(?:KEY|KEYS|PASS|PWD|AUTH|CRED|CREDS|COOKIE|COOKIES|SIGNATURE|DSN|PRIVATE)(?:_|$)/i
/** An address with a password in it, or a private key itself. */
const secretValue = /:\/\/[^/\s:@]*:[^/\s@]+@|-----BEGIN [A-Z ]*PRIVATE KEY/

/** The same rules as texts, for what cannot call this: names in capitals for `secretNames`, with `aB` as `a_B` for `secretWords`. */
export const variableRules = {
  named: plainName.source,
  left: [ofTheShell.source, ofTheSession.source],
  secretNames: secretWhole.source,
  secretWords: secretWord.source,
  secretValues: secretValue.source
} as const

/** Whether a variable's value is not to be written down or shown, by its name and by its looks. */
export const looksSecret = (name: string, value = ''): boolean =>
  secretWhole.test(name) || secretWord.test(name.replace(/([a-z])([A-Z])/g, '$1_$2')) || secretValue.test(value)

/**
 * Of the variables of a run those that differ from `base`, what a shell begins with; null: that is not known. `platform`:
 * whose they are.
 */
export function surroundingsOf(variables: Variables, base: Variables | null, platform = 'linux'): Surroundings {
  const own = Object.entries(variables).filter(
    (entry): entry is [string, string] =>
      entry[1] !== undefined &&
      plainName.test(entry[0]) &&
      !isOfTheShell(entry[0]) &&
      !ofTheSession.test(entry[0]) &&
      !(platform === 'win32' && ofWindows.test(entry[0])) &&
      base?.[entry[0]] !== entry[1]
  )
  const sorted = own.sort(([a], [b]) => (a < b ? -1 : 1))
  return {
    variables: Object.fromEntries(sorted.filter(([name, value]) => !looksSecret(name, value))),
    hidden: sorted.filter(([name, value]) => looksSecret(name, value)).map(([name]) => name)
  }
}

export interface Difference {
  name: string
  /** null: not set, or not kept since it looks secret */
  left: string | null
  right: string | null
  /** on which sides it was set, though its value is not kept */
  hidden: boolean
}

/** What two runs had that was not the same; of secrets only whether they were set. */
export function differencesOf(left: Surroundings, right: Surroundings): Difference[] {
  const [a, b] = [new Map(Object.entries(left.variables)), new Map(Object.entries(right.variables))]
  const names = [...new Set([...a.keys(), ...b.keys()])]
  const open = names
    .filter((name) => a.get(name) !== b.get(name))
    .map((name) => ({ name, left: a.get(name) ?? null, right: b.get(name) ?? null, hidden: false }))
  const hidden = [...new Set([...left.hidden, ...right.hidden])]
    .filter((name) => left.hidden.includes(name) !== right.hidden.includes(name))
    .filter((name) => !names.includes(name))
    .map((name) => ({ name, left: null, right: null, hidden: true }))
  return [...open, ...hidden].sort((one, other) => (one.name < other.name ? -1 : 1))
}

/** A value as it is shown in a sentence. */
const mostShown = 200
const shown = (value: string | null): string =>
  value === null ? 'not set' : JSON.stringify(value.length > mostShown ? `${value.slice(0, mostShown)}…` : value)

/** `SHOT is "020", was "010"`: what a run has now that the first one had otherwise. */
export const changeText = ({ name, left, right, hidden }: Difference): string =>
  hidden ? `${name}, whose value is not kept, was set in one of them` : `${name} is ${shown(right)}, was ${shown(left)}`

/** A value for a table. */
export const valueText = ({ hidden }: Difference, value: string | null): string =>
  hidden ? '(not kept)' : shown(value)

/**
 * Variables with others on top; what is undefined is not set. `caseBlind`, as Windows is: `Path` and `PATH` are one
 * variable, under the name that it has below.
 */
export function mergeVariables(below: Variables, above: Variables, caseBlind: boolean): Record<string, string> {
  const key = (name: string) => (caseBlind ? name.toUpperCase() : name)
  const merged = new Map<string, [name: string, value: string | undefined]>()
  for (const [name, value] of [...Object.entries(below), ...Object.entries(above)])
    merged.set(key(name), [merged.get(key(name))?.[0] ?? name, value])
  return Object.fromEntries([...merged.values()].filter((entry): entry is [string, string] => entry[1] !== undefined))
}
