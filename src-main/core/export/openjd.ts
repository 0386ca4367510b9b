/** Open Job Description, as a Deadline Cloud job bundle: openjd and `deadline bundle submit` run the folder as it lies. */
import type { Farm } from './farm.ts'
import { lossesOf } from './openjd/losses.ts'
import { readTemplate } from './openjd/read.ts'
import { labelOf } from './openjd/space.ts'
import { bundleFiles } from './openjd/template.ts'

export const openjd: Farm = {
  onWindows: true,
  label: labelOf,
  // a step waits for whole steps
  keeps: () => false,
  problems: lossesOf,
  files: bundleFiles,
  read: readTemplate
}
