import { join } from 'node:path'
import type { Appid } from '@minitill/protocol/model'
import { partiesOf } from '../adapters/parties/index.ts'
import { openPushes } from '../adapters/pushes/index.ts'
import { systemRandom } from '../adapters/random/index.ts'
import { aesSeal } from '../adapters/seal/index.ts'
import { openSessions } from '../adapters/sessions/index.ts'
import { openSender } from '../adapters/webhooks/index.ts'
import { openWechatMini } from '../adapters/wechat-mini/index.ts'
import { openWechatPay } from '../adapters/wechat-pay/index.ts'
import type { Settings } from '../config.ts'
import type { Clock, Log, Meter, Points, Ports, Store } from '../ports/index.ts'
import type { Database } from '../store/database.ts'

/** The only WeChat of production; no setting leads anywhere else. */
const miniOrigin = 'https://api.weixin.qq.com'
const payOrigins = ['https://api.mch.weixin.qq.com', 'https://api2.mch.weixin.qq.com'] as const

const day = 86_400_000
/** A login lasts a month, and ends after a week in which nobody used it. */
const sessionTtlMs = 30 * day
const sessionIdleMs = 7 * day

export interface PortParts {
  readonly db: Database
  readonly store: Store
  readonly clock: Clock
  readonly log: Log
  readonly meter: Meter
  /** Nothing in production; the crash lane's own. */
  readonly points: Points
  readonly version: string
}

/** All ports of one life of an instance, and how to close those that hold something. */
export function openPorts(
  settings: Settings,
  parts: PortParts,
): { ports: Ports; close(): Promise<void> } {
  const { clock, log, meter, points, store } = parts
  const random = systemRandom()
  const sessions = openSessions(settings.sessionStore, { db: parts.db, clock })
  const mini = openMini(settings, meter, points)
  const sender = openSender(settings.env, points)
  const pay = openWechatPay(
    {
      origins: settings.simulatorUrl === null ? payOrigins : [settings.simulatorUrl],
      merchants: settings.merchants.map((merchant) => merchant.pay),
      spoolDir: join(settings.dataDir, 'spool'),
      userAgent: `Minitill/${parts.version} (${process.platform}) Node/${process.versions.node}`,
    },
    { clock, random, points, log, meter, store },
  )
  const ports: Ports = {
    clock,
    log,
    meter,
    notices: pay.notices,
    parties: parties(settings),
    points,
    policy: { sessionTtlMs, sessionIdleMs },
    pushes: openPushes(pushSecrets(settings), clock),
    random,
    seal: aesSeal(settings.sealKeys.map((key) => key.reveal())),
    sender,
    sessions,
    store,
    wechatMini: mini,
    wechatPay: pay.wechatPay,
  }
  const close = async () => {
    await Promise.all([sessions.close(), mini.close(), pay.close(), sender.close()])
  }
  return { ports, close }
}

function openMini(settings: Settings, meter: Meter, points: Points) {
  const secrets = new Map(settings.apps.map((app) => [app.appid, app.secret]))
  return openWechatMini(
    {
      origin: settings.simulatorUrl ?? miniOrigin,
      secretOf: (appid) => secrets.get(appid)?.reveal() ?? '',
    },
    {
      points,
      seen: (api, got) => meter.count('wechat_call_total', { api, got }),
    },
  )
}

function pushSecrets({ apps }: Settings) {
  const known = new Map(apps.map((app) => [app.appid, app]))
  return (appid: Appid) => ({
    token: known.get(appid)?.messageToken?.reveal() ?? null,
    aesKey: known.get(appid)?.messageAesKey?.reveal() ?? null,
  })
}

function parties(settings: Settings) {
  const [first, ...others] = settings.apps.map((app) => app.appid)
  if (first === undefined) throw new Error('settings without an app passed their check')
  const { merchantPolicy: policy, publicUrl } = settings
  const merchants = settings.merchants.map(({ appids, pay, policy: own }) => ({
    appids,
    mchid: pay.mchid,
    policy: own,
  }))
  const templates = new Map(settings.apps.map((app) => [app.appid, app.messages]))
  const messages = (appid: Appid) => templates.get(appid) ?? {}
  return partiesOf({ appids: [first, ...others], merchants, policy, publicUrl, messages })
}
