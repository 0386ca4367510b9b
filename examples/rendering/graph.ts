// A day on a film lot: renders 30 frames in batches, checks them, lays out a contact sheet and notes the shot.
// All of it is TypeScript, interpreter "node": nothing to install. The pictures go to BACKLOT_OUTPUT_DIR, or
// to the folder `rendered` beside this file.
//
//   Render ──▶ CheckImages ──▶ ContactSheet ──▶ UpdateDatabase
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { defineNode, Graph, range } from 'backlot'
import { readPng, writePng } from './image.ts'
import { renderDay } from './scene.ts'
import { contactSheet } from './sheet.ts'

const frames = range(1, 31)
const [width, height] = [240, 135]
const folder = process.env.BACKLOT_OUTPUT_DIR ?? join(import.meta.dirname, 'rendered')

const frameNumber = (frame: number) => String(frame).padStart(4, '0')

/** Renders its batch of frames. `day` is how many frames a day takes, so that a batch knows its time. */
export const Render = defineNode(
  { outputs: ['images'] },
  function Render({ frames, folder, day = 30, width = 240, height = 135 }: RenderInputs) {
    mkdirSync(folder, { recursive: true })
    const images = frames.map((frame, i) => {
      const path = join(folder, `backlot.${frameNumber(frame)}.png`)
      const begin = performance.now()
      writePng(path, renderDay((frame - 1) / Math.max(1, day - 1), width, height))
      console.log(`frame ${frame}: ${path} in ${Math.round(performance.now() - begin)} ms`)
      // one of the lines by which farms learn how far a task is
      console.log(`openjd_progress: ${Math.round(((i + 1) / frames.length) * 100)}`)
      return path
    })
    return { images }
  }
)

interface RenderInputs {
  frames: number[]
  folder: string
  day?: number
  width?: number
  height?: number
}

/** Fails with every bad frame's reason; the batches' lists arrive here as one. */
export const CheckImages = defineNode(
  { outputs: ['images'] },
  function CheckImages({ images, count, width, height }: CheckInputs) {
    const faults = images.flatMap((path) => faultOf(path, width, height) ?? [])
    if (images.length !== count) faults.unshift(`${images.length} images of ${count}`)
    if (faults.length) throw new Error(faults.join('; '))
    console.log(`${count} images of ${width} × ${height} are there, readable and not black`)
    return { images }
  }
)

interface CheckInputs {
  images: string[]
  count: number
  width: number
  height: number
}

function faultOf(path: string, width: number, height: number): string | null {
  if (!existsSync(path)) return `${path} is missing`
  try {
    const image = readPng(path)
    if (image.width !== width || image.height !== height) return `${path} is ${image.width} × ${image.height}`
    return image.data.every((level) => level < 4) ? `${path} is black` : null
  } catch (error) {
    return `${path} is no picture: ${String(error)}`
  }
}

export const ContactSheet = defineNode(
  { outputs: ['sheet'] },
  function ContactSheet({ images, folder, columns = 6 }: { images: string[]; folder: string; columns?: number }) {
    const label = (path: string) => basename(path).split('.')[1] ?? ''
    const path = join(folder, 'contact_sheet.png')
    writePng(
      path,
      contactSheet(
        images.map((image) => ({ image: readPng(image), label: label(image) })),
        columns
      )
    )
    console.log(`contact sheet: ${path}`)
    return { sheet: path }
  }
)

/** The database is a file here: an object of shots. */
export const UpdateDatabase = defineNode(
  { outputs: ['database'] },
  function UpdateDatabase({ shot, sheet, folder }: { shot: string; sheet: string; folder: string }) {
    const path = join(folder, 'database.json')
    const shots = existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>) : {}
    shots[shot] = { sheet, status: 'rendered', updated: new Date().toISOString() }
    writeFileSync(`${path}.part`, `${JSON.stringify(shots, null, 2)}\n`)
    renameSync(`${path}.part`, path)
    console.log(`${shot} is noted in ${path}`)
    return { database: path }
  }
)

export const graph = new Graph('Rendering')
const render = Render(graph, { frames, folder, day: frames.length, width, height }, { metadata: { batch_size: 10 } })
const check = CheckImages(graph, { count: frames.length, width, height })
const sheet = ContactSheet(graph, { folder })
const update = UpdateDatabase(graph, { shot: 'backlot_010', folder })
render.output('images').connect(check.input('images'))
check.output('images').connect(sheet.input('images'))
sheet.output('sheet').connect(update.input('sheet'))
