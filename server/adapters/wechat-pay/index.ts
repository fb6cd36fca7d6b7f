import {
  authorizeRequest,
  cashierFields,
  createPayClient,
  type PayCall,
  type PayClient,
  type Merchant as PayMerchant,
} from '@minitill/protocol'
import { epochSeconds, type Mchid, parseAppid } from '@minitill/protocol/model'
import type {
  Clock,
  Log,
  Meter,
  Notices,
  Points,
  Random,
  Store,
  WechatPay,
} from '../../ports/index.ts'
import { type BillTransfer, spoolingTransfer } from './bill-transfer.ts'
import { billCalls } from './bills.ts'
import {
  closeBody,
  closePath,
  prepayPath,
  queryPath,
  readClose,
  readPrepay,
  readQuery,
} from './calls.ts'
import { openNotice } from './notices.ts'
import { refundCalls } from './refunds.ts'
import { Ring } from './rings.ts'
import { openTransport, type PooledTransport } from './transport.ts'

export interface WechatPaySettings {
  /** https://api.mch.weixin.qq.com and its second host; in development the simulator. */
  readonly origins: readonly [string, ...string[]]
  readonly merchants: readonly PayMerchant[]
  readonly userAgent: string
  /** Where downloads lie while they are read. */
  readonly spoolDir: string
}

export interface WechatPayParts {
  readonly clock: Clock
  readonly random: Random
  readonly points: Points
  readonly log: Log
  readonly meter: Meter
  readonly store: Pick<Store, 'platformKeys'>
  /** How calls travel: over the network, unless a simulation plays it. */
  readonly transport?: PooledTransport
  /** How the files of bills travel: onto the disk, unless a simulation plays it. */
  readonly transfer?: BillTransfer
  /**
   * Milliseconds since some fixed moment. Real time and not the clock port, because a step of the
   * simulated clock must not end a call; a simulation has a time of its own.
   */
  readonly stopwatch?: () => number
}

/** For a whole call, failing over and a probe's repetition included: confirm has 5 s in all. */
const callBudgetMs = 4_000
const downloadBudgetMs = 8_000

const realStopwatch = () => performance.now()

/** WeChat Pay for all our merchants: what we ask of it, and what it tells us. */
export function openWechatPay(
  settings: WechatPaySettings,
  parts: WechatPayParts,
): { wechatPay: WechatPay; notices: Notices; close(): Promise<void> } {
  // Connections of its own for each merchant: one whose calls hang leaves the others theirs.
  const transports = new Map(
    settings.merchants.map(({ mchid }) => [
      mchid,
      parts.transport ?? openTransport(settings.origins),
    ]),
  )
  const rings = new Map(
    settings.merchants.map((merchant) => [
      merchant.mchid,
      new Ring(merchant, { clock: parts.clock, log: parts.log, kept: parts.store.platformKeys }),
    ]),
  )
  const ringOf = (mchid: Mchid): Ring => {
    const ring = rings.get(mchid)
    if (ring === undefined) throw new Error(`merchant ${mchid} is not configured`)
    return ring
  }
  const pay = new Pay(settings, parts, transports)
  return {
    wechatPay: { ...calls(pay, ringOf, parts), ...bills(pay, ringOf, settings, parts) },
    notices: { open: (mchid, raw) => openNotice(ringOf(mchid), raw, parts.clock.now()) },
    close: async () => {
      await Promise.all([...transports.values()].map((transport) => transport.close()))
    },
  }
}

function bills(
  pay: Pay,
  ringOf: (mchid: Mchid) => Ring,
  { origins, spoolDir }: WechatPaySettings,
  { transfer = spoolingTransfer(spoolDir) }: WechatPayParts,
) {
  const send = (ring: Ring, call: PayCall, phase: string) => pay.send(ring, call, phase)
  const sign = (ring: Ring, path: string) => pay.sign(ring, path)
  return billCalls({ ringOf, send, sign, origins, transfer })
}

function calls(
  pay: Pay,
  ringOf: (mchid: Mchid) => Ring,
  parts: WechatPayParts,
): Omit<WechatPay, 'bill'> {
  const send = (ring: Ring, call: PayCall, phase: string) => pay.send(ring, call, phase)
  return {
    ...refundCalls({ ringOf, send, now: () => parts.clock.now() }),
    prepay: async ({ mchid, body }) => {
      const call = { method: 'POST', path: prepayPath, body } as const
      return readPrepay(await pay.send(ringOf(mchid), call, 'start-payment/prepay'))
    },
    query: async (mchid, no) => {
      const call = { method: 'GET', path: queryPath(mchid, no) } as const
      return readQuery(await pay.send(ringOf(mchid), call, 'ask-wechat/query'), mchid, no)
    },
    close: async (mchid, no) => {
      const call = { method: 'POST', path: closePath(no), body: closeBody(mchid) } as const
      return readClose(await pay.send(ringOf(mchid), call, 'close-order/close'))
    },
    callUp: async (mchid, appid, prepayId) => {
      const { privateKey } = ringOf(mchid).merchant
      const nonce = Buffer.from(parts.random.bytes(16)).toString('hex')
      const at = parts.clock.now()
      const call = { appid: parseAppid(appid), prepay_id: prepayId, at, nonce }
      return await cashierFields(call, privateKey)
    },
    refreshKeys: async (mchid) => {
      const ring = ringOf(mchid)
      return await ring.download(pay.client(ring, downloadBudgetMs, 'refresh-keys/download'))
    },
  }
}

/** Makes a client for each call, because each has its own budget of time and crash point. */
class Pay {
  readonly #settings: WechatPaySettings
  readonly #parts: WechatPayParts
  readonly #transports: ReadonlyMap<Mchid, PooledTransport>

  constructor(
    settings: WechatPaySettings,
    parts: WechatPayParts,
    transports: ReadonlyMap<Mchid, PooledTransport>,
  ) {
    this.#settings = settings
    this.#parts = parts
    this.#transports = transports
  }

  send(ring: Ring, call: PayCall, phase: string): ReturnType<PayClient['send']> {
    return this.client(ring, callBudgetMs, phase).send(call)
  }

  /** Headers of a signed GET that is not sent by a client: the download of a file. */
  async sign(ring: Ring, path: string): Promise<Readonly<Record<string, string>>> {
    const { clock, random } = this.#parts
    const nonce = Buffer.from(random.bytes(16)).toString('hex').toUpperCase()
    const timestamp = epochSeconds(clock.now())
    const request = { method: 'GET', path, timestamp, nonce, body: new Uint8Array(0) }
    return {
      authorization: await authorizeRequest(ring.merchant, request),
      accept: '*/*',
      'user-agent': this.#settings.userAgent,
    }
  }

  client(ring: Ring, budgetMs: number, phase: string): PayClient {
    const { clock, random, points, stopwatch = realStopwatch } = this.#parts
    const { origins: hosts, userAgent } = this.#settings
    const { mchid, serial, privateKey, keys } = ring.merchant
    const publicKey = keys.all().find((key) => key.kind === 'public_key')
    const endMs = stopwatch() + budgetMs
    const transport = {
      send: async (request: Parameters<PooledTransport['send']>[0]) => {
        const leftMs = endMs - stopwatch()
        if (leftMs <= 0) return { got: 'silence', why: 'timed_out' } as const
        const timeoutMs = Math.min(request.timeoutMs, leftMs)
        const transport = this.#transports.get(mchid)
        if (transport === undefined) throw new Error(`merchant ${mchid} is not configured`)
        const result = await transport.send({ ...request, timeoutMs })
        await points.reach(`${phase}/sent-no-answer`)
        return result
      },
    }
    const refreshKeys = async () => {
      const leftMs = endMs - stopwatch()
      await ring.learn(this.client(ring, leftMs, 'refresh-keys/download'))
    }
    return createPayClient(
      {
        signer: { mchid, serial, privateKey },
        hosts,
        userAgent,
        timeoutMs: budgetMs,
        ...(publicKey === undefined ? {} : { answerKey: publicKey.serial }),
      },
      {
        transport,
        clock: () => clock.now(),
        random: (count) => random.bytes(count),
        keys: () => ring.keys(),
        refreshKeys,
      },
    )
  }
}
