import { parseAppid, parseMchid } from '@minitill/protocol/model'
import { aesSeal } from '../../server/adapters/seal/index.ts'
import { databaseSessions } from '../../server/adapters/sessions/database.ts'
import type {
  Job,
  Jobs,
  Merchant,
  MerchantPolicy,
  Parties,
  Policy,
  Ports,
} from '../../server/ports/index.ts'
import { type Database, openDatabase, openPool } from '../../server/store/database.ts'
import { openStore } from '../../server/store/index.ts'
import { ManualClock } from './clock.ts'
import { freshDatabase } from './database.ts'
import { CollectingLog, CollectingMeter } from './observers.ts'
import { seededRandom } from './random.ts'
import { ScriptedMini } from './scripted-mini.ts'
import { silentSender } from './scripted-sender.ts'

export const appid = parseAppid('wx0000aaaaaaaaaaaa')
/** A second mini program of the same merchant. */
export const otherAppid = parseAppid('wx0000bbbbbbbbbbbb')

export interface TestPorts extends Ports {
  readonly clock: ManualClock
  readonly log: CollectingLog
  readonly meter: CollectingMeter
  readonly wechatMini: ScriptedMini
  readonly db: Database
  readonly url: string
  /** What flows enqueued, in order; nothing runs by itself. */
  readonly enqueued: Job[]
  /** Another instance: its own connections, the same database and clock. */
  another(seed: string): TestPorts
  /** Closes all connections of all instances and drops the database. */
  close(): Promise<void>
}

/** Ports over a real database of the test's own; whatever `overrides` names is used instead. */
export async function testPorts(overrides: Partial<Ports> = {}): Promise<TestPorts> {
  const { url, drop } = await freshDatabase()
  const clock = new ManualClock()
  const opened: Database[] = []
  const open = (seed: string): TestPorts => {
    const db = openDatabase(openPool({ url }, 10))
    opened.push(db)
    const close = async () => {
      for (const one of opened) await one.destroy()
      await drop()
    }
    const enqueued: Job[] = []
    const jobs: Jobs = { enqueue: async (job) => void enqueued.push(job) }
    const own = { ...instance(db, clock, seed), store: openStore(db, () => jobs), ...overrides }
    return { ...own, db, url, enqueued, another: open, close } as TestPorts
  }
  return open('first')
}

function instance(db: Database, clock: ManualClock, seed: string): Omit<Ports, 'store'> {
  return {
    clock,
    log: new CollectingLog(),
    meter: new CollectingMeter(),
    notices: { open: () => Promise.reject(notScripted('notices')) },
    parties: testParties,
    points: { reach: async () => {} },
    policy: testPolicy,
    pushes: { isGenuine: () => false, open: () => ({ ok: false, reason: 'not_configured' }) },
    random: seededRandom(seed),
    seal: aesSeal([Buffer.alloc(32, 7)]),
    sender: silentSender(),
    sessions: databaseSessions(db),
    wechatMini: new ScriptedMini(),
    wechatPay: {
      prepay: () => Promise.reject(notScripted('prepay')),
      query: () => Promise.reject(notScripted('query')),
      close: () => Promise.reject(notScripted('close')),
      callUp: () => Promise.reject(notScripted('callUp')),
      refreshKeys: () => Promise.reject(notScripted('refreshKeys')),
      refund: () => Promise.reject(notScripted('refund')),
      refundQuery: () => Promise.reject(notScripted('refundQuery')),
      bill: () => Promise.reject(notScripted('bill')),
      abnormalRefund: () => Promise.reject(notScripted('abnormalRefund')),
    },
  }
}

const notScripted = (name: string) => new Error(`this test did not say what ${name} answers`)

const day = 86_400_000

export const testPolicy: Policy = {
  sessionTtlMs: 30 * day,
  sessionIdleMs: 7 * day,
}

const merchantPolicy: MerchantPolicy = {
  orderTtlMs: 30 * 60_000,
  tradePrefix: 'T',
  lateMoney: 'park',
  approveRefundsFrom: null,
}

const merchant: Merchant = {
  mchid: parseMchid('1999900001'),
  appids: [appid, otherAppid],
  payNotifyUrl: 'http://127.0.0.1:4000/wechat/pay/notify/1999900001',
  refundNotifyUrl: 'http://127.0.0.1:4000/wechat/pay/refund-notify/1999900001',
  policy: merchantPolicy,
}

export const testParties: Parties = {
  defaultAppid: appid,
  appids: [appid, otherAppid],
  mchids: [merchant.mchid],
  app: (given) => {
    const found = merchant.appids.find((one) => one === given)
    return found === undefined ? null : { appid: found }
  },
  merchant: (mchid) => (mchid === merchant.mchid ? merchant : null),
  merchantOf: () => merchant,
  policyOf: () => merchantPolicy,
}
