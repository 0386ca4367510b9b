// A day on a film lot in 30 frames: walks rays through shapes.ts and lights what they hit. No library, no GPU.
import type { Image } from './image.ts'
import { lamp, things, type Point, type Thing } from './shapes.ts'

const clamp = (value: number, low = 0, high = 1) => Math.min(Math.max(value, low), high)
const mix = (a: number, b: number, t: number) => a + (b - a) * t
const blend = (a: Point, b: Point, t: number): Point => [mix(a[0], b[0], t), mix(a[1], b[1], t), mix(a[2], b[2], t)]
const dot = (a: Point, b: Point) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
const unit = (a: Point): Point => {
  const length = Math.sqrt(dot(a, a)) || 1
  return [a[0] / length, a[1] / length, a[2] / length]
}
const cross = (a: Point, b: Point): Point => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0]
]
const along = (from: Point, way: Point, t: number): Point => [
  from[0] + way[0] * t,
  from[1] + way[1] * t,
  from[2] + way[2] * t
]

/** The light of one moment. */
interface Light {
  sun: Point
  sunColor: Point
  zenith: Point
  horizon: Point
  lamp: number
}

/** `time` runs from 0, sunrise, to 1, dusk. */
function lightAt(time: number): Light {
  const height = mix(0.12, -0.1, time) + Math.sin(time * Math.PI) * 0.72
  const turn = mix(-1.25, 1.35, time)
  const sun = unit([Math.sin(turn), height, Math.cos(turn) * 0.75 - 0.35])
  const day = clamp(height / 0.55)
  const night = clamp(0.12 - height, 0, 0.22) / 0.22
  const golden = blend([1.9, 0.75, 0.28], [1.55, 1.4, 1.2], Math.sqrt(day))
  const power = clamp((height + 0.08) / 0.16) * mix(2.1, 1.45, day)
  return {
    sun,
    sunColor: [golden[0] * power, golden[1] * power, golden[2] * power],
    zenith: blend(blend([0.2, 0.28, 0.52], [0.13, 0.34, 0.78], day), [0.025, 0.035, 0.11], night),
    horizon: blend(blend([0.98, 0.5, 0.28], [0.62, 0.75, 0.86], day), [0.5, 0.2, 0.22], night),
    lamp: clamp(0.3 - height, 0, 0.3) / 0.3
  }
}

/** Distance to the set, or less: around a thing that is more than a metre away its ball is near enough. */
function setDistance(x: number, y: number, z: number): number {
  let best = 60
  for (const { center, reach, distance } of things) {
    const dx = x - center[0]
    const dy = y - center[1]
    const dz = z - center[2]
    const ball = Math.sqrt(dx * dx + dy * dy + dz * dz) - reach
    if (ball > best) continue
    best = Math.min(best, ball > 1 ? ball : distance(x, y, z))
  }
  return best
}

const nearest = ([x, y, z]: Point): Thing | undefined =>
  things.reduce<Thing | undefined>(
    (best, thing) => (!best || thing.distance(x, y, z) < best.distance(x, y, z) ? thing : best),
    undefined
  )

function normalAt([x, y, z]: Point): Point {
  const e = 0.002
  return unit([
    setDistance(x + e, y, z) - setDistance(x - e, y, z),
    setDistance(x, y + e, z) - setDistance(x, y - e, z),
    setDistance(x, y, z + e) - setDistance(x, y, z - e)
  ])
}

/** How far the ray runs until it meets the set; the end where it meets nothing. */
function walk(from: Point, way: Point, end: number): number {
  let t = 0.02
  for (let step = 0; step < 90 && t < end; step++) {
    const d = setDistance(from[0] + way[0] * t, from[1] + way[1] * t, from[2] + way[2] * t)
    if (d < 0.0008 * t) return t
    t += d
  }
  return end
}

/** 0 in shadow, 1 in the sun, between in the penumbra. */
function sunlight(from: Point, sun: Point): number {
  let light = 1
  let t = 0.03
  for (let step = 0; step < 40 && t < 14; step++) {
    const d = setDistance(from[0] + sun[0] * t, from[1] + sun[1] * t, from[2] + sun[2] * t)
    light = Math.min(light, (14 * d) / t)
    if (light < 0.005) return 0
    t += clamp(d, 0.03, 0.6)
  }
  return light * light * (3 - 2 * light)
}

/** Corners and the ground under things get less of the sky. */
function openness(from: Point, normal: Point): number {
  let closed = 0
  for (const [reach, weight] of [
    [0.08, 1.6],
    [0.3, 0.7],
    [0.8, 0.35]
  ] as const) {
    const [x, y, z] = along(from, normal, reach)
    closed += (reach - Math.min(setDistance(x, y, z), y + 0.02, reach)) * weight
  }
  return clamp(1 - closed)
}

function sky(way: Point, light: Light): Point {
  const up = clamp(way[1])
  const facing = clamp(dot(way, light.sun))
  const base = blend(light.horizon, light.zenith, 1 - (1 - up) ** 5)
  const glow = facing ** 6 * 0.28 + facing ** 60 * 0.5 + (facing > 0.9985 ? 6 : 0)
  const hazy = along(base, light.sunColor, glow * 0.4)
  const turn = Math.atan2(way[0], -way[2])
  const hills = 0.045 + 0.02 * Math.sin(turn * 5 + 1) + 0.012 * Math.sin(turn * 13) + 0.006 * Math.sin(turn * 31)
  return way[1] > hills ? hazy : haze(way, light)
}

/** What distance looks like, from the ground to the hills. */
function haze(way: Point, light: Light): Point {
  const near = clamp(dot(way, light.sun)) ** 4 * 0.25
  return along(blend(light.horizon, light.zenith, 0.55), light.sunColor, near * 0.5 - 0.03)
}

function groundColor(x: number, z: number): Point {
  const lane = Math.abs(x + 0.35 * z - 1.1)
  const grain = Math.sin(x * 12.9 + Math.sin(z * 7.3) * 2) * Math.sin(z * 11.7 + Math.sin(x * 5.1) * 2) * 0.035
  if (lane < 0.05 && z - Math.floor(z / 1.6) * 1.6 < 0.9) return [0.75, 0.72, 0.6]
  return lane < 1.5 ? [0.15 + grain, 0.145 + grain, 0.15 + grain] : [0.36 + grain, 0.28 + grain, 0.19 + grain]
}

/** What the eye sees along one ray. */
function look(from: Point, way: Point, light: Light): Point {
  const floor = way[1] < -0.0005 ? -from[1] / way[1] : 60
  const end = Math.min(floor, 60)
  const t = walk(from, way, end)
  if (t >= 60) return sky(way, light)
  const point = along(from, way, t)
  const grounded = t >= end
  const normal: Point = grounded ? [0, 1, 0] : normalAt(point)
  const albedo = grounded ? groundColor(point[0], point[2]) : (nearest(point)?.color(...point) ?? [0, 0, 0])
  const lit = shade(along(point, normal, 0.006), normal, light)
  const color: Point = [albedo[0] * lit[0], albedo[1] * lit[1], albedo[2] * lit[2]]
  return blend(color, haze(way, light), 1 - Math.exp(-t * t * 0.0006))
}

function shade(point: Point, normal: Point, light: Light): Point {
  const facing = clamp(dot(normal, light.sun))
  const sun = facing > 0 ? facing * sunlight(point, light.sun) : 0
  const open = openness(point, normal) * (0.65 + 0.35 * normal[1])
  const bounce = clamp(0.4 - normal[1] * 0.4) * 0.25
  const toLamp: Point = [lamp[0] - point[0], lamp[1] - point[1], lamp[2] - point[2]]
  const gap = dot(toLamp, toLamp)
  const warm = (light.lamp * 1.3 * clamp(dot(normal, unit(toLamp)) * 0.8 + 0.2)) / (0.25 + gap)
  const channel = (i: 0 | 1 | 2, lampColor: number) =>
    light.sunColor[i] * (sun + bounce) + mix(light.zenith[i], light.horizon[i], 0.45) * open * 0.6 + warm * lampColor
  return [channel(0, 1.6), channel(1, 0.85), channel(2, 0.32)]
}

/** Film-like, highlights roll off; then the screen's gamma: 0 to 255. */
function toScreen(value: number): number {
  const v = value * 0.75
  const film = (v * (2.51 * v + 0.03)) / (v * (2.43 * v + 0.59) + 0.14)
  return 255 * clamp(film) ** (1 / 2.2)
}

/** Renders the moment `time`, 0 to 1: one ray a pixel, and four more where neighbours differ. */
export function renderDay(time: number, width: number, height: number): Image {
  const light = lightAt(time)
  const { eye, pixel } = lens(time, width, height)
  const seen = Array.from({ length: width * height }, (_, i) =>
    look(eye, pixel((i % width) + 0.5, Math.floor(i / width) + 0.5), light)
  )
  const data = new Uint8Array(width * height * 3)
  seen.forEach((color, i) => {
    const edge = [i - width, i - 1, i + 1, i + width].some((other) => differs(color, seen[other] ?? color))
    const [x, y] = [i % width, Math.floor(i / width)]
    const rays = edge ? samples.map(([dx, dy]) => look(eye, pixel(x + dx, y + dy), light)) : [color]
    for (const c of [0, 1, 2] as const) {
      data[i * 3 + c] = rays.reduce((sum, ray) => sum + toScreen(ray[c]), 0) / rays.length
    }
  })
  return { width, height, data }
}

const samples = [
  [0.375, 0.125],
  [0.875, 0.375],
  [0.125, 0.625],
  [0.625, 0.875]
] as const

const differs = (a: Point, b: Point) =>
  Math.abs(toScreen(a[0]) - toScreen(b[0])) + Math.abs(toScreen(a[1]) - toScreen(b[1])) > 14

/** The camera rides slowly past the set. */
function lens(time: number, width: number, height: number) {
  const swing = mix(-0.1, 0.1, time)
  const eye: Point = [0.3 + Math.sin(swing) * 11, 1.5, Math.cos(swing) * 10.6]
  const forward = unit([0.1 - eye[0], 2.05 - eye[1], -1.6 - eye[2]])
  const right = unit([-forward[2], 0, forward[0]])
  const up = cross(right, forward)
  const pixel = (x: number, y: number): Point =>
    unit(along(along(forward, right, (x / width - 0.5) * 1.02), up, ((0.5 - y / height) * 1.02 * height) / width))
  return { eye, pixel }
}
