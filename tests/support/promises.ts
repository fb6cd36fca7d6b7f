// All live promises at once, as the product's own statements check them.
import { promiseIds } from '../../server/domain/live-promise.ts'
import type { PromiseReads } from '../../server/ports/tables/promises.ts'

/** Every breach that a whole pass finds, as "I-9 payment:pay_… why", and the rows it looked at. */
export async function lookAll(reads: PromiseReads, limit = 1000) {
  const broken: string[] = []
  const rows = new Map<string, number>()
  for (const id of promiseIds) {
    for (let check = 0; check < reads.checksOf(id); check += 1) {
      let after: string | null = ''
      while (after !== null) {
        const window = await reads.look(id, check, after, limit)
        rows.set(`${id}/${check}`, (rows.get(`${id}/${check}`) ?? 0) + window.checked)
        broken.push(...window.broken.map(({ subject, why }) => `${id} ${subject} ${why}`))
        after = window.last
      }
    }
  }
  return { broken, rows }
}
