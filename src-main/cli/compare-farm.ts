/** What `compare` says of a farm's run below the table of its tasks. */
import type { ComparedView, FarmBeside, Output } from '../api.ts'
import { cameLabel, cameNotes, forecastLabel, foretold, foretoldSentence, hostTexts } from '../domain/farm-beside.ts'
import { farmText } from '../domain/farm-run.ts'
import { secondsText } from '../domain/forecast.ts'
import { table } from './print.ts'

/** The kinds of the findings that name a task. */
export const warnedText = ({ rehearsal }: FarmBeside, { warned }: ComparedView): string =>
  [...new Set(warned.flatMap((place) => rehearsal?.findings[place]?.kind ?? []))].join(', ')

/** `all`: also the tasks that are the same. */
export function farmTexts(compared: Output<'job.compare'>, all: readonly ComparedView[]): string[] {
  const { farm, left, right } = compared
  if (!farm) return []
  const told = foretold(all)
  const said = foretoldSentence(farm.rehearsal, told)
  const findings = farm.rehearsal?.findings.filter((_, place) => told.places.has(place)) ?? []
  return [
    [
      `job ${right} ran on ${farmText(farm.run)}, beside job ${left}`,
      ...hostTexts(farm.hosts).map((text) => `  ${text}`)
    ].join('\n'),
    [said, ...findings.map(({ severity, kind, message }) => `  ${severity}, ${kind}: ${message}`)].join('\n'),
    ...forecastText(farm)
  ]
}

function forecastText({ came, forecast, lowerBound }: FarmBeside): string[] {
  if (!came) return []
  const least = lowerBound ? 'at least ' : ''
  const rows = forecast.map(({ workers, wall, machine }) => [
    ...[forecastLabel(workers), least + secondsText(wall), least + secondsText(machine)]
  ])
  const shown = table(
    ['', 'WALL TIME', 'MACHINE TIME'],
    [...rows, [cameLabel(came), secondsText(came.wall), secondsText(came.machine)]]
  )
  return [[shown, ...cameNotes(came)].join('\n')]
}
