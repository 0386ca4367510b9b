/** What the programs of the shipped interpreters are called, and where their installers put them, on each system. */

/** From the root, part by part; a pattern stands for the names in a folder, of which the newest counts. */
export type Place = readonly (string | RegExp)[]

/** Other names on the PATH, in the order in which they are tried. */
const names: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  // Python's own launcher takes the newest Python 3; `python3` is often Windows' advertisement for its Store
  win32: { python3: ['py', 'python'] }
}

const windowsPrograms = 'C:\\Program Files'
const places: Readonly<Record<string, Readonly<Record<string, readonly Place[]>>>> = {
  win32: {
    mayapy: [[windowsPrograms, 'Autodesk', /^Maya\d+/, 'bin', 'mayapy.exe']],
    hython: [[windowsPrograms, 'Side Effects Software', /^Houdini \d/, 'bin', 'hython.exe']],
    nuke: [[windowsPrograms, /^Nuke\d/, /^Nuke\d[\d.]*\.exe$/]],
    blender: [[windowsPrograms, 'Blender Foundation', /^Blender \d/, 'blender.exe']],
    '3DE4': [[windowsPrograms, /^3DE4/, 'bin', '3DE4.exe']]
  },
  darwin: {
    mayapy: [['/Applications/Autodesk', /^maya\d+$/, 'Maya.app/Contents/bin/mayapy']],
    hython: [
      [
        ...['/Applications/Houdini', /^Houdini\d/, 'Frameworks/Houdini.framework/Versions/Current'],
        'Resources/bin/hython'
      ]
    ],
    nuke: [['/Applications', /^Nuke\d/, /^Nuke\d[\d.v]*\.app$/, 'Contents/MacOS', /^Nuke\d/]],
    blender: [['/Applications', /^Blender.*\.app$/, 'Contents/MacOS/Blender']],
    '3DE4': [['/Applications', /^3DE4.*\.app$/, 'Contents/MacOS/3DE4']]
  }
}

/** `platform` as Node names it. */
export const usualNames = (platform: string, name: string): readonly string[] => names[platform]?.[name] ?? []
export const usualPlaces = (platform: string, name: string): readonly Place[] => places[platform]?.[name] ?? []
