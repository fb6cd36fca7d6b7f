import type { AppSettings, MerchantSettings } from './parties.ts'
import type { Reader } from './reader.ts'

/**
 * Whatever the simulator makes is marked. A production server refuses it, because whoever holds the
 * simulator's keys could tell it that orders were paid.
 */
export function refuseMarks(
  reader: Reader,
  apps: readonly AppSettings[],
  merchants: readonly MerchantSettings[],
): void {
  const marked = (name: string, what: string) =>
    reader.wrong(name, `${what} belongs to the simulator and is refused in production`)
  if (reader.text('MINITILL_SIMULATOR_URL') !== null) {
    reader.wrong('MINITILL_SIMULATOR_URL', 'is for development; leave it out in production')
  }
  for (const name of ['MINITILL_ADMIN_KEY', 'MINITILL_APPROVER_KEY'] as const) {
    if (reader.material(name)?.startsWith('sk_development_') !== true) continue
    reader.wrong(name, 'is a development key; make one: openssl rand -hex 32')
  }
  for (const { appid } of apps) {
    if (/^wx0000[0-9a-f]{12}$/.test(appid)) marked('WECHAT_APPID', `the appid ${appid}`)
  }
  for (const { pay } of merchants) {
    if (/^19999\d{5}$/.test(pay.mchid)) marked('WECHATPAY_MCHID', `the merchant ${pay.mchid}`)
    const apiv3 = pay.apiv3Key.export().toString('utf8')
    if (apiv3.startsWith('MinitillSimulator')) marked('WECHATPAY_APIV3_KEY', 'this key')
    for (const key of pay.keys.all()) {
      if (/^PUB_KEY_ID_0000000000\d*$/.test(key.serial))
        marked('WECHATPAY_PUBLIC_KEY_ID', 'this id')
      if (/Minitill Simulator/.test(key.issuer)) marked('platform certificate', key.serial)
    }
  }
}
