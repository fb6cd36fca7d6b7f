// Ports for the flow alone: the real store, and a WeChat that says bills.
import { instant, parseAppid, parseMchid } from '@minitill/protocol/model'
import { partiesOf } from '../../server/adapters/parties/index.ts'
import { noPoints } from '../../server/adapters/points/index.ts'
import { systemRandom } from '../../server/adapters/random/index.ts'
import { answer, type Points, type Ports, silence } from '../../server/ports/index.ts'
import type { Database } from '../../server/store/database.ts'
import { openStore } from '../../server/store/index.ts'
import { mchid } from './day.ts'

interface BenchParts {
  readonly bytesOf: (kind: 'trade' | 'fundflow') => AsyncIterable<Uint8Array>
  readonly withFunds: boolean
  readonly hash: string
  /** Told when a part of the work begins. */
  readonly mark: (name: string) => void
}

export function benchPorts(db: Database, { bytesOf, withFunds, hash, mark }: BenchParts): Ports {
  const appid = parseAppid('wx0000aaaaaaaaaaaa')
  const now = instant(Date.parse('2026-11-24T02:10:00Z'))
  const points: Points = {
    ...noPoints,
    reach: async (name) => {
      if (name.startsWith('match-')) mark('match')
    },
  }
  const policy = {
    tradePrefix: 'T',
    lateMoney: 'park',
    orderTtlMs: 1,
    approveRefundsFrom: null,
  } as const
  const parties = partiesOf({
    appids: [appid],
    merchants: [{ mchid: parseMchid(mchid), appids: [appid], policy }],
    publicUrl: 'https://shop.example',
    policy,
  })
  const sessions = { sessionTtlMs: 1, sessionIdleMs: 1 }
  const wechatPay = {
    bill: async ({ kind }: { kind: 'trade' | 'fundflow' }) => {
      mark(`import ${kind}`)
      if (kind === 'fundflow' && !withFunds) return silence('timeout')
      const file = { hash, size: 0, read: () => bytesOf(kind), discard: async () => {} }
      return answer({ kind: 'file' as const, file })
    },
  } as unknown as Ports['wechatPay']
  return {
    clock: { now: () => now, sleep: async () => {} },
    log: { info: () => {}, warn: () => {}, error: () => {} },
    meter: { count: () => {} },
    points,
    parties,
    policy: sessions,
    random: systemRandom(),
    store: openStore(db, () => ({ enqueue: async () => {} })),
    wechatPay,
  } as unknown as Ports
}
