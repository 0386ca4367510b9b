/** xmllint, and OpenCue's own Python (pyoutline, pycue), as tests use them. */
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { DOMParser, type Element } from '@xmldom/xmldom'
import { onTestFinished } from 'vitest'

const fixtures = join(import.meta.dirname, '../fixtures/opencue')

const found = new Map<string, boolean>()

function runs(program: string, ...args: string[]): boolean {
  const known = found.get(program) ?? spawnSync(program, args).status === 0
  found.set(program, known)
  return known
}

export const xmllint = (): boolean => runs('xmllint', '--version')

/** Whether the `python3` of the PATH has OpenCue's pyoutline and pycue. */
export const pyoutline = (): boolean => runs('python3', '-c', 'import outline.backend.cue, opencue.api')

/** What is wrong with job specs by the DTD that they name themselves; empty: nothing. */
export function invalidities(files: readonly string[]): string {
  const { status, stderr, error } = spawnSync('xmllint', ['--noout', '--nonet', '--valid', ...files], {
    encoding: 'utf8',
    env: { ...process.env, XML_CATALOG_FILES: join(fixtures, 'catalog.xml') }
  })
  return error ? String(error) : status === 0 ? stderr : `${status}: ${stderr}`
}

/** What pyoutline makes of a spec: its own serialisation, and layer → first frame → the frames of that task. */
export interface MadeOutline {
  spec: string
  frames: Record<string, Record<string, number[]>>
}

export function outlinesOf(files: readonly string[]): MadeOutline[] {
  const { status, stdout, stderr } = spawnSync('python3', [join(fixtures, 'outline_of.py'), ...files], {
    encoding: 'utf8',
    maxBuffer: 1 << 28
  })
  if (status !== 0) throw new Error(stderr)
  return JSON.parse(stdout) as MadeOutline[]
}

/** What pyoutline writes where there is nothing to say, and who submits, which our file leaves to submit.sh. */
const silent = ['facility', 'uid', 'paused', 'autoeat']
const usual = '<priority>1'

/** A spec as nested lists, without what says nothing. */
export function meaningOf(spec: string): unknown {
  return meaning(new DOMParser().parseFromString(spec, 'text/xml').documentElement as Element)
}

function meaning(element: Element): unknown[] {
  const attributes = [...element.attributes]
    .map(({ name, value }) => `${name}=${value}`)
    .filter((one) => one !== 'anyframe=False')
  const children = [...element.childNodes].filter((node) => node.nodeType === node.ELEMENT_NODE) as Element[]
  if (children.length === 0) return [element.tagName, ...attributes, element.textContent]
  const meant = children.filter(({ tagName, textContent, firstChild }) => {
    const empty = (tagName === 'env' || tagName === 'outputs' || tagName === 'depends') && !textContent?.trim()
    return !empty && firstChild && !silent.includes(tagName) && `<${tagName}>${textContent}` !== usual
  })
  return [element.tagName, ...attributes.sort(), ...meant.map(meaning)]
}

/** What a stand-in for a cuebot has; what is left out is as its file says. */
export interface Farm {
  shows?: string[]
  facilities?: string[]
  limits?: string[]
  /** names of jobs */
  pending?: string[]
  /** layer → frame's number → its state */
  frames?: Record<string, Record<string, string>>
}

export interface Cuebot {
  host: string
  /** the last spec that it took */
  spec: string
  set(farm: Farm): void
  /** what was asked of it that changes something, a line each */
  calls(): string[]
}

/** A stand-in for a cuebot, on a port of its own, until the test ends; `folder` keeps what it took. */
export async function cuebot(folder: string, farm: Farm = {}): Promise<Cuebot> {
  const set = (now: Farm) => writeFileSync(join(folder, 'farm.json'), JSON.stringify(now))
  set(farm)
  const child = spawn('python3', [join(fixtures, 'cuebot.py'), folder], { stdio: ['ignore', 'pipe', 'inherit'] })
  onTestFinished(() => void child.kill())
  const calls = () => {
    const path = join(folder, 'calls.txt')
    return existsSync(path) ? readFileSync(path, 'utf8').trimEnd().split('\n') : []
  }
  for await (const port of createInterface({ input: child.stdout }))
    return { host: `127.0.0.1:${port}`, spec: join(folder, 'spec.xml'), set, calls }
  throw new Error('the cuebot did not start')
}
