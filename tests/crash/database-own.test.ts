// A PostgreSQL whose processes all end at once under load, as when a machine loses its power. What was
// committed is there again after it, and nothing about money is wrong.
import { expect, test } from 'vitest'
import { OwnPostgres } from '../support/own-postgres.ts'
import { Crew } from './crew.ts'
import { crowd, truth, untilOrders } from './crowd.ts'

const longMs = 180_000

// Where no embedded PostgreSQL can be installed; `npm run prove` then names the lane as not run.
test.skipIf(!OwnPostgres.isThere())(
  'stopped at once and started again, twice under load: everything settles and the books are right',
  async () => {
    const postgres = await OwnPostgres.start()
    const crew = await Crew.open({ databaseUrl: postgres.url })
    await crew.join()
    await crew.join()
    await crew.stockUp()
    const load = crowd(crew.pair, 12, 4)
    for (const count of [8, 24]) {
      await untilOrders(crew.pair, count)
      await postgres.stopAtOnce()
      await postgres.startAgain()
    }
    await load
    expect(await truth(crew.pair)).toEqual([])
    await crew.pair.stop()
    await postgres.end()
  },
  longMs,
)
