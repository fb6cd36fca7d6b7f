// The other side's truth: what the simulator's control API says about people and trades.
import type { Pair } from './pair.ts'

export interface Person {
  id: string
  /** Fen. */
  balance: number
}

async function call(url: string, body?: object): Promise<unknown> {
  const init: RequestInit = { signal: AbortSignal.timeout(10_000) }
  if (body !== undefined) {
    init.method = 'POST'
    init.headers = { 'content-type': 'application/json' }
    init.body = JSON.stringify(body)
  }
  const answer = await fetch(url, init)
  if (!answer.ok) throw new Error(`${url}: ${answer.status} ${await answer.text()}`)
  return answer.json()
}

function fieldsOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}

function personOf(value: unknown): Person {
  const { id, balance } = fieldsOf(value)
  if (typeof id !== 'string' || typeof balance !== 'number') throw new Error('not a person')
  return { id, balance }
}

/** A new person with this much money, in fen. */
export async function newPerson(pair: Pair, name: string, balance: number): Promise<Person> {
  return personOf(await call(`${pair.simulatorUrl}/_sim/people`, { name, balance }))
}

/** What this person has left, in fen. */
export async function balanceOf(pair: Pair, id: string): Promise<number> {
  const { people } = fieldsOf(await call(`${pair.simulatorUrl}/_sim/state`))
  const found = Array.isArray(people)
    ? people.map(personOf).find((one) => one.id === id)
    : undefined
  if (found === undefined) throw new Error(`no person ${id}`)
  return found.balance
}
