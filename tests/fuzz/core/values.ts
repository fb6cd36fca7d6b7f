// JSON values: a good one with a few of its parts replaced, taken away or doubled.
import type { Chance } from './chance.ts'
import { damaged, oddNumber, oddText } from './texts.ts'

export type Json = string | number | boolean | null | Json[] | { [key: string]: Json }

/** Any value, seldom a deep one. */
export function anyJson(chance: Chance, depth = 0): Json {
  switch (chance.below(depth > 3 ? 5 : 8)) {
    case 0:
      return null
    case 1:
      return chance.oneIn(2)
    case 2:
      return oddNumber(chance)
    case 3:
      return chance.between(-1000, 1_000_000)
    case 4:
      return oddText(chance)
    case 5:
      return Array.from({ length: chance.below(4) }, () => anyJson(chance, depth + 1))
    case 6:
      return anyObject(chance, depth)
    default:
      return chance.oneIn(100) ? deep(chance.between(50, 400)) : oddText(chance)
  }
}

function anyObject(chance: Chance, depth: number): Json {
  const pairs = Array.from({ length: chance.below(4) }, (): [string, Json] => [
    oddText(chance),
    anyJson(chance, depth + 1),
  ])
  return Object.fromEntries(pairs)
}

function deep(levels: number): Json {
  let value: Json = 1
  for (let level = 0; level < levels; level += 1) value = [value]
  return value
}

/** The value with one to three of its parts changed. The value itself stays as it is. */
export function damagedJson(chance: Chance, value: Json): Json {
  let result = structuredClone(value)
  for (let blows = chance.between(1, 3); blows > 0; blows -= 1) result = blow(chance, result)
  return result
}

function blow(chance: Chance, value: Json): Json {
  if (typeof value !== 'object' || value === null || chance.oneIn(12)) return scalar(chance, value)
  if (Array.isArray(value)) return list(chance, value)
  const keys = Object.keys(value)
  const key = keys[chance.below(keys.length + 1)]
  if (key === undefined || chance.oneIn(10)) return { ...value, [oddText(chance)]: anyJson(chance) }
  const { [key]: part = null, ...rest } = value
  if (chance.oneIn(6)) return rest
  return { ...rest, [chance.oneIn(20) ? damaged(chance, key) : key]: blow(chance, part) }
}

function list(chance: Chance, value: Json[]): Json {
  const at = chance.below(value.length + 1)
  const part = value[at]
  if (part === undefined) return [...value, anyJson(chance)]
  if (chance.oneIn(4)) return value.toSpliced(at, 1)
  if (chance.oneIn(50)) return Array.from({ length: chance.between(10, 300) }, () => part)
  return value.with(at, blow(chance, part))
}

function scalar(chance: Chance, value: Json): Json {
  if (typeof value === 'string' && !chance.oneIn(3)) return damaged(chance, value)
  if (typeof value === 'number' && chance.oneIn(2)) return value + chance.between(-2, 2)
  return anyJson(chance)
}

/** A JSON text of a value, sometimes written oddly, sometimes broken. */
export function jsonText(chance: Chance, value: Json): string {
  const text = JSON.stringify(value, null, chance.oneIn(8) ? 2 : 0)
  return chance.oneIn(3) ? damaged(chance, text) : text
}
