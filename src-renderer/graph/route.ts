/** How an edge runs: out to the right, in from the left, level where it passes a column of cards. */
export interface Point {
  x: number
  y: number
}

/** A level stretch that the layout kept free of cards. */
export interface Lane {
  from: number
  to: number
  y: number
}

const at = ({ x, y }: Point) => `${Math.round(x * 10) / 10} ${Math.round(y * 10) / 10}`

function bend(from: Point, to: Point): string {
  const ahead = to.x - from.x
  // an edge that runs backwards swings out on both sides
  const reach = ahead > 0 ? Math.min(Math.max(ahead / 2, 28), 120) : 60
  return `C${at({ x: from.x + reach, y: from.y })} ${at({ x: to.x - reach, y: to.y })} ${at(to)}`
}

/** The `d` of an SVG path. */
export function route(from: Point, to: Point, lanes: readonly Lane[]): string {
  let here = from
  let path = `M${at(from)}`
  for (const lane of lanes) {
    path += `${bend(here, { x: lane.from, y: lane.y })}L${at({ x: lane.to, y: lane.y })}`
    here = { x: lane.to, y: lane.y }
  }
  return path + bend(here, to)
}
