// Two merchants on one instance: real flows, store and job loop on virtual time, and a WeChat that may
// stop answering for one of them. A call that gets no answer takes four seconds of that time.
import {
  type Appid,
  fen,
  type Mchid,
  parseAppid,
  parseMchid,
  parseOpenid,
  parsePrepayId,
  parseRefund,
  parseTransaction,
} from '@minitill/protocol/model'
import { hinting, type JobStore, openJobs } from '../../server/adapters/jobs/index.ts'
import { partiesOf } from '../../server/adapters/parties/index.ts'
import { placeOrder } from '../../server/flows/place-order.ts'
import { requestRefund } from '../../server/flows/request-refund.ts'
import { startPayment } from '../../server/flows/start-payment.ts'
import { jobHandlers } from '../../server/jobs/handlers.ts'
import { type JobLoop, startJobLoop } from '../../server/jobs/loop.ts'
import type { Answer, Ports, Refusal, WechatPay } from '../../server/ports/index.ts'
import { openPool } from '../../server/store/database.ts'
import { openStore } from '../../server/store/index.ts'
import { ManualClock } from './clock.ts'
import { merchantPolicy } from './flow-ports.ts'
import { type TestPorts, testPorts } from './ports.ts'

export interface Shop {
  readonly mchid: Mchid
  readonly appid: Appid
  accountId: string
}

const shopOf = (mchid: string, appid: string): Shop => ({
  mchid: parseMchid(mchid),
  appid: parseAppid(appid),
  accountId: '',
})

const timeoutMs = 4_000
const transactionOf = (no: string) => `4200${no.slice(-24)}`
const priceFen = 990

export class TwoShops {
  readonly well = shopOf('1999900001', 'wx0000aaaaaaaaaaaa')
  readonly hit = shopOf('1999900002', 'wx0000bbbbbbbbbbbb')
  readonly clock = new ManualClock(new Date().toISOString())
  /** Whose calls get no answer. */
  readonly silent = new Set<Mchid>()
  /** Calls of each merchant that wait for an answer now. */
  readonly hanging = new Map<Mchid, number>()
  /** out_trade_no of what was paid, by its transaction. */
  readonly #paid = new Map<string, string>()
  #advancedMs = 0
  #ports: TestPorts | null = null
  #jobs: JobStore | null = null
  #loop: JobLoop | null = null
  #close: () => Promise<void> = async () => {}

  static async open(): Promise<TwoShops> {
    const shops = new TwoShops()
    await shops.#open()
    return shops
  }

  get ports(): TestPorts {
    if (this.#ports === null) throw new Error('the shops are not open')
    return this.#ports
  }

  async #open(): Promise<void> {
    this.clock.sleeping = 'until advanced'
    const both = [this.well, this.hit] as const
    const parties = partiesOf({
      appids: [this.well.appid, this.hit.appid],
      merchants: both.map(({ mchid, appid }) => ({
        mchid,
        appids: [appid],
        policy: merchantPolicy,
      })),
      policy: merchantPolicy,
      publicUrl: 'https://shop.example',
    })
    const ports = await testPorts({ clock: this.clock, parties, wechatPay: this.#wechat() })
    const pool = openPool({ url: ports.url }, 10)
    const { db, log, meter } = ports
    const showParked = async () => {}
    const jobs = await openJobs({ db, pool, clock: this.clock, log, showParked, production: false })
    const store = openStore(db, (tx) => jobs.in(tx))
    Object.assign(ports, { store: hinting(store, () => this.#loop?.wake()) })
    const handlers = jobHandlers(ports, jobs)
    this.#loop = startJobLoop({ source: jobs.source, handlers, clock: this.clock, log, meter })
    this.#ports = ports
    this.#jobs = jobs
    this.#close = async () => {
      const ended = this.#loop?.stop()
      this.silent.clear()
      this.clock.advance(timeoutMs)
      await ended
      await jobs.close()
      await pool.end()
      await ports.close()
    }
    for (const shop of both) shop.accountId = await open(ports, shop)
  }

  async close(): Promise<void> {
    await this.#close()
  }

  /** Virtual time passes, for us and for the job store alike. */
  async pass(ms: number): Promise<void> {
    this.#advancedMs += ms
    await this.#jobs?.moveClock(this.#advancedMs)
    this.clock.advance(ms)
    this.#loop?.wake()
  }

  /** An order with its five fields handed out; paid at WeChat, which does not tell us. */
  async checkout(shop: Shop): Promise<string> {
    const { accountId, appid } = shop
    const placed = await placeOrder(this.ports, {
      ...{ accountId, appid, openid: parseOpenid('oPayer') },
      lines: [{ productId: 'tea', quantity: 1 }],
      ...{ key: this.ports.random.uuid(), requestHash: 'x' },
      present: ({ order }) => order.id,
    })
    if (placed.kind !== 'placed') throw new Error(`no order: ${placed.kind}`)
    const orderId = placed.body
    const { kind } = await startPayment(this.ports, { accountId, orderId, appid })
    if (kind !== 'ready') throw new Error(`no payment: ${kind}`)
    for (const { outTradeNo } of await this.ports.store.read.payments.ofOrder(orderId)) {
      this.#paid.set(transactionOf(outTradeNo), outTradeNo)
    }
    return orderId
  }

  async refund(orderId: string): Promise<string> {
    const wish = { orderId, amountFen: fen(priceFen), reason: '不合适', restock: false }
    const key = this.ports.random.uuid()
    const asked = await requestRefund(this.ports, {
      ...{ ...wish, key, requestHash: key, requestedBy: 'operator_1' },
      present: ({ id }) => id,
    })
    if (asked.kind !== 'accepted') throw new Error(`no refund: ${asked.kind}`)
    return asked.body
  }

  async #call<T>(mchid: Mchid, answered: () => T): Promise<Answer<T>> {
    if (!this.silent.has(mchid)) return { got: 'answer', value: answered() }
    this.hanging.set(mchid, (this.hanging.get(mchid) ?? 0) + 1)
    await this.clock.sleep(timeoutMs)
    this.hanging.set(mchid, (this.hanging.get(mchid) ?? 1) - 1)
    return { got: 'silence', why: 'timeout' }
  }

  #wechat(): WechatPay {
    const unused = () => Promise.reject(new Error('nobody asks for this here'))
    const missing: Refusal = {
      ...{ kind: 'refused', code: 'RESOURCE_NOT_EXISTS', message: '' },
      ...{ httpStatus: 404, authentic: true },
    }
    return {
      prepay: ({ mchid, body }) =>
        this.#call(mchid, () => ({
          kind: 'prepaid',
          prepayId: parsePrepayId(`wx${JSON.parse(body).out_trade_no}`),
        })),
      query: (mchid, no) =>
        this.#call(mchid, () => ({
          kind: 'transaction',
          transaction: this.#transaction(mchid, no),
        })),
      close: (mchid) => this.#call(mchid, () => ({ kind: 'closed' })),
      callUp: async (_mchid, _appid, prepayId) => ({
        ...{ timeStamp: '1', nonceStr: 'n', package: `prepay_id=${prepayId}` },
        ...{ signType: 'RSA', paySign: 's' },
      }),
      refund: ({ mchid, body }) =>
        this.#call(mchid, () => ({ kind: 'refund', refund: this.#refund(JSON.parse(body)) })),
      refundQuery: (mchid) => this.#call(mchid, () => missing),
      refreshKeys: unused,
      bill: unused,
      abnormalRefund: unused,
    }
  }

  #transaction(mchid: Mchid, no: string) {
    const { appid } = mchid === this.well.mchid ? this.well : this.hit
    const about = { appid, mchid, out_trade_no: no, trade_state_desc: '' }
    if (!this.#paid.has(transactionOf(no)))
      return parseTransaction({ ...about, trade_state: 'NOTPAY' })
    return parseTransaction({
      ...{ ...about, trade_state: 'SUCCESS', transaction_id: transactionOf(no) },
      success_time: new Date(this.clock.now()).toISOString(),
      amount: { total: priceFen, payer_total: priceFen, currency: 'CNY' },
    })
  }

  #refund(body: { transaction_id: string; out_refund_no: string; amount: object }) {
    const no = body.out_refund_no
    return parseRefund({
      ...{ ...body, refund_id: `5030${no.replaceAll(/\D/g, '7').slice(-20)}`, status: 'SUCCESS' },
      out_trade_no: this.#paid.get(body.transaction_id),
      success_time: new Date(this.clock.now()).toISOString(),
    })
  }
}

/** A person and a catalogue for one shop. */
async function open(ports: Ports, { appid }: Shop): Promise<string> {
  const at = ports.clock.now()
  return await ports.store.transaction(async (tx) => {
    const accountId = ports.random.id('account')
    const openid = parseOpenid('oPayer')
    await tx.accounts.findOrCreate({ accountId, appid, openid, unionid: null, at })
    const tea = { id: 'tea', name: 'Tea', description: '', priceFen: fen(priceFen), stock: null }
    const rest = { currency: 'CNY', imageUrl: '', active: true, position: 1 } as const
    await tx.products.put({ ...tea, ...rest }, at)
    return accountId
  })
}
