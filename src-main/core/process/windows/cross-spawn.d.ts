/** What Backlot uses of cross-spawn: how it reads a command, without starting it. */
declare module 'cross-spawn' {
  interface Parsed {
    command: string
    args: string[]
    options: { windowsVerbatimArguments?: boolean }
    /** the program that was found, by its whole path */
    file: string | undefined
  }
  const crossSpawn: {
    _parse(command: string, args: readonly string[], options: { env: NodeJS.ProcessEnv; cwd: string }): Parsed
  }
  export default crossSpawn
}
