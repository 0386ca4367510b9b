/**
 * How the logs of renderers and compositors are read: their forms as their makers and the parsers of farms describe them.
 * `general` forms are so much their program's own that every task's log is read for them, whatever started the program;
 * the others are read where the interpreter is that program.
 */
import type { Interpreter } from './interpreter.ts'
import type { LogRule } from './log-rules.ts'

interface Family {
  /** what its programs' or its interpreters' names begin with, in lower case */
  names: readonly string[]
  general: readonly LogRule[]
  own?: readonly LogRule[]
}

const progress = (pattern: string): LogRule => ({ kind: 'progress', pattern })
const whole = (pattern: string): LogRule => ({ kind: 'progress', pattern, whole: true })
const warning = (pattern: string): LogRule => ({ kind: 'warning', pattern })
const failure = (pattern: string): LogRule => ({ kind: 'failure', pattern })
const wrote = (pattern: string): LogRule => ({ kind: 'wrote', pattern })

/** A percentage, with or without decimals. */
const percent = '(?<percent>\\d{1,3}(?:\\.\\d+)?)'
const frame = '(?<frame>-?\\d+)'
const ratio = '(?<done>\\d+) ?\\/ ?(?<total>\\d+)'
/** In both spellings. */
const licence = '(?:[Ll]icense|[Ll]icence)'
const clock = '\\d+:\\d\\d:\\d\\d(?:\\.\\d+)?'

const blender: Family = {
  names: ['blender', 'bpy'],
  general: [
    progress(`\\bFra: ?${frame} .*\\bRendered \\d+\\/1 Tiles, Sample ${ratio}`),
    progress(`\\bFra: ?${frame} .*\\bRendered ${ratio} Tiles`),
    progress(`\\bFra: ?${frame} .* Sample ${ratio}`),
    progress(`\\bFra: ?${frame} .*\\bRendering ${ratio} samples`),
    progress(`\\bAppend frame ${frame}\\b`),
    wrote("\\bSaved: '(?<path>.+)'"),
    warning('\\bRender error(?: \\([^)]*\\))? cannot save: '),
    warning('\\bRender error: cannot save'),
    warning('\\bWarning: Unable to open '),
    warning("\\bCannot find lib '"),
    warning("\\bLIB: .+ missing from '"),
    warning('\\bCannot read file ["\'].+\\.blend["\']'),
    warning("\\bEngine '.+' not available for scene\\b"),
    warning('\\bUnable to open a display\\b'),
    warning('\\b(?:Illegal address|Launch failed|Launch exceeded timeout|Unknown error) in \\w+ queue\\b'),
    warning('\\blinked data-?blocks are missing\\b'),
    warning('\\bError: (?:Cannot render, no camera|No camera found in scene)'),
    warning('\\bError: CUDA error\\b'),
    warning('\\bSystem is out of GPU '),
    warning('\\b(?:Malloc|Calloc) returns null: ')
  ]
}

const arnold: Family = {
  names: ['kick', 'arnold', 'mtoa', 'htoa'],
  general: [
    progress(`\\b${percent}% done - \\d+ rays\\/pixel`),
    wrote("[\\]|] *writing file [`'](?<path>[^`']+)'"),
    failure('\\baborting render because the abort_on_license_fail option\\b'),
    failure('\\brender aborted due to earlier errors'),
    failure("\\[kick\\] [Cc]an't read input file"),
    failure("\\[ass\\] can't open"),
    failure('\\[driver_[a-z]+\\] .*annot open image file'),
    warning('\\brendering with watermarks because\\b'),
    warning('\\bWARNING +\\| +\\[texturesys\\]'),
    warning('\\b\\d+MB ERROR +\\| ')
  ],
  own: [progress(`\\| +${percent}% done\\b`), warning('^ERROR  *\\| ')]
}

const renderman: Family = {
  names: ['prman', 'renderman', 'rman'],
  general: [
    progress(`\\bR90000  *${percent}%`),
    failure('\\b[A-Z]\\d{5} \\{SEVERE\\} (?<message>.+)'),
    warning('\\b[A-Z]\\d{5} \\{ERROR\\} '),
    warning('\\bT\\d{5} \\{WARNING\\} ')
  ],
  own: [failure('\\brman Fatal: '), warning('\\brman Error: ')]
}

const vray: Family = {
  names: ['vray', 'v-ray'],
  general: [
    progress(`\\bRendering image\\.\\.\\.: *${percent} ?%`),
    progress(`\\bStarting frame ${frame}\\b`),
    progress(`\\bbegin scene preprocessing for frame ${frame}\\b`),
    wrote('\\bSuccessfully written image file "(?<path>[^"]+)"')
  ],
  own: [warning('\\berror: (?<message>.+)'), warning('\\b[Bb]itmap file ".+" failed to load\\b')]
}

const redshift: Family = {
  names: ['redshift', 'redshiftcmdline'],
  general: [
    progress(`\\bBlock ${ratio} \\([\\d, -]+\\) rendered by `),
    wrote('\\[Redshift\\] *Saving: +(?<path>.+)'),
    wrote("\\[Redshift\\] *Saved file '(?<path>[^']+)'"),
    failure('\\bNo devices found\\. Aborting rendering'),
    failure('\\bRendering was internally aborted'),
    warning('\\[Redshift\\] *License error\\b')
  ],
  own: [progress(`\\bBlock ${ratio}\\b`), warning('^ERROR  *\\| ')]
}

const houdini: Family = {
  names: ['hython', 'houdini', 'hbatch', 'husk', 'mantra', 'karma'],
  general: [
    progress(`(?:^|\\s)${percent}% Lap=[\\d:.]+ Left=`),
    wrote('\\bSaved Image: (?<path>.+)'),
    failure('\\bNo licenses could be found to run this application'),
    warning('\\bPlease check for a valid license server host\\b'),
    warning('\\b(?:mantra|karma|husk): .*Unable to access file\\b'),
    warning('\\b[Cc]ould not open asset @')
  ],
  own: [
    warning('\\bUnable to access file '),
    warning('\\b(?:Unable|Failed) to (?:open|load) (?:the )?(?:USD|stage)\\b'),
    warning('\\bRecompress failed\\b'),
    warning('\\bFailed to create file\\b'),
    warning('\\b(?:mantra|karma): WARNING: ')
  ]
}

const maya: Family = {
  names: ['maya', 'mayapy', 'mayabatch', 'render'],
  general: [
    progress(`\\[PROGRESS\\] ${percent} percent\\b`),
    progress(`\\[PROGRESS\\] TURTLE rendering frame ${percent}`),
    progress(`\\bPercentage of rendering done: ${percent}(?: \\(frame ${frame})?`),
    progress(`\\bFinished Rendering Frame ${frame}\\b`),
    wrote('\\bFinished Rendering (?<path>(?:\\/|[A-Za-z]:[\\\\/]|\\\\\\\\).*[^.])\\.?$'),
    failure('\\bError: There was a fatal error rendering the scene'),
    failure('\\bError: An exception has occurred, rendering aborted'),
    failure('\\bError: Scene was not loaded properly'),
    failure('\\bMaya exited with status (?:-|[1-9])')
  ],
  own: [
    failure('\\bFrame (?:rendering )?aborted\\b'),
    failure('^(?:\\/\\/ )?Error: Cannot (?:open|load) (?:project|scene)\\b'),
    warning('\\bError: Failed to open (?:IFF|texture|image) file\\b'),
    warning('\\bwas not found on MAYA_PLUG_IN_PATH\\b')
  ]
}

const nuke: Family = {
  names: ['nuke', 'nukex'],
  general: [
    whole(`\\bFrame ${frame} \\((?<done>\\d+) of (?<total>\\d+)\\)`),
    wrote('\\bWriting (?<path>\\S.*) took [\\d.]+ seconds'),
    warning('\\bFOUNDRY LICENSE ERROR REPORT\\b'),
    warning('\\bInvalid \\S+ license key\\b')
  ],
  own: [warning('\\bERROR: (?<message>.+)')]
}

const ffmpeg: Family = {
  names: ['ffmpeg'],
  general: [
    whole(`^ *Duration: (?<total>${clock}),`),
    whole(`\\btime=(?<done>${clock}) bitrate=`),
    whole(`^out_time=(?<done>${clock})`),
    wrote("^Output #\\d+, [\\w,]+, to '(?<path>.+)':")
  ],
  own: [
    warning('\\bImpossible to open '),
    warning('\\bError (?:while (?:decoding|encoding|filtering)|submitting (?:a )?packet to decoder)\\b'),
    warning('\\bInvalid data found when processing input\\b'),
    warning('\\bcorrupt (?:decoded frame|input packet)\\b'),
    warning('\\bOutput file (?:#\\d+ )?(?:is empty|does not contain any stream)')
  ]
}

const delight: Family = {
  names: ['renderdl', '3delight'],
  general: [progress(`\\bFrame ${frame}: caching geometry\\b`)],
  own: [progress(`^ *${percent} ?%$`), warning('^3DL (?:WARNING|ERROR) ')]
}

const luxcore: Family = {
  names: ['luxcore', 'luxcoreconsole', 'pyluxcoreconsole'],
  // without a limit of samples their number is 0
  general: [progress('\\]\\[Samples +(?<done>\\d+)\\/(?<total>[1-9]\\d*)\\]\\[Convergence ')]
}

const others: Family = {
  names: ['cnode', 'clarisse', 'c4d', 'commandline', 'cinema', 'natron', 'aerender', 'afterfx', 'octane', 'vue'],
  general: [
    progress(`\\bProgress for .+: ${percent}%`),
    progress(`\\brendering frame ${frame}\\.\\.\\. *${percent}%`),
    progress(`\\bRendering frame ${frame}\\.\\.\\. *${percent}%`),
    progress(`\\bRendering frame ${frame}\\b`),
    progress(`\\bFrame rendered: ${frame}\\b`),
    progress(`\\bprogr: +${percent}% +rendered on\\b`),
    progress(`^PROGRESS: +${clock.replace('(?:\\.\\d+)?', ':\\d\\d')} \\(${frame}\\): `),
    progress(`\\bSU_PROGRESS ${percent}%`),
    progress(`\\brendering, ${percent}% done\\b`),
    // a bar of Python's tqdm
    whole(`\\b${percent}%\\|[^|]*\\| *\\d+\\/\\d+ \\[.*(?:it\\/s|s\\/it|frames?\\/s)`),
    failure('\\bError: OctaneRender is not activated'),
    failure('\\baerender (?:ERROR|Error)\\b')
  ],
  own: [
    failure('\\bError (?:rendering|loading) (?:project|document)\\b'),
    failure('^Rendering failed\\b'),
    failure('\\bFiles cannot be written - please check output paths'),
    warning('\\bAsset missing\\b')
  ]
}

/** What goes wrong in every program, in the words that most of them use. */
const trouble: readonly LogRule[] = [
  // Python goes on behind what a thread, a program's handler or a `finally` of its own raises
  warning('^Exception in thread .+:$'),
  warning('^Exception ignored in: '),
  warning('^Traceback \\(most recent call last\\):$'),
  warning(`[Ww]aiting for (?:an? |the )?(?:[\\w-]+ )?${licence}`),
  warning(
    `(?:ould not|nnot|an't|nable to|ailed to) (?:check ?out|obtain|acquire|get|find|connect to|reach|contact) (?:an? |the )?(?:[\\w-]+ )?${licence}`
  ),
  warning(
    `${licence} (?:for \\S+ )?(?:is |was |has )?(?:[Ee]rror|failure|not found|expired|denied|unavailable|not available|check-?out failed|(?:request )?timed out)\\b`
  ),
  warning(`${licence} server (?:is )?(?:down|not (?:found|responding|available))\\b`),
  warning(`[Nn]o (?:valid |free |available )?${licence}s? (?:could be found|found|available)\\b`),
  warning(`[Nn]o (?:valid |free |available )?${licence}[.!]?$`),
  warning(`[Aa]ll ${licence}s (?:are )?in use\\b`),
  warning('\\bLicensed number of users already reached\\b'),
  warning(
    "(?:ould not|nnot|an't|nable to|ailed to) (?:open|load|read|find|locate)(?: the)?(?: image| texture| bitmap)(?: file)?\\b"
  ),
  warning('\\b[Mm]issing (?:texture|image|bitmap)s?\\b'),
  warning(
    "\\b[Tt]exture\\b.*(?:not found|does not exist|doesn't exist|could not be (?:found|opened|loaded)|is missing)\\b"
  ),
  warning('\\b[Oo]ut of (?:GPU |texture |shared |host |device |video )?memory\\b'),
  warning('\\bCUDA_ERROR_OUT_OF_MEMORY\\b'),
  warning('\\bstd::bad_alloc\\b'),
  // a file is cut short then, whatever the exit code says
  warning('\\b(?:No space left on device|Disk quota exceeded|Stale (?:NFS )?file handle|Read-only file system)\\b')
]

const families: readonly Family[] = [
  ...[blender, arnold, renderman, vray, redshift, houdini, maya, nuke, ffmpeg, delight, luxcore, others]
]

/** The program's name, without folder and ending: `/opt/Nuke15.1v2/Nuke15.1` is nuke15.1. */
const programOf = (argument: string): string =>
  (/[^\\/]*$/.exec(argument)?.[0] ?? '').toLowerCase().replace(/\.(?:exe|bat|cmd|sh)$/, '')

/** A version or the like may stand behind it. */
const isNamed = (program: string, name: string): boolean =>
  program.startsWith(name) && !/^[a-z]/.test(program.slice(name.length))

/** How the log of an interpreter's tasks is read where it has no rules of its own: by its name, its program, its wrapper. */
export function shippedRules({ name, argv, wrapper }: Pick<Interpreter, 'name' | 'argv' | 'wrapper'>): LogRule[] {
  const programs = [name.toLowerCase(), ...[...wrapper, ...argv.slice(0, 1)].map(programOf)]
  const own = families.filter(({ names }) => names.some((one) => programs.some((program) => isNamed(program, one))))
  const general = families.flatMap((family) => family.general)
  // the program's own come behind the unmistakable ones, and what every program says comes last
  return [...general, ...own.flatMap((family) => family.own ?? []), ...trouble]
}

/** Patterns of every shipped rule. */
export const shippedPatterns = (): string[] =>
  [...families.flatMap(({ general, own = [] }) => [...general, ...own]), ...trouble].map(({ pattern }) => pattern)

/** The rules that an interpreter's tasks are read with. */
export const rulesOf = (entry: Pick<Interpreter, 'name' | 'argv' | 'wrapper' | 'rules'>): readonly LogRule[] =>
  entry.rules ?? shippedRules(entry)
