// The film set as signed distances: each thing says how far the point x, y, z is from it, in metres, y up.

export type Point = readonly [x: number, y: number, z: number]

interface Rod {
  from: Point
  way: Point
  square: number
  radius: number
}

export interface Thing {
  distance: (x: number, y: number, z: number) => number
  /** A ball around it; far from the ball nobody needs the exact distance. */
  center: Point
  reach: number
  /** Linear red, green and blue where it is hit. */
  color: (x: number, y: number, z: number) => Point
}

const clamp = (value: number, low: number, high: number) => Math.min(Math.max(value, low), high)

const length2 = (x: number, y: number) => Math.sqrt(x * x + y * y)

const rodOf = (from: Point, to: Point, radius: number): Rod => {
  const way: Point = [to[0] - from[0], to[1] - from[1], to[2] - from[2]]
  return { from, way, square: way[0] ** 2 + way[1] ** 2 + way[2] ** 2, radius }
}

function rod(x: number, y: number, z: number, { from, way, square, radius }: Rod): number {
  const px = x - from[0]
  const py = y - from[1]
  const pz = z - from[2]
  const along = clamp((px * way[0] + py * way[1] + pz * way[2]) / square, 0, 1)
  const dx = px - way[0] * along
  const dy = py - way[1] * along
  const dz = pz - way[2] * along
  return Math.sqrt(dx * dx + dy * dy + dz * dz) - radius
}

/** A box with soft edges around the origin. */
function box(x: number, y: number, z: number, [w, h, d]: Point): number {
  const dx = Math.max(Math.abs(x) - w, 0)
  const dy = Math.max(Math.abs(y) - h, 0)
  const dz = Math.max(Math.abs(z) - d, 0)
  const inside = Math.min(Math.max(Math.abs(x) - w, Math.abs(y) - h, Math.abs(z) - d), 0)
  return Math.sqrt(dx * dx + dy * dy + dz * dz) + inside - 0.02
}

/** An upright drum: `across` is the distance from its axis. */
function drum(across: number, y: number, radius: number, half: number): number {
  const dx = across - radius
  const dy = Math.abs(y) - half
  return Math.min(Math.max(dx, dy), 0) + length2(Math.max(dx, 0), Math.max(dy, 0)) - 0.02
}

/** A hall with a barrel roof and a gate; its front is at z = 0. */
function hall(x: number, y: number, z: number): number {
  const arch = length2(x, y + 1.2) - 4.1
  const walls = Math.max(Math.abs(x) - 2.8, arch, Math.abs(z + 3) - 3)
  const gate = Math.max(Math.abs(x) - 1.35, y - 1.75, -z - 0.14)
  return Math.max(walls, -gate)
}

function hallColor(x: number, y: number, z: number): Point {
  const front = z > -0.2
  if (front && Math.abs(x) < 1.4 && y < 1.8)
    return x * 2.6 - Math.floor(x * 2.6) < 0.09 ? [0.04, 0.1, 0.12] : [0.07, 0.2, 0.23]
  if (front && y > 2 && y < 2.14) return [0.55, 0.13, 0.06]
  if (length2(x, y + 1.2) > 4.04) return [0.3, 0.3, 0.32]
  return [0.62, 0.43, 0.26]
}

const leg = rodOf([0.95, 0, 0.95], [0.62, 2.7, 0.62], 0.055)
const low = rodOf([0.9, 0.35, 0.9], [0, 1.35, 0.85], 0.028)
const high = rodOf([0, 1.35, 0.85], [0.66, 2.4, 0.66], 0.028)

/** Its legs stand in four corners, so one of them is enough. */
function tower(x: number, y: number, z: number): number {
  const across = length2(x, z)
  const tank = drum(across, y - 3.5, 0.98, 0.72)
  const floor = drum(across, y - 2.72, 1.18, 0.03)
  const roof = Math.max((across - 1.15) * 0.6 + (y - 4.22) * 0.8, 4.2 - y)
  const top = Math.min(tank, floor, roof)
  return y > 2.9 ? top : Math.min(top, frame(Math.abs(x), y, Math.abs(z)))
}

const frame = (x: number, y: number, z: number) =>
  Math.min(rod(x, y, z, leg), rod(x, y, z, low), rod(z, y, x, low), rod(x, y, z, high), rod(z, y, x, high))

function towerColor(x: number, y: number): Point {
  if (y > 4.2) return [0.42, 0.1, 0.06]
  if (y < 2.76) return [0.2, 0.2, 0.22]
  if (y > 3.2 && y < 3.8) return [0.8, 0.78, 0.7]
  return [0.25, 0.42, 0.5]
}

const leaf = [rodOf([0, 0, 0], [0.55, 0.22, 0], 0.05), rodOf([0.55, 0.22, 0], [1.05, -0.18, 0], 0.035)] as const

function palm(x: number, y: number, z: number, height: number): number {
  const bend = 0.05 * y * y
  const trunk = Math.max(length2(x - bend * 0.4, z) - 0.13 + y * 0.012, y - height) * 0.8
  const [px, py] = [x - 0.02 * height * height, y - height]
  if (py < -1) return Math.min(trunk, -0.3 - py)
  const sector = (Math.PI * 2) / 9
  const turn = Math.atan2(z, px)
  const folded = turn - Math.round(turn / sector) * sector
  const across = length2(px, z)
  const [lx, lz] = [Math.cos(folded) * across, Math.sin(folded) * across]
  return Math.min(trunk, rod(lx, py, lz * 0.45, leaf[0]) * 0.7, rod(lx, py, lz * 0.45, leaf[1]) * 0.7)
}

const palmColor =
  (height: number) =>
  (x: number, y: number): Point =>
    y > height - 0.35 ? [0.08, 0.2, 0.06] : [0.25, 0.16, 0.09]

const tripod = [0, 1, 2].map((i) =>
  rodOf([0, 1.05, 0], [Math.sin(i * 2.1 + 0.3) * 0.42, 0, Math.cos(i * 2.1 + 0.3) * 0.42], 0.025)
)

/** A film camera with two reels, on its tripod. */
function camera(x: number, y: number, z: number): number {
  const body = box(x, y - 1.22, z, [0.26, 0.16, 0.11])
  const lens = Math.max(length2(y - 1.22, z) - 0.07 - Math.max(x - 0.4, 0) * 0.4, Math.abs(x - 0.4) - 0.14)
  const reels = drum(Math.min(length2(x + 0.17, y - 1.56), length2(x - 0.17, y - 1.54)), z, 0.17, 0.04)
  let distance = Math.min(body, lens, reels)
  for (const one of tripod) distance = Math.min(distance, rod(x, y, z, one))
  return distance
}

const at = (thing: Thing, [x, y, z]: Point, turn = 0): Thing => {
  const [c, s] = [Math.cos(turn), Math.sin(turn)]
  const local =
    <T>(f: (x: number, y: number, z: number) => T) =>
    (px: number, py: number, pz: number) =>
      f(c * (px - x) - s * (pz - z), py - y, s * (px - x) + c * (pz - z))
  const [cx, cy, cz] = thing.center
  return {
    distance: local(thing.distance),
    color: local(thing.color),
    center: [x + c * cx + s * cz, y + cy, z - s * cx + c * cz],
    reach: thing.reach
  }
}

const palmOf = (height: number): Thing => ({
  distance: (x, y, z) => palm(x, y, z, height),
  color: palmColor(height),
  center: [0.2, height / 2, 0],
  reach: height / 2 + 1.2
})

export const things: Thing[] = [
  at({ distance: hall, color: hallColor, center: [0, 1.4, -3], reach: 5 }, [-3.1, 0, -1.2], 0.32),
  at({ distance: tower, color: towerColor, center: [0, 2.5, 0], reach: 3 }, [2.9, 0, -2.6], 0.5),
  at({ distance: camera, color: () => [0.03, 0.03, 0.035], center: [0, 0.9, 0], reach: 1.1 }, [0.75, 0, 3.1], 2.75),
  at(palmOf(3.4), [0.35, 0, -4.6]),
  at(palmOf(2.7), [5.4, 0, -3.2], 2),
  at(palmOf(3), [-6.6, 0, 0.6], 1)
]

/** The lamp over the hall's gate. */
export const lamp: Point = [-3.02, 2.32, -0.98]
