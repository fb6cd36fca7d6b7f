// Ports for a flow alone: the real store on a database of its own, a clock set by hand, and a WeChat
// that says what the test lets it say.
import { fen, instant, parseAppid, parseMchid, parseOpenid } from '@minitill/protocol/model'
import { partiesOf } from '../../server/adapters/parties/index.ts'
import { noPoints } from '../../server/adapters/points/index.ts'
import { systemRandom } from '../../server/adapters/random/index.ts'
import { placeOrder } from '../../server/flows/place-order.ts'
import type { Answer, Job, MerchantPolicy, Ports, WechatPay } from '../../server/ports/index.ts'
import { type Database, openDatabase, openPool } from '../../server/store/database.ts'
import { openStore } from '../../server/store/index.ts'
import { freshDatabase } from './database.ts'
import { silentSender } from './scripted-sender.ts'

export const appid = parseAppid('wx0000aaaaaaaaaaaa')
export const mchid = parseMchid('1999900001')
const openid = parseOpenid('oPayer')

export const merchantPolicy: MerchantPolicy = {
  orderTtlMs: 1_800_000,
  tradePrefix: 'MT',
  lateMoney: 'park',
  approveRefundsFrom: null,
}

/** What was asked of WeChat, in order; bodies for prepay, numbers for the others. */
export interface Asked {
  readonly api: Api
  readonly what: string
}

export interface FlowBox {
  readonly ports: Ports
  readonly db: Database
  readonly asked: Asked[]
  readonly jobs: Job[]
  readonly script: Script
  at(ms: number): void
  /** A placed order of 2 × 990 fen; its id. */
  order(): Promise<string>
  close(): Promise<void>
}

type Api = 'prepay' | 'query' | 'close' | 'refund' | 'refundQuery' | 'abnormalRefund' | 'bill'

type Reply<K extends Api> = Awaited<ReturnType<WechatPay[K]>>

/** What WeChat answers; the last line of each list is said again for ever. */
export interface Script {
  prepay: Array<Reply<'prepay'>>
  query: Array<Reply<'query'>>
  close: Array<Reply<'close'>>
  refund: Array<Reply<'refund'>>
  refundQuery: Array<Reply<'refundQuery'>>
  abnormalRefund: Array<Reply<'abnormalRefund'>>
  bill: Array<Reply<'bill'>>
}

const nobody: Answer<never> = { got: 'silence', why: 'timeout' }

const silentScript = (): Script => ({
  prepay: [nobody],
  query: [nobody],
  close: [nobody],
  refund: [nobody],
  refundQuery: [nobody],
  abnormalRefund: [nobody],
  bill: [nobody],
})

export async function flowBox(): Promise<FlowBox> {
  const fresh = await freshDatabase()
  const db = openDatabase(openPool({ url: fresh.url }, 4))
  const asked: Asked[] = []
  const jobs: Job[] = []
  const script = silentScript()
  let now = instant(1_800_000_000_000)
  const say = <K extends Asked['api']>(api: K, what: string): Script[K][number] => {
    asked.push({ api, what })
    const lines: Array<Script[K][number]> = script[api]
    const [line] = lines.length > 1 ? lines.splice(0, 1) : lines
    if (line === undefined) throw new Error(`the script has no line for ${api}`)
    return line
  }
  const ports: Ports = {
    ...quietPorts(),
    clock: { now: () => now, sleep: async () => {} },
    store: openStore(db, () => ({ enqueue: async (job) => void jobs.push(job) })),
    wechatPay: {
      prepay: async ({ body }) => say('prepay', body),
      query: async (_mchid, no) => say('query', no),
      close: async (_mchid, no) => say('close', no),
      callUp: async (_mchid, _appid, prepayId) => callUpOf(prepayId),
      refreshKeys: async () => nobody,
      refund: async ({ body }) => say('refund', body),
      refundQuery: async (_mchid, no) => say('refundQuery', no),
      bill: async ({ date, kind }) => say('bill', `${date} ${kind}`),
      abnormalRefund: async ({ outRefundNo, ...card }) =>
        say('abnormalRefund', JSON.stringify({ ...card, outRefundNo })),
    },
  }
  const accountId = await settle(ports, now)
  return {
    ports,
    db,
    asked,
    jobs,
    script,
    at: (ms) => {
      now = instant(ms)
    },
    order: () => newOrder(ports, accountId),
    close: async () => {
      await db.destroy()
      await fresh.drop()
    },
  }
}

const callUpOf = (prepayId: string) => ({
  timeStamp: '1',
  nonceStr: 'n',
  package: `prepay_id=${prepayId}`,
  signType: 'RSA' as const,
  paySign: 's',
})

/** A port that the flows under test have no business with. */
function unused<T extends object>(name: string): T {
  const refuse = () => {
    throw new Error(`${name} is not for this flow`)
  }
  return new Proxy({}, { get: refuse }) as T
}

function quietPorts() {
  return {
    log: { info: () => {}, warn: () => {}, error: () => {} },
    meter: { count: () => {} },
    points: noPoints,
    notices: unused<Ports['notices']>('notices'),
    pushes: unused<Ports['pushes']>('pushes'),
    seal: unused<Ports['seal']>('seal'),
    sender: silentSender(),
    sessions: unused<Ports['sessions']>('sessions'),
    wechatMini: unused<Ports['wechatMini']>('wechatMini'),
    random: systemRandom(),
    parties: partiesOf({
      appids: [appid],
      merchants: [{ mchid, appids: [appid], policy: merchantPolicy }],
      policy: merchantPolicy,
      publicUrl: 'https://shop.example',
    }),
    policy: { sessionTtlMs: 1, sessionIdleMs: 1 },
  }
}

async function settle(ports: Ports, at: ReturnType<typeof instant>): Promise<string> {
  return await ports.store.transaction(async (tx) => {
    const accountId = ports.random.id('account')
    await tx.accounts.findOrCreate({ accountId, appid, openid, unionid: null, at })
    const tea = { id: 'tea', name: 'Tea', description: '', priceFen: fen(990), stock: 1_000 }
    const rest = { currency: 'CNY', imageUrl: '', active: true, position: 1 } as const
    await tx.products.put({ ...tea, ...rest }, at)
    return accountId
  })
}

async function newOrder(ports: Ports, accountId: string): Promise<string> {
  const placed = await placeOrder(ports, {
    accountId,
    appid,
    openid,
    lines: [{ productId: 'tea', quantity: 2 }],
    key: ports.random.uuid(),
    requestHash: 'x',
    present: ({ order }) => order.id,
  })
  if (placed.kind !== 'placed') throw new Error(`no order: ${placed.kind}`)
  return placed.body
}
