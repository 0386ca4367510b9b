/** Parts of a graph's JSON, each checked where it is read: a wrong one is refused with its path. */
import { kindOf, textOf, type JsonKind, type Members, type Raw } from '../../domain/json.ts'
import { refuse } from '../../domain/result.ts'

const names: Record<JsonKind, string> = {
  object: 'an object',
  array: 'a list',
  string: 'a text',
  number: 'a number',
  boolean: 'true or false',
  null: 'null'
}

/** A part of this kind, or a refusal that says where it should be. */
export function expectKind(raw: Raw | undefined, kind: JsonKind, where: string): Raw {
  if (raw === undefined) return refuse('input', `${where} is missing; it should be ${names[kind]}`)
  const got = kindOf(raw)
  if (got !== kind) refuse('input', `${where} is ${names[got]}; it should be ${names[kind]}`)
  return raw
}

export const textAt = (members: Members, key: string, where: string): string =>
  textOf(expectKind(members.get(key), 'string', `${where}.${key}`))

export const objectAt = (members: Members, key: string, where: string): Raw =>
  expectKind(members.get(key), 'object', `${where}.${key}`)

export function optionalText(members: Members, key: string, where: string): string | null {
  const value = members.get(key)
  return value === undefined || value === 'null' ? null : textOf(expectKind(value, 'string', `${where}.${key}`))
}
