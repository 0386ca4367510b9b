/**
 * Every environment variable of Backlot's own, once: the code takes their names from here, the documents their meaning.
 * test/documents/variables.test.ts finds a name in the sources that is missing.
 */

/** The names; files that cannot import them (Python's, `bin`) write them out. */
export const variableNames = {
  dataDir: 'BACKLOT_DATA_DIR',
  outputDir: 'BACKLOT_OUTPUT_DIR',
  task: 'BACKLOT_TASK',
  args: 'BACKLOT_ARGS',
  attempt: 'BACKLOT_ATTEMPT',
  codeFolder: 'BACKLOT_CODE_FOLDER',
  folder: 'BACKLOT_FOLDER',
  run: 'BACKLOT_RUN'
} as const
export type VariableName = (typeof variableNames)[keyof typeof variableNames]

export interface Variable {
  /** `you`: set by the user and read by Backlot · `backlot`: set by Backlot for what it starts */
  by: 'you' | 'backlot'
  about: string
}

/** Backlot's own. */
export const variables: Readonly<Record<VariableName, Variable>> = {
  BACKLOT_DATA_DIR: {
    by: 'you',
    about: 'the data folder: the store, logs and results. --data-dir counts more, dataDir of a project file less'
  },
  BACKLOT_OUTPUT_DIR: { by: 'you', about: 'where backlot demo puts its pictures; its --out counts more' },
  BACKLOT_TASK: {
    by: 'backlot',
    about: 'the task file, for programs that hand no arguments on to their script (3DEqualizer)'
  },
  BACKLOT_ARGS: {
    by: 'backlot',
    about:
      'the evaluator’s arguments as a JSON list, for the same programs, when a graph or an interpreter is looked at'
  },
  BACKLOT_ATTEMPT: {
    by: 'backlot',
    about: 'marks all that an attempt starts, so that it is found again and ended with it; its value says nothing else'
  },
  BACKLOT_CODE_FOLDER: {
    by: 'backlot',
    about: 'where the Node evaluator keeps compiled code; taken out before a node’s code is loaded'
  },
  BACKLOT_RUN: {
    by: 'backlot',
    about: 'of a task on a farm: the name of its submission, below runs/ of the export’s folder'
  },
  BACKLOT_FOLDER: { by: 'backlot', about: 'of a job on OpenCue: the export’s folder, as submit.sh found it' }
}

/** Other programs' variables that Backlot reads, with what it makes of them. */
export const foreignVariables: readonly (readonly [names: string, about: string])[] = [
  ['PATH, PATHEXT', 'where interpreters are looked for; PATHEXT on Windows alone'],
  ['PYTHONPATH', 'where a node’s module is looked for, beside its file’s own folder; recorded with the job'],
  ['HOME, XDG_DATA_HOME, LOCALAPPDATA, APPDATA', 'the data folder where BACKLOT_DATA_DIR is not set'],
  ['XDG_CACHE_HOME', 'where compiled code is kept when the package’s own folder cannot be written'],
  ['PAGER, LESS', 'what backlot log shows a log with on a terminal (default: less -R); PAGER=cat: nothing'],
  ['VISUAL, EDITOR', 'what the window opens a file with'],
  ['NO_COLOR, FORCE_COLOR', 'no colours; colours although the output is no terminal'],
  ['MAYA_LOCATION', 'looked at to name the Maya that runs a task'],
  ['ELECTRON_DOUBLE_CHROMIUM', 'the Chromium of backlot open --chromium (default: chromium on the PATH)']
]
