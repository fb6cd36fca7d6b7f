// Days and differences between WeChat's bills and the books, as the server tells them.
import { type Fields, fieldsOf, listOf, numberOf, textOf, textOrNull } from './read.ts'
import { readSpoken, type Spoken } from './shapes.ts'

export interface BillDay {
  id: string
  date: string
  mchid: string
  status: string
  /** Why it waits or was refused: the day's own word, else that of its bills. */
  problem: string | null
  matched: number | null
  foreign: number | null
  /** How many differences the day has in each status. */
  counts: Record<DifferenceStatus, number>
  /** Null before the balance is known; 0 is right to the fen. */
  unexplainedFen: number | null
  finishedAt: string | null
}

export type DifferenceStatus = 'open' | 'healed' | 'explained'

export interface Difference {
  id: string
  date: string
  mchid: string
  class: string
  title: Spoken
  advice: Spoken
  /** What each side says; null when it has nothing of the kind. */
  thereFen: number | null
  hereFen: number | null
  detail: Fields
  openedAt: string
}

/** One merchant's day. The list has one merchant in each of its rows. */
export function readBillDay(from: Fields): BillDay {
  const day = fieldsOf(listOf(from['merchants'])[0])
  const differences = listOf(day['differences']).map(fieldsOf)
  const countOf = (status: DifferenceStatus) =>
    differences
      .filter((one) => one['status'] === status)
      .reduce((sum, { count }) => sum + numberOf(count), 0)
  const bills = listOf(day['bills']).map((bill) => textOrNull(fieldsOf(bill)['problem']))
  return {
    id: textOf(from['id']),
    date: textOf(from['date']),
    mchid: textOf(day['mchid']),
    status: textOf(from['status']),
    problem: textOrNull(day['problem']) ?? bills.find((one) => one !== null) ?? null,
    matched: numberOrNull(day['matched']),
    foreign: numberOrNull(day['foreign']),
    counts: {
      open: numberOf(from['open_differences']),
      healed: countOf('healed'),
      explained: countOf('explained'),
    },
    unexplainedFen: numberOrNull(fieldsOf(day['balance'])['unexplained']),
    finishedAt: textOrNull(day['finished_at']),
  }
}

export function readDifference(from: Fields): Difference {
  const name = textOf(from['class'])
  return {
    id: textOf(from['id']),
    date: textOf(from['date']),
    mchid: textOf(from['mchid']),
    class: name,
    title: readSpoken(from['title'], name),
    advice: readSpoken(from['advice'], ''),
    thereFen: numberOrNull(from['there']),
    hereFen: numberOrNull(from['here']),
    detail: fieldsOf(from['detail']),
    openedAt: textOf(from['opened_at']),
  }
}

function numberOrNull(value: unknown): number | null {
  return typeof value === 'number' ? value : null
}
