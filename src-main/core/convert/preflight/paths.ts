/** Paths that are too long somewhere. */
import type { Problem } from '../../../domain/problems.ts'
import { about, type PreflightInput } from './input.ts'

const windowsPath = 260
const fileName = 255

export function pathProblems({ job, dataDirLength }: PreflightInput): Problem[] {
  const long = job.nodes.flatMap((node) => {
    const name = Buffer.byteLength(`${node.node.identifier}.json`)
    const location = node.node.fileLocation ?? ''
    const problems: Problem[] = []
    if (name > fileName) {
      const message = `its identifier makes a file name of ${name} bytes, more than the ${fileName} that file systems take; the guide's store cannot write it`
      problems.push(
        about(node, {
          severity: 'warning',
          code: 'path-too-long',
          message,
          remedy: 'shorten the name; Backlot itself names files by number'
        })
      )
    }
    if (location.length > windowsPath) {
      const message = `its file_location has ${location.length} characters, more than the ${windowsPath} that Windows takes`
      problems.push(
        about(node, { severity: 'warning', code: 'path-too-long', message, remedy: 'move the file to a shorter path' })
      )
    }
    return problems
  })
  if (dataDirLength + 60 <= windowsPath) return long
  const message = `the data folder's path has ${dataDirLength} characters; logs below it pass the ${windowsPath} that Windows takes`
  return [
    ...long,
    about(null, { severity: 'warning', code: 'path-too-long', message, remedy: 'choose a shorter --data-dir' })
  ]
}
