// The ports of one life: the server's own adapters, with the simulation behind each. Nothing here
// outlives the life, as nothing of a process outlives it.

import { openMerchant } from '@minitill/protocol'
import { instant, parseAppid } from '@minitill/protocol/model'
import { partiesOf } from '../../../server/adapters/parties/index.ts'
import { openPushes } from '../../../server/adapters/pushes/index.ts'
import { base32, prefixes } from '../../../server/adapters/random/index.ts'
import { aesSeal } from '../../../server/adapters/seal/index.ts'
import { databaseSessions } from '../../../server/adapters/sessions/database.ts'
import { openWechatMini } from '../../../server/adapters/wechat-mini/index.ts'
import { openWechatPay } from '../../../server/adapters/wechat-pay/index.ts'
import type { Clock, Log, Points, Ports, Random, Store } from '../../../server/ports/index.ts'
import type { Database } from '../../../server/store/database.ts'
import type { Run } from '../context.ts'
import type { Life } from '../engine/scheduler.ts'
import type { MerchantApp } from '../world/merchant-app.ts'
import type { Network } from '../world/network.ts'
import type { SimulatedWechat } from '../world/wechat.ts'

export const tradePrefix = 'MT'
const day = 86_400_000

/** Chance of one life: the same life draws the same, whatever others do. */
export function simulatedRandom(run: Run, life: Life): Random {
  const { draws } = run.scheduler
  return {
    id: (kind) => `${prefixes[kind]}_${base32(draws.bytes(`id ${kind} ${life.name}`, 16))}`,
    uuid: () => uuidOf(draws.hex(`uuid ${life.name}`, 32)),
    bytes: (count) => draws.bytes(`bytes ${life.name}`, count),
  }
}

function uuidOf(hex: string): string {
  const parts = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
  ]
  return [...parts, hex.slice(20, 32)].join('-')
}

/** A clock of the instance's own: its computer may be wrong, and may be set right backwards. */
export function simulatedClock(run: Run, life: Life, skewMs: () => number): Clock {
  const { scheduler } = run
  return {
    now: () => instant(scheduler.now() + skewMs()),
    sleep: (ms) => scheduler.park(life, `sleep ${life.name}`, ms),
  }
}

export interface PortParts {
  readonly run: Run
  readonly life: Life
  readonly db: Database
  readonly store: Store
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  readonly points: Points
  readonly wechat: SimulatedWechat
  readonly network: Network
  readonly app: MerchantApp
}

export function portsOf(parts: PortParts): Ports {
  const { run, life, db, store, clock, random, log, points, wechat, network, app } = parts
  const { credentials } = wechat
  const meter = { count: () => {} }
  const appid = parseAppid(credentials.appid)
  const merchant = merchantOf(run, wechat)
  const { orderTtlMs, lateMoney, approveRefundsFrom } = run.plan
  const policy = { orderTtlMs, tradePrefix, lateMoney, approveRefundsFrom }
  const pay = openWechatPay(
    {
      origins: ['https://api.mch.weixin.qq.com'],
      merchants: [merchant],
      userAgent: 'Minitill',
      // Nobody writes there: the network of the simulation keeps bills in memory.
      spoolDir: '/nonexistent',
    },
    {
      ...{ clock, random, points, log, meter, store },
      transport: network.transport(life),
      transfer: network.transfer(life),
      stopwatch: run.scheduler.now,
    },
  )
  const mini = openWechatMini(
    { origin: 'https://api.weixin.qq.com', secretOf: () => credentials.app_secret },
    { points, seen: () => {}, pool: network.miniPool(life) },
  )
  return {
    ...{ clock, log, meter, points, random, store },
    notices: pay.notices,
    parties: partiesOf({
      appids: [appid],
      merchants: [{ mchid: merchant.mchid, appids: [appid], policy }],
      policy,
      publicUrl: 'https://shop.example',
    }),
    policy: { sessionTtlMs: 30 * day, sessionIdleMs: 7 * day },
    pushes: openPushes(() => pushSecrets(run, wechat), clock),
    seal: aesSeal([Buffer.alloc(32, 7)], (count) => random.bytes(count)),
    sender: app.sender(life),
    sessions: databaseSessions(db),
    wechatMini: mini,
    wechatPay: pay.wechatPay,
  }
}

function pushSecrets({ plan }: Run, { credentials }: SimulatedWechat) {
  const { message_token: token, message_aes_key: aesKey } = credentials
  return { token, aesKey: plan.push.messageMode === 'plain' ? null : aesKey }
}

/** Our side of the merchant's keys: with WeChat's public key where the seed has switched to it. */
function merchantOf({ plan }: Run, { credentials }: SimulatedWechat) {
  const { mchid, serial_no, private_key, apiv3_key, public_key_id, public_key } = credentials
  const known = plan.verification === 'certificate' ? {} : { public_key_id, public_key }
  const check = openMerchant({ mchid, serial_no, private_key, apiv3_key, ...known })
  if (!check.ok) throw new Error(check.problems.join('; '))
  return check.merchant
}
