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

/** How far an edge that runs backwards swings out at both ends. */
const swing = 36

/** Back round over what lies between, level at `y`. */
export function routeBack(from: Point, to: Point, y: number): string {
  const [out, back] = [from.x + swing, to.x - swing]
  return (
    `M${at(from)}C${at({ x: out + swing / 2, y: from.y })} ${at({ x: out + swing / 2, y })} ${at({ x: from.x, y })}` +
    `L${at({ x: to.x, y })}C${at({ x: back - swing / 2, y })} ${at({ x: back - swing / 2, y: to.y })} ${at(to)}`
  )
}

/** A path whose numbers are pairs, with x and y exchanged: what ran right runs down. */
export const turned = (path: string): string => path.replace(/(-?[\d.]+) (-?[\d.]+)/g, '$2 $1')
