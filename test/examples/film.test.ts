// examples/blender/film.py through the built command line: 24 frames in Blender, warm and cold, and what is made of them
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { decode } from 'fast-png'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { backlot } from '../helpers/cli.ts'
import { flowpipe } from '../helpers/flowpipe.ts'
import { blender, ffmpeg } from '../helpers/rooms.ts'

const film = join(import.meta.dirname, '../../examples/blender/film.py')
const folder = mkdtempSync(join(tmpdir(), 'backlot-film-'))
const dataDir = join(folder, 'data')
const frames = Array.from({ length: 24 }, (_, i) => `film.${String(i + 1).padStart(4, '0')}.png`)

/** Runs the film with these flags into a folder of this name. */
function shoot(name: string, ...flags: string[]) {
  process.env.FILM_OUT = join(folder, name)
  process.env.FILM_SIZE = '64x36'
  return backlot(dataDir, 'run', film, '--trust', '--slots', '2', ...flags)
}

const pixels = (name: string, frame: string) => Buffer.from(decode(readFileSync(join(folder, name, frame))).data)

describe.skipIf(!flowpipe() || !blender() || !ffmpeg())('the film', () => {
  let warm: ReturnType<typeof shoot>
  let cold: ReturnType<typeof shoot>
  beforeAll(() => {
    warm = shoot('warm')
    cold = shoot('cold', '--cold')
  }, 180_000)
  afterAll(() => {
    delete process.env.FILM_OUT
    delete process.env.FILM_SIZE
    rmSync(folder, { recursive: true, force: true })
  })

  test('runs warm and cold; the warm run says that its tasks shared processes', () => {
    expect([warm.code, cold.code], warm.err + cold.err).toEqual([0, 0])
    expect(warm.err).toMatch(/ran warm in (one process|2 processes); backlot rehearse compares with cold/)
    expect(cold.err).not.toContain('ran warm')
  })

  test('each of the 24 frames is another picture, the same warm and cold to the pixel', () => {
    expect(readdirSync(join(folder, 'warm')).filter((name) => name.startsWith('film.0'))).toEqual(frames)
    for (const frame of frames) expect(pixels('warm', frame).equals(pixels('cold', frame)), frame).toBe(true)
    const kinds = new Set(frames.map((frame) => pixels('warm', frame).toString('base64')))
    expect(kinds.size).toBe(24)
  })

  test('the sheet holds six by four pictures, the movie 24', () => {
    const sheet = decode(readFileSync(join(folder, 'warm', 'sheet.png')))
    expect([sheet.width, sheet.height]).toEqual([6 * 160 + 7 * 4, 4 * 90 + 5 * 4])
    const movie = join(folder, 'warm', 'film.mp4')
    expect(statSync(movie).size).toBeGreaterThan(1000)
    const asked = ['-v', 'error', '-count_frames', '-show_entries', 'stream=nb_read_frames', '-of', 'csv=p=0', movie]
    expect(spawnSync('ffprobe', asked, { encoding: 'utf8' }).stdout.trim()).toBe('24')
  })
})
