// A generated day as a server meets it: our books in a database of its own, and WeChat's two bills.
import { createHash } from 'node:crypto'
import { parseMchid } from '@minitill/protocol/model'
import { reconcileDay } from '../../../server/flows/reconcile-day.ts'
import { answer, type BillRequest } from '../../../server/ports/index.ts'
import type { Reconciliation } from '../../../server/ports/tables/differences.ts'
import { openPool } from '../../../server/store/database.ts'
import { ManualClock } from '../../support/clock.ts'
import { type TestPorts, testPorts } from '../../support/ports.ts'
import { putBooks } from './books.ts'
import { type Day, date, mchid } from './day.ts'

async function* pieces(bytes: Buffer) {
  for (let at = 0; at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536)
}

export class World {
  readonly ports: TestPorts
  readonly pool: ReturnType<typeof openPool>

  private constructor(ports: TestPorts) {
    this.ports = ports
    this.pool = openPool({ url: ports.url }, 2)
  }

  static async open(day: Day): Promise<World> {
    const ports = await testPorts({ clock: new ManualClock('2026-11-24T02:10:00Z') })
    const bill = async ({ kind }: BillRequest) => {
      const bytes = kind === 'trade' ? day.trades : day.funds
      const hash = createHash('sha1').update(bytes).digest('hex')
      const read = () => pieces(bytes)
      const file = { hash, size: bytes.length, read, discard: async () => {} }
      return answer({ kind: 'file' as const, file })
    }
    Object.assign(ports, { wechatPay: { ...ports.wechatPay, bill } })
    const world = new World(ports)
    await putBooks(world.pool, day.sales)
    return world
  }

  /** Compares the day; it must come to its end. */
  async run(): Promise<Reconciliation> {
    const result = await reconcileDay(this.ports, { mchid: parseMchid(mchid), date })
    if (result.kind !== 'reconciled') throw new Error(JSON.stringify(result))
    return result.day
  }

  /** `class status number` of every difference that was found. */
  async found(): Promise<readonly string[]> {
    const { rows } = await this.pool.query(`SELECT class, status, coalesce(detail->>'out_refund_no',
      detail->>'out_trade_no', detail->>'voucher', '') AS about FROM difference`)
    return rows.map((row) => `${row.class} ${row.status} ${row.about}`.trim()).sort()
  }

  async close(): Promise<void> {
    await this.pool.end()
    await this.ports.close()
  }
}
